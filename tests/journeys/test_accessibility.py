"""Every page: no axe finding with every rule on, no sideways scroll on a phone, no CSP breach."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (360, 1280)  # each page is opened wide, read narrow and then wide again
PAGES = {
    "okafor": [
        "/",
        "/students/",
        "/cases/",
        "chosen cases",
        "/mails/",
        "/gaps/",
        "first gap",
        "first procedure",
        "/calendar/",
        "/nights/",
        "/exports/",
        "/elevations/",
        "/factors/",
        "/measures/",
        "/measures/?unit=school",
        "first figure",
        "first case",
        "first student",
        "story of the first case",
        "readers of the first case",
        "transition note of the first case",
        "first switchboard",
        "/no-page",
    ],
    "lead": [
        "/seats/",
        "first line of seats",
        "/seats/new/",
        "/rounds/",
        "first round",
        "/calls/",
        "/tickets/?cause=late_entry",
        "/handovers/",
        "/handovers/?show=told",
        "/handovers/?show=otherwise",
        "first handover",
        "/adherence/",
        "/plans/",
        "/procedures/",
        "/certified/",
        "scenarios of the certification",
        "first plan",
        "/outreach/",
        "/outreach/steps/",
        "/outreach/steps/?by=el",
        "/outreach/slice/",
        "/board/",
        "/board/between/",
        "/board/denials/",
        "/cover/",
        "first hand-back",
        "/cases/?late=1&desk=schools",
        "/trends/",
        "/trends/comment/",
        "newest pack",
    ],
    "intake": ["/arrivals/", "first answer", "the school certification"],
    "clerk_0": [
        "/",
        "/certified/",
        "the school certification",
        "/calls/",
        "/tickets/",
        "first case",
        "story of the first case",
    ],
    "steward": ["/feeds/", "first run", "/look-alikes/", "first pair"],
}


def opened(page: Page, place: str) -> None:
    if place.startswith("/"):
        page.goto(place)
        return
    page.goto(
        {
            "first case": "/cases/",
            "chosen cases": "/cases/",
            "first gap": "/gaps/",
            "first procedure": "/procedures/",
            "the school certification": "/certified/",
            "scenarios of the certification": "/certified/",
            "story of the first case": "/cases/",
            "readers of the first case": "/cases/",
            "transition note of the first case": "/cases/",
            "first student": "/students/",
            "first run": "/feeds/",
            "first pair": "/look-alikes/",
            "first line of seats": "/seats/",
            "first answer": "/arrivals/",
            "first round": "/rounds/",
            "first handover": "/handovers/?show=told",
            "first switchboard": "/measures/?unit=school",
            "first hand-back": "/cover/",
            "first plan": "/plans/",
            "first figure": "/measures/?unit=network",
            "newest pack": "/trends/",
        }[place]
    )
    if place == "chosen cases":
        page.get_by_label("Choose all on this page").check()
        page.get_by_role("button", name="Work on the chosen together").click()
        page.get_by_text("Note a contact").click()
        return
    if place == "first answer":
        page.locator(".answers summary").first.click()
        return
    links = {"first hand-back": "a[href^='/cover/']", "newest pack": "a[href^='/trends/packs/']",
             "the school certification": "a[href^='/procedures/']",
             "scenarios of the certification": "a[href^='/procedures/']"}  # fmt: skip
    first = links.get(place, "[data-row] a[data-open], td a")
    page.locator(f"main :is({first})").first.click()
    page.wait_for_load_state()
    if place.endswith("of the first case"):
        page.locator("main .head a").first.click()
        page.wait_for_load_state()
    if place.startswith("transition note"):
        page.locator("#note ~ p a").first.click()
        page.wait_for_load_state()
    if place.startswith("scenarios"):
        page.locator("main a[href$='/scenarios/']").click()
        page.wait_for_load_state()
    if place.startswith("readers"):
        page.locator("#who ~ p a").click()
        page.wait_for_load_state()


@pytest.mark.parametrize("who", list(PAGES))
def test_every_page_passes_axe_and_fits(desk_of: Callable[..., Page], who: str) -> None:
    page = desk_of(who)
    breaches: list[str] = []
    page.on("console", lambda line: breaches.append(line.text) if line.type == "error" else None)
    for place in PAGES[who]:
        opened(page, place)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert (place, width, faults_of(page)) == (place, width, [])
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (place, wide) == (place, width)
    policy = [text for text in breaches if "Content Security Policy" in text]
    assert policy == []


def faults_of(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe finds, each with the first places; no rule is off."""
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"][:2]]) for each in found]


def test_the_sign_in_page_passes_too(browser, demo_address: str) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{demo_address}/sign-in/")
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()
