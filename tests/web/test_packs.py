"""The trends pack: made once a month, audited, the same on the page and as XLSX."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bascule.access.models import Decision
from bascule.cases import notices
from bascule.cases.models import Notice
from bascule.directory.models import Membership, Organization
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.metrics.models import MonthlyMoves
from bascule.mobility.actions import packs as actions
from bascule.mobility.actions.packs import make_packs, write_comment
from bascule.mobility.models import PackFigure, TrendPack
from bascule.mobility.queries import due_on, pack_tables, unmade_months
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.web.test_role_matrix import MEASURING
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
Find = Callable[[str], Actor]
As = Callable[[str], AbstractContextManager[None]]
Loader = Callable[[], AbstractContextManager[None]]
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
FIRST_OF_DECEMBER = datetime(2026, 12, 1, 10, tzinfo=UTC)
SAID = "More came than in any October since 2019."


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """Everything happens at the world's time."""
    with holding_clock(AT):
        yield


@pytest.fixture
def october(world: World, as_loader: Loader) -> TrendPack:
    """The pack of October: schools with 40 arrivals and 30 departures, S101 with 9 of either."""
    with as_loader():
        MonthlyMoves.objects.filter(month=OCTOBER).update(arrived=40, left=30)
        few = MonthlyMoves.objects.filter(month=OCTOBER, organization__source_key="S101")
        few.update(arrived=9, left=9)
        assert make_packs(NIGHTLY, at=AT) == {"packs": 1, "reminders": 0}
        return TrendPack.objects.get(month=OCTOBER)


def address(pack: TrendPack) -> str:
    return f"/trends/packs/{pack.uuid}/"


class Tables(HTMLParser):
    """Every table of a page, row by row, a heading over two rows repeated."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.is_cell = self.is_drawn = False
        self.spanning = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            if tag == "td" and not self.tables[-1][-1]:
                self.tables[-1][-1].append(self.spanning)
            self.tables[-1][-1].append("")
            self.is_cell = True
        self.is_drawn = self.is_drawn or tag == "svg"

    def handle_endtag(self, tag: str) -> None:
        if tag == "th":
            self.spanning = self.tables[-1][-1][-1]
        if tag in ("td", "th"):
            self.is_cell = False
        self.is_drawn = self.is_drawn and tag != "svg"

    def handle_data(self, data: str) -> None:
        if self.is_cell and not self.is_drawn:
            self.tables[-1][-1][-1] += data.strip()


def tables_on(client: Client, pack: TrendPack) -> list[list[list[str]]]:
    """Return the rows of every table on the page, without its headings."""
    read = Tables()
    read.feed(client.get(address(pack)).content.decode())
    return [table[1:] for table in read.tables]


def sheets_of(client: Client, pack: TrendPack) -> dict[str, list[list[object]]]:
    answer = client.get(f"{address(pack)}file/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="trends-2026-10.xlsx"'
    book = load_workbook(io.BytesIO(answer.content))
    return {leaf.title: [list(row) for row in leaf.iter_rows(min_row=2, values_only=True)]
            for leaf in book}  # fmt: skip


@pytest.mark.parametrize("who", MEMBERS)
def test_the_pack_and_its_file_open_for_who_may_see_trends_and_for_nobody_else(
    october: TrendPack, browse: Browse, who: str
) -> None:
    client, status = browse(who), 200 if who in MEASURING else 404
    assert client.get(address(october)).status_code == status
    assert client.get(f"{address(october)}file/").status_code == status


def test_a_chief_gets_the_own_network_and_the_lead_the_district(
    october: TrendPack, browse: Browse
) -> None:
    own, foreign = (Organization.objects.get(source_key=key).name for key in ("N1", "N2"))
    found = {who: {row[0] for table in tables_on(browse(who), october) for row in table}
             for who in ("chief_0", "lead", "principal_0")}  # fmt: skip
    units = Organization.objects.filter(source="sis")
    below = Membership.objects.filter(parent__name=own).values_list("member__name", flat=True)
    assert found["chief_0"] == {own, *below}
    assert found["lead"] == {unit.name for unit in units}
    assert foreign in found["lead"] - found["chief_0"]
    assert found["principal_0"] == {Organization.objects.get(source_key="S101").name}


@pytest.mark.parametrize("who", ["lead", "chief_0"])
def test_page_and_spreadsheet_hold_the_same_figures(
    october: TrendPack, browse: Browse, who: str
) -> None:
    client = browse(who)
    [about, *sheets] = sheets_of(client, october).values()
    on_page = tables_on(client, october)
    assert [[[str(cell) for cell in row] for row in rows] for rows in sheets] == on_page
    assert sum(map(len, on_page)) == dict(row[:2] for row in about)["Rows"]
    assert any(isinstance(cell, int) for rows in sheets for row in rows for cell in row)


def test_a_number_that_is_shown_is_the_open_one_and_nine_is_hidden_with_company(
    october: TrendPack, browse: Browse
) -> None:
    """S101 has nine; its network's other school or the network itself is hidden beside it."""
    with as_role("loader"):
        figures = PackFigure.objects.filter(month=OCTOBER, organization__kind="school")
        shown = dict(figures.values_list("organization__source_key", "arrived"))
        network = PackFigure.objects.get(month=OCTOBER, organization__source_key="N1")
    assert shown["S101"] is None
    assert set(shown.values()) == {None, 40}
    assert None in (shown["S102"], network.arrived)
    page = browse("chief_0").get(address(october)).content.decode()
    assert ">9<" not in page


def test_what_left_the_house_stays_as_it_was_published(
    october: TrendPack, world: World, as_loader: Loader
) -> None:
    with as_loader():
        before = list(PackFigure.objects.order_by("pk").values_list("pk", "arrived", "left"))
        MonthlyMoves.objects.filter(month=OCTOBER).update(arrived=41)
        with holding_clock(FIRST_OF_DECEMBER):
            assert make_packs(NIGHTLY, at=FIRST_OF_DECEMBER)["packs"] == 1
        kept = PackFigure.objects.filter(month__lte=OCTOBER).order_by("pk")
        assert list(kept.values_list("pk", "arrived", "left")) == before
        months = PackFigure.objects.filter(pack__month=NOVEMBER).values_list("month", flat=True)
        assert set(months) == {NOVEMBER}


def test_however_often_the_night_runs_one_pack_and_one_notice_for_each_reader(
    october: TrendPack, as_loader: Loader
) -> None:
    with as_loader():
        for _again in range(3):
            assert make_packs(NIGHTLY, at=AT + timedelta(hours=24))["packs"] == 0
        told = Notice.objects.filter(about=october.uuid, kind=Notice.Kind.PACK)
        roles = sorted(told.values_list("position__role", flat=True))
        assert roles == ["network_chief"] * 2 + ["transition_specialist"] * 3
        assert len({each.position_id for each in told}) == len(told)


def test_a_night_that_is_killed_while_telling_leaves_nothing_and_the_next_makes_it_whole(
    world: World, as_loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object, **_named: object) -> int:
        raise KeyboardInterrupt

    with as_loader():
        monkeypatch.setattr(actions, "tell_positions", killed)
        with pytest.raises(KeyboardInterrupt):
            make_packs(NIGHTLY, at=AT)
        assert not TrendPack.objects.filter(month=OCTOBER).exists()
        assert not PackFigure.objects.filter(month=OCTOBER).exists()
        monkeypatch.setattr(actions, "tell_positions", notices.tell_positions)
        assert make_packs(NIGHTLY, at=AT)["packs"] == 1
        assert Notice.objects.filter(kind=Notice.Kind.PACK).count() == 5


def test_a_specialist_opens_the_pack_from_the_notice_on_today(
    october: TrendPack, browse: Browse
) -> None:
    for who, is_told in (("okafor", True), ("chief_1", True), ("lead", False), ("clerk_0", False)):
        page = browse(who).get("/").content.decode()
        assert (who, address(october) in page) == (who, is_told)


def test_a_pack_is_due_on_the_first_school_day_after_its_month(
    world: World, as_loader: Loader
) -> None:
    with as_loader():
        assert due_on(date(2026, 12, 1)) == date(2027, 1, 4)
        TrendPack.objects.filter(month=OCTOBER).delete()
        before, after = datetime(2027, 1, 3, 12, tzinfo=UTC), datetime(2027, 1, 4, 12, tzinfo=UTC)
        made = {}
        for at in (before, after):
            with holding_clock(at):
                make_packs(NIGHTLY, at=at)
                done = TrendPack.objects.filter(made_at__isnull=False).order_by("month")
                made[at] = [each.month.month for each in done]
        assert made == {before: [9, 10, 11], after: [9, 10, 11, 12]}


def test_where_no_move_was_ever_counted_there_is_no_pack(world: World, as_loader: Loader) -> None:
    with as_loader():
        MonthlyMoves.objects.all().delete()
        assert make_packs(NIGHTLY, at=AT)["packs"] == 0
        assert not TrendPack.objects.filter(month=OCTOBER, made_at__isnull=False).exists()
        assert not PackFigure.objects.filter(month=OCTOBER).exists()


def test_the_comment_is_written_until_the_pack_is_made_and_stands_in_both(
    world: World, browse: Browse, as_loader: Loader
) -> None:
    lead = browse("lead")
    for words in ("First words.", SAID):
        sent = lead.post("/trends/comment/", {"month": "2026-10", "words": words})
        assert sent.status_code == 302
    assert SAID in lead.get("/trends/comment/").content.decode()
    with as_loader():
        make_packs(NIGHTLY, at=AT)
        pack = TrendPack.objects.get(month=OCTOBER)
    late = lead.post("/trends/comment/", {"month": "2026-10", "words": "Too late."})
    assert late.status_code == 409
    page = browse("chief_0").get(address(pack)).content.decode()
    assert SAID in page
    assert "First words." not in page
    about = dict(row[:2] for row in sheets_of(browse("chief_0"), pack)["About"])
    assert (about["Comment"], about["By"]) == (SAID, "Marisol Vega")


def test_without_a_comment_the_pack_says_so(october: TrendPack, browse: Browse) -> None:
    client = browse("wren")
    assert "The Lead wrote no comment." in client.get(address(october)).content.decode()
    about = dict(row[:2] for row in sheets_of(client, october)["About"])
    assert about["Comment"] == "The Lead wrote no comment."


def test_nobody_but_the_lead_comments_or_reads_a_draft(
    world: World, browse: Browse, actor: Find, as_person: As, as_loader: Loader
) -> None:
    with as_loader():
        draft = TrendPack.objects.get(month=NOVEMBER)
    for who in ("chief_0", "okafor", "steward"):
        client = browse(who)
        assert client.get("/trends/comment/").status_code == 404
        said = {"month": "2026-11", "words": "Mine."}
        assert client.post("/trends/comment/", said).status_code == 404
        assert client.get(address(draft)).status_code == 404
        with as_person(who):
            assert not TrendPack.objects.filter(made_at=None).exists()
            with pytest.raises(NotPermitted):
                write_comment(actor(who), month=NOVEMBER, words="Mine.")
    with as_loader():
        assert TrendPack.objects.get(month=NOVEMBER).words == draft.words


@pytest.mark.parametrize(
    ("month", "words"), [("2026-12", SAID), ("2026-09", SAID), ("2026-11", " "), ("soon", SAID),
                         ("2026-11", "x" * 4001)],
)  # fmt: skip
def test_a_comment_for_another_month_or_without_words_is_refused(
    world: World, browse: Browse, month: str, words: str
) -> None:
    answer = browse("lead").post("/trends/comment/", {"month": month, "words": words})
    assert answer.status_code == 409


def test_the_lead_is_reminded_once_five_school_days_before_and_no_more_after_commenting(
    world: World, browse: Browse, as_loader: Loader, actor: Find, as_person: As
) -> None:
    with as_loader():
        TrendPack.objects.filter(month=NOVEMBER).delete()
    eve, day = (datetime(2026, 11, number, 12, tzinfo=UTC) for number in (23, 24))
    told = {}
    for at in (eve, day, day):
        with holding_clock(at), as_loader():
            make_packs(NIGHTLY, at=at)
            kind = Notice.Kind.COMMENT
            told[at] = list(Notice.objects.filter(kind=kind).values_list("position__role"))
    assert told == {eve: [], day: [("mobility_lead",)]}
    with holding_clock(day):
        client = browse("lead")
        assert "has no comment yet" in client.get("/").content.decode()
        with as_person("lead"):
            write_comment(actor("lead"), month=NOVEMBER, words=SAID)
        assert "has no comment yet" not in client.get("/").content.decode()


def test_a_reminder_is_put_away_when_the_pack_is_made(world: World, as_loader: Loader) -> None:
    with as_loader():
        TrendPack.objects.filter(month=NOVEMBER).delete()
        for at in (FIRST_OF_DECEMBER - timedelta(days=1), FIRST_OF_DECEMBER):
            with holding_clock(at):
                make_packs(NIGHTLY, at=at)
        reminder = Notice.objects.get(kind=Notice.Kind.COMMENT, about__isnull=False)
        assert reminder.void_at == FIRST_OF_DECEMBER


def test_a_sent_comment_is_refused_by_the_table_too(
    october: TrendPack, actor: Find, as_person: As
) -> None:
    with as_person("lead"):
        assert TrendPack.objects.filter(pk=october.pk).update(words="Changed.") == 0
        with pytest.raises(Refusal, match="is made"):
            write_comment(actor("lead"), month=OCTOBER, words="Changed.")


def test_writing_and_making_are_decisions(world: World, browse: Browse, as_loader: Loader) -> None:
    browse("lead").post("/trends/comment/", {"month": "2026-10", "words": SAID})
    with as_loader():
        make_packs(NIGHTLY, at=AT)
        verbs = Decision.objects.filter(kind="trend_pack")
        said = sorted((each.verb, each.particulars["month"]) for each in verbs)
        assert said == [("make_pack", "2026-10"), ("write_comment", "2026-10")]


def test_trends_leads_to_the_newest_pack_and_its_spreadsheet(
    october: TrendPack, browse: Browse
) -> None:
    page = browse("chief_0").get("/trends/").content.decode()
    assert {f"{address(october)}", f"{address(october)}file/"} <= set(
        re.findall(r'href="([^"]+)"', page)
    )
    assert "/trends/comment/" not in page


def test_the_number_of_queries_does_not_grow_with_the_units(
    october: TrendPack, browse: Browse, as_loader: Loader
) -> None:
    client = browse("lead")
    many = queries_of(client, october)
    with as_loader():
        PackFigure.objects.exclude(organization__source_key__in=["S101", "N1"]).delete()
    assert queries_of(client, october) == many


def queries_of(client: Client, pack: TrendPack) -> list[int]:
    found = []
    for place in (address(pack), f"{address(pack)}file/"):
        client.get(place)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(place).status_code == 200
        found.append(len(queries))
    return found


def test_months_without_a_pack_begin_after_the_last_one(world: World, as_loader: Loader) -> None:
    with as_loader():
        assert unmade_months(AT.date()) == [OCTOBER, NOVEMBER]
        PackFigure.objects.all().delete()
        TrendPack.objects.all().delete()
        assert unmade_months(AT.date()) == [OCTOBER, NOVEMBER]
        assert unmade_months(date(2027, 1, 4)) == [date(2026, 12, 1), date(2027, 1, 1)]


def test_a_month_that_is_only_hidden_is_no_zero(
    october: TrendPack, actor: Find, as_person: As
) -> None:
    """July and August had no move at all: nobody is an answer about everybody."""
    with as_person("lead"):
        [district, *_rest] = pack_tables(actor("lead"), october)
    assert [(m.first_day.month, m.arrived) for m in district.lines[0].months][:2] == [
        (7, None), (8, None),
    ]  # fmt: skip
