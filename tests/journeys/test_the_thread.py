"""From the nightly files to a row on Today, a step taken, and a refusal: in a real browser."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Desk = Callable[..., Page]


def test_a_specialist_takes_up_a_student_who_is_nowhere_enrolled(desk_of: Desk) -> None:
    page, row = a_row_to_take_up(desk_of)
    specialist = page.locator(".me strong").inner_text()
    name = row.locator("a[data-open]").inner_text()
    row.locator("a[data-open]").click()
    expect(page.locator("h1")).to_have_text("Bring back an inactive student")
    page.get_by_role("button", name="Take up").click()
    expect(page.locator(".path .here")).to_contain_text("Reaching out")
    expect(page.locator(".history").last).to_contain_text(specialist)
    page.get_by_role("link", name=name).click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".stream .status.late", has_text="Nowhere enrolled:").first).to_be_visible()


def a_row_to_take_up(desk_of: Desk) -> tuple[Page, Locator]:
    """A missing student whom nobody has taken up, on the desk of whichever specialist has one."""
    for specialist in ("okafor", "wren", "halas", "zhao"):
        page = desk_of(specialist)
        missing = page.locator("[data-row]", has_text="Enrolled nowhere")
        rows = missing.filter(has_text="Take up")
        if rows.count():
            return page, rows.first
    raise AssertionError("no specialist has a missing student to take up")


def test_a_link_to_a_case_of_another_network_says_nothing_about_it(desk_of: Desk) -> None:
    owner = desk_of("okafor")
    elsewhere = owner.locator("[data-row]").filter(has_not_text="Ferry Landing")
    elsewhere.first.locator("a[data-open]").click()
    address, name = owner.url, owner.locator("h1 ~ .count a").inner_text()
    stranger = desk_of("clerk_1")
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(stranger.locator("h1")).to_have_text("You may not see this, or it does not exist.")
    assert name not in stranger.content()


def test_a_student_is_found_by_a_misspelled_name_from_the_keyboard(desk_of: Desk) -> None:
    page = desk_of("lead")
    page.goto("/students/")
    name = page.locator("[data-row] a[data-open]").nth(7).inner_text()
    family = name.split(",")[0]
    misspelled = family[:2] + family[3:] + " " + name.split(", ")[1].split()[0]
    page.keyboard.press("/")
    page.keyboard.type(misspelled)
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_contain_text("found for")
    expect(page.locator("[data-row] a[data-open]", has_text=name).first).to_be_visible()


def test_the_steward_sees_runs_and_the_reasons_of_rejected_rows(desk_of: Desk) -> None:
    page = desk_of("steward")
    page.get_by_role("link", name="Feeds").click()
    page.get_by_role("link", name="enrollment_events.csv").first.click()
    expect(page.locator("h2")).to_have_text(re.compile(r"\d+ rows? in quarantine"))
    expect(page.locator("div.panel p").first).not_to_be_empty()
