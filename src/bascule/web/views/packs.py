"""The trends pack of a month: to read, to print, as a spreadsheet, and its comment to write."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.kernel.workbook import Sheet, xlsx_bytes
from bascule.metrics.profiles import DISTRICT_MINIMUM
from bascule.mobility.actions.packs import write_comment
from bascule.mobility.models import TrendPack
from bascule.mobility.models.packs import LONGEST
from bascule.mobility.policies import SEE_PACK
from bascule.mobility.queries import (
    PackTable,
    due_on,
    pack_tables,
    packs_made,
    unmade_months,
)
from bascule.web.charts import MonthBars, bars_of_months
from bascule.web.pages import page, visible_or_404
from bascule.web.views.exports import XLSX


@page("see_measures")
def pack(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show the pack of one month on a page that prints."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: TrendPack = visible_or_404(SEE_PACK, packs_made(actor), actor, uuid=uuid)
    tables = pack_tables(actor, found)
    context = {
        "pack": found, "others": list(packs_made(actor)), "least": DISTRICT_MINIMUM,
        "drawn": [(table, _title(table), _drawn(table)) for table in tables],
    }  # fmt: skip
    return render(request, "pack.html", context)


def _title(table: PackTable) -> str:
    if table.kind == "district":
        return _("The district")
    if table.kind == "network":
        return _("By network")
    return table.within.name if table.within else _("Schools without a network")


def _drawn(table: PackTable) -> list[tuple[object, list[MonthBars]]]:
    """Pair each line with its bars, all of a table on one scale; schools are mostly hidden."""
    if table.kind == "school":
        return [(line, []) for line in table.lines]
    bars = bars_of_months([line.months for line in table.lines])
    return list(zip(table.lines, bars, strict=True))


@page("see_measures")
def pack_file(request: HttpRequest, uuid: str) -> HttpResponse:
    """Hand out the same pack as a spreadsheet, one sheet for each table."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: TrendPack = visible_or_404(SEE_PACK, packs_made(actor), actor, uuid=uuid)
    at, tables = now(), pack_tables(actor, found)
    sheets = [_about(actor, found, tables, at), *map(_sheet, tables)]
    return HttpResponse(
        xlsx_bytes(sheets, at=at),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="trends-{found.month:%Y-%m}.xlsx"'},
    )


def _about(actor: Actor, found: TrendPack, tables: Sequence[PackTable], at: datetime) -> Sheet:
    rows = [
        (_("What"), _("Trends pack: students who came from a school and who left for one")),
        (_("Month"), _month_words(found.month)),
        (_("As of"), found.as_of),
        (_("Rule"), f"{found.rule}, {_('version')} {found.version}"),
        (_("Hidden"), _hidden_words()),
        (_("Comment"), found.words or _("The Lead wrote no comment.")),
        (_("By"), found.written_name),
        (_("Rows"), sum(2 * len(table.lines) for table in tables)),
        (_("Written for"), actor.name),
        (_("Written"), at),
        ("", _("Confidential: for the work of the district's offices and schools only.")),
    ]
    return Sheet(_("About"), (_("About this file"), ""), rows, (18, 80))


def _hidden_words() -> str:
    said = _("Fewer than %(n)s students, and what would tell how many.")
    return said % {"n": DISTRICT_MINIMUM}


def _sheet(table: PackTable) -> Sheet:
    months = [f"{month.first_day:%Y-%m}" for month in table.lines[0].months]
    return Sheet(_title(table), (_("Unit"), "", *months), _rows(table), (36, 10, 10))


def _rows(table: PackTable) -> Iterator[Sequence[object]]:
    for line in table.lines:
        yield line.unit.name, _("Came"), *(_cell(month.arrived) for month in line.months)
        yield line.unit.name, _("Left"), *(_cell(month.left) for month in line.months)


def _cell(count: int | None) -> object:
    return _("hidden") if count is None else count


def _month_words(month: date) -> str:
    return date_format(month, "F Y")


@page("comment_trends")
def pack_comment(request: HttpRequest) -> HttpResponse:
    """Show the comments of the months whose pack is still to be made; a POST writes one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    problem = None
    if request.method == "POST":
        try:
            month = _month_in(request.POST.get("month", ""))
            write_comment(actor, month=month, words=request.POST.get("words", ""))
            return redirect("pack-comment")
        except NotPermitted:
            raise
        except Refusal as refusal:
            problem = refusal
    months = unmade_months(today())
    drafts = SEE_PACK.filter(TrendPack.objects.filter(month__in=months), actor)
    by_month = {each.month: each for each in drafts}
    context = {
        "lines": [(month, due_on(month), by_month.get(month)) for month in reversed(months)],
        "problem": problem, "longest": LONGEST, "latest": packs_made(actor).first(),
        "asked": request.POST.get("month", ""), "words": request.POST.get("words", ""),
    }  # fmt: skip
    return render(request, "pack_comment.html", context, status=409 if problem else 200)


def _month_in(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refusal("unreadable", _("There is no such month.")) from None
