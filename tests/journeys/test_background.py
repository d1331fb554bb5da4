"""What the worker inside the demo does for people: a list to take away, a steward who is told."""

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

Desk = Callable[..., Page]
WITHIN = 90


def test_a_list_is_written_in_the_background_and_taken_away(desk_of: Desk) -> None:
    page = desk_of("okafor")
    page.goto("/students/")
    told = page.locator(".head .count").inner_text()
    page.get_by_role("button", name="Export").click()
    deadline = time.monotonic() + WITHIN
    while page.get_by_text("Being written").count():
        assert time.monotonic() < deadline, "no worker has written the list"
        time.sleep(0.5)
        page.goto("/exports/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Students", exact=True).last.click()
    lines = Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) - 1 == int("".join(filter(str.isdigit, told)))


def test_the_steward_is_told_of_a_record_opened_by_necessity(desk_of: Desk) -> None:
    lead, counselor = desk_of("lead"), desk_of("counselor_0")
    counselor.goto("/students/")
    own_school = counselor.locator("[data-row] .why").first.inner_text().splitlines()[0]
    lead.goto("/students/?page=2")
    elsewhere = lead.locator("[data-row]").filter(has_not_text=own_school)
    number = elsewhere.locator(".who .where").first.inner_text()
    counselor.goto("/elevations/")
    counselor.get_by_label("Number of the student").fill(number)
    counselor.get_by_label("Why you need this record now").fill("His mother is at the door.")
    counselor.get_by_role("button", name="Open the record").click()
    expect(counselor.get_by_text("You opened the record by necessity")).to_be_visible()
    steward = desk_of("steward")
    deadline = time.monotonic() + WITHIN
    while not steward.locator("#notices").count():
        assert time.monotonic() < deadline, "nobody has told the steward"
        time.sleep(0.5)
        steward.goto("/")
    steward.locator("#notices summary").click()
    steward.get_by_role("link", name="Somebody opened a record by necessity.").first.click()
    expect(steward.get_by_text("His mother is at the door.").first).to_be_visible()
