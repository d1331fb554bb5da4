"""Two people have the same case open: each is told that the other types."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Desk = Callable[..., Page]


def test_who_opens_a_case_hears_that_somebody_else_types_on_it(desk_of: Desk) -> None:
    clerk = desk_of("clerk_1")
    clerk.goto("/cases/?workflow=unproven_transfer&state=unproven")
    clerk.locator("[data-row] a[data-open]").first.click()
    address = clerk.url.partition("?")[0]
    lead = desk_of("lead", width=360)
    lead.goto(address)
    expect(lead.get_by_text("is writing here")).to_have_count(0)
    with clerk.expect_response("**/here/"):
        clerk.locator("#text").focus()
    expect(clerk.get_by_text("is writing here")).to_have_count(0)
    with lead.expect_response("**/here/"):  # who was there before is told by the same word
        lead.locator("#text").focus()
    expect(lead.get_by_text("is writing here since")).to_be_visible()
    assert lead.evaluate("document.documentElement.scrollWidth") == 360
    clerk.reload()
    expect(clerk.get_by_text("is writing here since")).to_be_visible()
