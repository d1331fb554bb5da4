"""From Today to a logged call in five steps, without the mouse (issue 3, acceptance 7)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Desk = Callable[..., Page]


def test_a_call_is_logged_in_five_steps_from_a_misspelled_name(desk_of: Desk) -> None:
    page = desk_of("okafor")
    row = page.locator("[data-row]", has_text="Bring back an inactive student").first
    family, given = row.locator("a[data-open]").inner_text().split(", ")
    misspelled = family[:2] + family[3:] + " " + given.split()[0]
    keys = page.keyboard
    steps = (
        lambda: keys.press("Control+k"),
        lambda: keys.type(misspelled),
        lambda: keys.press("Shift+Enter"),
        lambda: keys.type("No answer; voice mail is full."),
        lambda: keys.press("Control+Enter"),
    )
    assert len(steps) == 5
    for number, step in enumerate(steps):
        step()
        if number == 1:  # a person sees the name in the list before choosing it
            expect(page.locator("#jump [aria-selected=true]")).to_contain_text(f"{family}, {given}")
        if number == 2:
            expect(page.locator("#contact-text")).to_be_focused()
    expect(page.locator("#stream")).to_contain_text("No answer; voice mail is full.")
    expect(page.locator("h1")).to_contain_text(family)


def test_jump_closes_with_escape_and_leads_nowhere_without_a_choice(desk_of: Desk) -> None:
    page = desk_of("clerk_0")
    page.keyboard.press("Control+k")
    expect(page.locator("#jump")).to_be_visible()
    page.keyboard.type("zzzzzz")
    expect(page.locator("#jump .empty")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#jump")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#jump")).to_be_hidden()


def test_arrows_choose_and_enter_opens(desk_of: Desk) -> None:
    page = desk_of("lead", width=360)
    page.get_by_role("button", name="Jump").click()
    expect(page.locator("#jump [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#jump [aria-selected=true] a")
    address = chosen.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
