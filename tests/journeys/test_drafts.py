"""A half-written note: the page is closed, another device opens it, and the words are there."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

Desk = Callable[..., Page]
HALF = "Her aunt says she stays with"


def test_what_was_typed_waits_on_another_device_until_it_is_discarded(desk_of: Desk) -> None:
    page = desk_of("clerk_1")
    page.goto("/cases/?workflow=unproven_transfer&state=unproven")
    page.locator("[data-row] a[data-open]").nth(1).click()
    page.locator("#text").fill(HALF)
    told = page.locator("[data-draft]", has_text="Draft saved")
    expect(told).to_be_visible(timeout=8000)
    address = page.url.partition("?")[0]
    phone = desk_of("clerk_1", width=360)
    phone.goto(address)
    expect(phone.locator("#text")).to_have_value(HALF)
    expect(phone.get_by_text("Your draft of")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    with phone.expect_response("**/drafts/"):
        phone.get_by_role("button", name="Discard").click()
    expect(phone.locator("#text")).to_have_value("")
    phone.reload()
    expect(phone.locator("#text")).to_have_value("")


def test_a_note_that_is_sent_leaves_no_draft(desk_of: Desk) -> None:
    page = desk_of("clerk_1")
    page.goto("/cases/?workflow=unproven_transfer&state=unproven")
    page.locator("[data-row] a[data-open]").nth(2).click()
    page.locator("#text").fill("Called the school in Gary.")
    expect(page.locator("[data-draft]", has_text="Draft saved")).to_be_visible(timeout=8000)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#notes ~ .history")).to_contain_text("Called the school in Gary.")
    page.reload()
    expect(page.locator("#text")).to_have_value("")


def test_a_note_that_is_sent_while_its_draft_is_kept_leaves_none(desk_of: Desk) -> None:
    page = desk_of("clerk_1")
    page.goto("/cases/?workflow=unproven_transfer&state=unproven")
    page.locator("[data-row] a[data-open]").nth(2).click()
    held: list[Route] = []
    page.route("**/drafts/", lambda route: held.append(route))
    with page.expect_request("**/drafts/"):
        page.locator("#text").fill("Called them again.")
    page.get_by_role("button", name="Add", exact=True).click(no_wait_after=True)
    held[0].continue_()
    expect(page.locator("#notes ~ .history")).to_contain_text("Called them again.")
    page.locator("#text").fill("And a third time.")  # sent before its draft is
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#notes ~ .history")).to_contain_text("And a third time.")
    page.reload()
    expect(page.locator("#text")).to_have_value("")
    assert len(held) == 1


def test_a_draft_that_cannot_be_kept_is_said(desk_of: Desk) -> None:
    page = desk_of("clerk_1")
    page.goto("/cases/?workflow=unproven_transfer&state=unproven")
    page.locator("[data-row] a[data-open]").first.click()
    page.context.set_offline(True)
    page.locator("#text").fill("The line is down.")
    expect(page.get_by_text("Not saved: you are signed out")).to_be_visible(timeout=8000)
    page.context.set_offline(False)
    page.locator("#text").fill("The line is up.")
    expect(page.locator("[data-draft]", has_text="Draft saved")).to_be_visible(timeout=8000)
    with page.expect_response("**/drafts/"):
        page.get_by_role("button", name="Discard").click()
