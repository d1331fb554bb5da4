"""A transfer from draft to stable, through the desks of both schools: in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Desk = Callable[..., Page]
LAST_DAY, FIRST_DAY = "2026-11-20", "2026-11-23"


def test_a_transfer_goes_from_draft_to_stable_and_the_bridge_closes(desk_of: Desk) -> None:
    counselor = desk_of("counselor_0")
    name = open_transfer(counselor)
    take(counselor, "Submit", Reason="Behind in credits")
    address = counselor.url
    lead = desk_of("lead")
    lead.goto(address)
    take(lead, "Claim")
    expect(lead.get_by_role("heading", name="Eligibility")).to_be_visible()
    asked = "What was asked; why it goes on where a rule does not pass"
    take(lead, "Eligible", **{asked: "Transcript seen, the reviewer asked"})
    interventions = {"What the school tried, or the waiver": "Mentor and evening credit recovery"}
    take(lead, "Review done", **interventions)
    offer_first_seat(lead)
    intake = desk_of("intake")
    accept(intake, name)
    signed = {"First day at the receiving school": FIRST_DAY, "Entry code": "04 Transfer"}
    intake.goto(address)
    take(intake, "Intake done: ask for release", **signed)
    expect(intake.locator(".bridge.open .receiving.signed")).to_contain_text("Del Rivers")
    release(desk_of("clerk_0"), name)
    lead.goto(address)
    expect(lead.locator(".bridge.closed .half.signed")).to_have_count(2)
    expect(lead.locator("main")).to_contain_text("The SIS is told tonight.")
    take(lead, "Present on the first day")
    take(lead, "Records are in")
    first_check = {"Behavior, attendance, grades": "Attends daily", "At the first check": "Kept:"}
    take(lead, "Check done", **first_check)
    expect(lead.get_by_role("region", name="What the school promised")).to_contain_text("Kept")
    take(lead, "Stable: close")
    expect(lead.locator(".path .here")).to_contain_text("Closed: stable")


def open_transfer(page: Page) -> str:
    """Open a request for the first student of a high-school grade without an open case."""
    page.goto("/students/")
    here = page.locator("[data-row]").filter(has_not_text="left")
    found = [
        (link.inner_text(), link.get_attribute("href") or "")
        for link in here.locator("a[data-open]").all()
    ]
    for name, place in found:
        page.goto(place)
        if page.get_by_text("Nothing is open about this student.").count():
            page.locator("summary", has_text="Open a case").click()
            page.get_by_label("About what").select_option(label="Options transfer")
            page.get_by_label("Why", exact=True).fill("Far behind in credits, wants a half day.")
            page.get_by_role("button", name="Open the case").click()
            expect(page.locator("h1")).to_have_text("Options transfer")
            return name
    raise AssertionError("everybody on the first page has an open case")


def take(page: Page, step: str, **said: str) -> None:
    """Take a step of the case on the page, answering by the labels of its fields."""
    form = page.locator("form[action*='/steps/']").filter(
        has=page.get_by_role("button", name=step, exact=True, include_hidden=True)
    )
    if said and not form.locator("details").evaluate("each => each.open"):
        form.locator("summary").click()
    for label, answer in said.items():
        field = form.get_by_label(label)
        if field.evaluate("each => each.tagName") == "SELECT":
            choice = field.locator("option", has_text=answer).first
            field.select_option(value=choice.get_attribute("value"))
        else:
            field.fill(answer)
    form.get_by_role("button", name=step, exact=True).click()
    page.wait_for_load_state()
    assert "/steps/" not in page.url, page.locator("main").inner_text()


def offer_first_seat(page: Page) -> None:
    """Offer a seat of the intake's school, with a reason: it may not be one of the best three."""
    said = {
        "Seat": "Second Tide",
        "Consent recorded on": "2026-11-20",
        "Why, if it is not one of the three that fit best": "A sister goes there",
    }
    take(page, "Offer a seat", **said)


def accept(page: Page, name: str) -> None:
    """The receiving school accepts on its own page."""
    page.get_by_role("link", name="Arrivals").click()
    row = page.locator("[data-row]", has_text=name)
    row.get_by_text("Accept").first.click()
    row.get_by_label("Intake on").fill("2026-11-23")
    row.get_by_label("First day expected on").fill(FIRST_DAY)
    row.get_by_label("First week: days and hours").fill("Mornings, 8:30 to 12:00")
    row.get_by_label("Advocate at the school").fill("Noor Abara")
    row.get_by_label("Finishes in").select_option(label="June 2028")
    row.get_by_role("button", name="Accept").click()
    page.wait_for_load_state()


def release(page: Page, name: str) -> None:
    """The sending school sees what it owes, and signs."""
    page.get_by_role("link", name="Handovers").click()
    row = page.locator("[data-row]", has_text=name)
    row.get_by_role("link", name="Release").click()
    signed = {"Last day at the sending school": LAST_DAY, "Leave code": "02 Moved"}
    take(page, "Release", **signed)
