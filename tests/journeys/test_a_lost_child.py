"""A lost child: three proofs in order before code 86, and a child who turns up: in a browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_a_transfer import take

Desk = Callable[..., Page]
DAY_OF_CALLS, DAY_BEFORE, DAY_OF_VISIT, TODAY = (
    "2026-11-19", "2026-11-18", "2026-11-20", "2026-11-23",
)  # fmt: skip
CALLS = {
    "Last call on": DAY_OF_CALLS,
    "Who called": "Bea Nowak",
    "Numbers called, those of siblings too": "mother, aunt, the number in the sister's record",
    "Outcome": "Nobody picked up",
}
VISIT = {"Who visited": "Nina Castellanos and a colleague", "Outcome": "Nobody at the door"}
LETTER = {
    "Sent on": DAY_OF_VISIT,
    "Who sent it": "Bea Nowak",
    "Number of the return receipt": "9589 0710 5270 0042 17",
}
RECEIPT = {"Known on": TODAY, "Outcome": "Unclaimed or undeliverable"}
REPORT = {
    "Reported on": TODAY,
    "Who reported": "Bea Nowak",
    "To whom at the network": "The chief's office",
}


def test_three_proofs_in_order_lead_to_code_86_and_nothing_else_does(desk_of: Desk) -> None:
    clerk = desk_of("clerk_0", width=360)
    open_search(clerk)
    expect(clerk.locator("main")).to_contain_text("Code 86 needs all of these, in this order")
    assert buttons(clerk, "Home visited", "Reported: code 86 may be used") == []
    older = desk_of("clerk_0")
    older.goto(clerk.url)
    take(clerk, "All numbers called", **CALLS)
    refused(older, "All numbers called", CALLS, "Somebody moved this case")
    early = {"Visited on": DAY_BEFORE, **VISIT}
    refused(clerk, "Home visited", early, "this one cannot have been earlier")
    take(clerk, "Home visited", **{"Visited on": DAY_OF_VISIT, **VISIT})
    assert buttons(clerk, "Reported: code 86 may be used") == []
    take(clerk, "Certified letter sent", **LETTER)
    take(clerk, "Receipt is back, or overdue", **RECEIPT)
    take(clerk, "Reported: code 86 may be used", **REPORT)
    expect(clerk.locator(".path .here")).to_contain_text("Code 86 may be used")
    reads_copy(desk_of("lead"), clerk.url)


def test_a_child_whom_the_parent_misses_goes_to_the_police_and_turns_up(desk_of: Desk) -> None:
    clerk = desk_of("clerk_0")
    open_search(clerk)
    take(clerk, "All numbers called", **CALLS)
    told = {"Told on": DAY_OF_VISIT, "Who said it": "The mother, by phone"}
    take(clerk, "The parent does not know either", **told)
    expect(clerk.locator(".path .here")).to_contain_text("Police report first")
    assert buttons(clerk, "All numbers called", "Home visited") == []
    report = {"Filed on": DAY_OF_VISIT, "Who filed it": "The mother"}
    take(clerk, "Police report filed", **report, **{"Number of the police report": "JK-204417"})
    expect(clerk.locator(".path .here")).to_contain_text("Calling every number")
    raise_flag(clerk)
    expect(clerk.locator("main")).to_contain_text("stops every forwarding")
    take(clerk, "Back at school", **{"Seen at school on": TODAY})
    expect(clerk.locator(".path .here")).to_contain_text("Back at school")
    assert clerk.locator("form[action*='/steps/']").count() == 0


def open_search(page: Page) -> None:
    """Open the search for a student without an open case, then find it on Today."""
    page.goto("/students/")
    # Who left has a case as a rule. From the end: another journey begins at the top of the list.
    links = page.locator("[data-row]").filter(has_not_text="left").locator("a[data-open]")
    places = [link.get_attribute("href") or "" for link in reversed(links.all())]
    for place in places:
        page.goto(place, wait_until="domcontentloaded")
        if page.get_by_text("Nothing is open about this student.").count():
            name = page.locator("h1").inner_text()
            open_case(page, "Look for a lost child", "Not seen for two weeks.")
            page.goto("/")
            row = page.locator("[data-row]", has_text=name).filter(has_text="lost child")
            expect(row).to_contain_text("All numbers called")
            row.locator("a[data-open]").click()
            expect(page.locator("h1")).to_have_text("Look for a lost child")
            return
    raise AssertionError("everybody on the first page has an open case")


def open_case(page: Page, about: str, why: str) -> None:
    """Open a case from the page of the student."""
    page.locator("summary", has_text="Open a case").click()
    page.get_by_label("About what").select_option(label=about)
    page.get_by_label("Why", exact=True).fill(why)
    page.get_by_role("button", name="Open the case").click()
    expect(page.locator("h1")).to_have_text(about)


def raise_flag(page: Page) -> None:
    """Say that the record bears a flag, and come back to the case."""
    case = page.url
    page.locator("main .head a").click()
    open_case(page, "Data flag", "The police asks for the record.")
    page.goto(case)


def buttons(page: Page, *names: str) -> list[str]:
    """Which of these steps the page offers."""
    found = page.locator("form[action*='/steps/'] button").all_inner_texts()
    return [name for name in names if name in found]


def refused(page: Page, step: str, said: dict[str, str], words: str) -> None:
    """Take a step that is refused: the page says what stands in the way."""
    form = page.locator("form[action*='/steps/']").filter(
        has=page.get_by_role("button", name=step, exact=True, include_hidden=True)
    )
    for label, answer in said.items():
        form.get_by_label(label).fill(answer)
    form.get_by_role("button", name=step, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(words)


def reads_copy(page: Page, case: str) -> None:
    """The network's copy: every proof with its day, on paper too."""
    page.goto(case)
    page.emulate_media(media="print")
    for words in (*CALLS.values(), *VISIT.values(), LETTER["Number of the return receipt"],
                  RECEIPT["Outcome"], REPORT["To whom at the network"]):  # fmt: skip
        expect(page.locator("#history ~ ul")).to_contain_text(words)
