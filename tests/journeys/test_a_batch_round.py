"""A round in a browser: prepared, run, read and offered by the Lead; the school sees the offers."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

Desk = Callable[..., Page]
WITHIN = 60
NONE_LEFT = re.compile(r"\b0 being made")


def test_a_round_is_prepared_run_read_and_offered(desk_of: Desk) -> None:
    lead = desk_of("lead")
    prepare_anew(lead)
    listed = students(lead)
    assert listed
    lead.get_by_role("button", name="Run the round").click()
    expect(lead.locator("main")).to_contain_text("0 blocking pairs")
    expect(lead.locator("[data-row] .reasons").first).to_contain_text("Choice 1, ")
    seen = students(lead)
    assert sorted(seen) == sorted(listed)
    address = lead.url
    specialist = desk_of("okafor", width=360)
    specialist.goto(address)
    expect(specialist.get_by_role("button", name="Run again")).to_have_count(0)
    assert set(students(specialist)) < set(seen)
    offered = make_offers(lead)
    intake = desk_of("intake")
    intake.get_by_role("link", name="Arrivals").click()
    arrivals = intake.locator("#group-offered ~ ul").inner_text()
    told = lead.locator("#students ~ ul [data-row] .when").all_inner_texts()
    assert [name for name in offered if name in arrivals], (offered, told, arrivals)


def prepare_anew(page: Page) -> None:
    """Cancel the round that stands prepared, before any offer, and prepare one for its window."""
    page.get_by_role("link", name="Rounds").click()
    row = page.locator("[data-row]", has_text="Prepared").first
    window = row.locator("a[data-open]").inner_text()
    row.locator("a[data-open]").click()
    page.get_by_role("button", name="Cancel the round").click()
    expect(page.locator(".head .status")).to_have_text("Cancelled")
    page.get_by_role("link", name="Rounds").click()
    choice = page.get_by_label("Window").locator("option", has_text=window)
    page.get_by_label("Window").select_option(value=choice.get_attribute("value"))
    page.get_by_role("button", name="Prepare the round").click()
    expect(page.locator("h1")).to_have_text(f"Round for {window}")


def students(page: Page) -> list[str]:
    """Return who is shown in the round."""
    return page.locator("#students ~ ul [data-row] .who a").all_inner_texts()


def make_offers(page: Page) -> list[str]:
    """Confirm, wait until each offer is made or skipped, and return whom one was made."""
    page.locator("#families").check()
    page.get_by_role("button", name="Make the offers").click()
    deadline = time.monotonic() + WITHIN
    while page.get_by_role("status").get_by_text(NONE_LEFT).count() == 0:
        assert time.monotonic() < deadline, "no worker has made the offers"
        page.reload()
    rows = page.locator("#students ~ ul [data-row]")
    made = rows.filter(has=page.get_by_text("Done", exact=True))
    assert made.count()
    return made.locator(".who a").all_inner_texts()
