"""A specialist is away, a colleague works the queue, and on return reads what happened."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Desk = Callable[..., Page]
AWAY_SINCE, AWAY_UNTIL, BACK_AFTER = "2026-11-20", "2026-11-25", "2026-11-23"
SAID = "The aunt will bring the papers on Tuesday."
MOST_ROWS = 200


def test_an_absence_puts_the_queue_on_the_cover_and_hands_back_what_happened(desk_of: Desk) -> None:
    wren, zhao = desk_of("wren"), desk_of("zhao")
    expect(zhao.get_by_text("until Wednesday")).to_have_count(0)
    record_absence(wren, cover="Wren")  # oneself: refused in words, and the form is kept
    expect(wren.get_by_role("alert")).to_contain_text("Nothing was recorded.")
    record_absence(wren, cover="Lin Zhao")
    row = wren.locator("[data-row]", has_text="Tomas Wren")
    expect(row).to_contain_text("Lin Zhao covers")
    expect(row).to_contain_text("Fri Nov 20 to Wed Nov 25")
    name = work_first_covered_case(zhao)
    row.get_by_text("End it").first.click()
    row.get_by_label("Last day away").fill(BACK_AFTER)
    row.get_by_role("button", name="End it").click()
    row = wren.locator("[data-row]", has_text="Tomas Wren")
    expect(row).to_contain_text("Fri Nov 20 to Mon Nov 23")
    row.get_by_role("link", name="What happened").click()
    expect(wren.locator("h1")).to_have_text("What happened while you were away")
    handed_back = wren.locator("[data-row]", has_text=name).filter(has_text=SAID)
    expect(handed_back).to_contain_text("Lin Zhao")


def record_absence(page: Page, *, cover: str) -> None:
    """Say on the page that oneself is away, and who covers."""
    page.get_by_role("link", name="Cover").first.click()
    form = page.locator("form", has=page.get_by_role("button", name="Record the absence"))
    form.get_by_label("First day away").fill(AWAY_SINCE)
    form.get_by_label("Last day away").fill(AWAY_UNTIL)
    choice = form.get_by_label("Who covers").locator("option", has_text=cover)
    form.get_by_label("Who covers").select_option(value=choice.get_attribute("value"))
    form.get_by_label("Reason").fill("Training")
    form.get_by_role("button", name="Record the absence").click()
    page.wait_for_load_state()


def work_first_covered_case(page: Page) -> str:
    """Find by the keys, on Today, the first row that is covered; note a call on its case."""
    page.goto("/")
    covered = page.locator("[data-row]", has_text="you cover")
    expect(covered.first).to_contain_text("until Wednesday")
    fits(page, 360)
    row = reached_by_keys(page, covered)
    name = row.locator("a[data-open]").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("main .head")).to_contain_text(name)
    note = page.locator("form[action$='/notes/']")
    note.get_by_label("What was tried").fill(SAID)
    note.get_by_role("button", name="Add").click()
    expect(page.locator(".history").first).to_contain_text(SAID)
    return name


def reached_by_keys(page: Page, wanted: Locator) -> Locator:
    """Press j until the focus is in one of the wanted rows; return that row."""
    focused = wanted.filter(has=page.locator("a:focus"))
    for _ in range(MOST_ROWS):
        page.keyboard.press("j")
        if focused.count():
            return focused
    raise AssertionError("no row of these can be reached by the keys")


def fits(page: Page, width: int) -> None:
    """Look once at a phone's width: nothing scrolls sideways. Then as wide as before."""
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.set_viewport_size({"width": 1280, "height": 900})
