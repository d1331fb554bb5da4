"""A step taken by mistake: the offer to undo it, one key, and the case stands as before."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Desk = Callable[..., Page]
ASK = "Ask for proof"


def open_a_case(page: Page, place: int) -> None:
    """Open a transfer without proof: there are many, and nobody else takes this one."""
    page.goto("/cases/?workflow=unproven_transfer&state=unproven")
    page.locator("[data-row] a[data-open]").nth(place).click()
    expect(page.get_by_role("button", name=ASK)).to_be_visible()


def test_a_step_is_undone_by_one_key_and_the_history_keeps_it(desk_of: Desk) -> None:
    page = desk_of("clerk_0")
    open_a_case(page, 2)
    here = page.locator(".path [aria-current=step]")
    clock = page.locator("#next ~ p time").get_attribute("datetime")
    form = page.locator("form", has=page.get_by_role("button", name=ASK))
    form.get_by_label("Asked on").fill("2026-11-20")
    form.get_by_label("Of whom").fill("The school in Gary")
    form.get_by_role("button", name=ASK).click()
    expect(page.get_by_role("status").filter(has_text=f"Done: {ASK}.")).to_be_visible()
    expect(here).to_contain_text("Proof asked for")
    page.keyboard.press("z")
    expect(page.get_by_role("status").filter(has_text="Undone.")).to_be_visible()
    expect(here).to_contain_text("No proof yet")
    assert page.locator("#next ~ p time").get_attribute("datetime") == clock
    expect(page.locator("#history ~ .history .undone")).to_contain_text("Undone by")


def test_the_offer_leaves_after_ten_seconds_and_stays_in_the_history(desk_of: Desk) -> None:
    page = desk_of("clerk_0", width=360)
    page.clock.install()
    open_a_case(page, 3)
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
