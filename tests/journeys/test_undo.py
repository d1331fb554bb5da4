"""A step taken by mistake: the offer to undo it, one key, and the case stands as before."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Desk = Callable[..., Page]
TAKE_UP = "Take up"


def with_a_first_step(page: Page) -> None:
    """Open the first case of the queue that can be taken up."""
    page.goto("/cases/?workflow=reengagement&state=found")
    page.locator("[data-row] a[data-open]").first.click()
    expect(page.get_by_role("button", name=TAKE_UP)).to_be_visible()


def test_a_step_is_undone_by_one_key_and_the_history_keeps_it(desk_of: Desk) -> None:
    page = desk_of("wren")
    with_a_first_step(page)
    here = page.locator(".path [aria-current=step]")
    before, clock = here.inner_text(), page.locator("#next ~ p time").get_attribute("datetime")
    page.get_by_role("button", name=TAKE_UP).click()
    toast = page.get_by_role("status").filter(has_text="Done: Take up.")
    expect(toast).to_be_visible()
    expect(here).not_to_have_text(before)
    page.keyboard.press("z")
    expect(page.get_by_role("status").filter(has_text="Undone.")).to_be_visible()
    expect(here).to_contain_text(before.split("\n")[0])
    assert page.locator("#next ~ p time").get_attribute("datetime") == clock
    expect(page.locator("#history ~ .history .undone")).to_contain_text("Undone by")


def test_the_offer_leaves_after_ten_seconds_and_stays_in_the_history(desk_of: Desk) -> None:
    page = desk_of("wren", width=360)
    page.clock.install()
    with_a_first_step(page)
    page.locator("#text").fill("Nobody home.")
    page.get_by_role("button", name="Add", exact=True).click()
    toast = page.locator("[data-toast]")
    expect(toast).to_be_visible()
    toast.hover()
    page.clock.run_for(11_000)
    expect(toast).to_be_visible()  # somebody looks at it
    page.mouse.move(1, 1)
    page.clock.run_for(11_000)
    expect(toast).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("#notes ~ .history").get_by_role("button", name="Undo").click()
    expect(page.locator("#notes ~ .history .undone")).to_contain_text("Nobody home.")
