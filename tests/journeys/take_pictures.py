"""Takes the pictures of the pages that the documents show, from a demo that runs.

Run: make pictures PORT=8000. Each page at the width of a desk and of a phone.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WIDTHS = (1280, 360)


def first_case(page: Page) -> None:
    """Open the first case of the list."""
    page.goto("/cases/")
    page.locator("[data-row] a[data-open]").first.click()


def its_student(page: Page) -> None:
    """Open the student of the first case."""
    first_case(page)
    page.locator("main .head a").first.click()


def a_figure(page: Page) -> None:
    """Open the first figure of the networks."""
    page.goto("/measures/?unit=network")
    page.locator("td.number a").first.click()


PICTURES: dict[str, tuple[str, str | Callable[[Page], None]]] = {
    "today": ("okafor", "/"),
    "case": ("okafor", first_case),
    "student": ("okafor", its_student),
    "figure": ("lead", a_figure),
    "trends": ("lead", "/trends/"),
    "last-night": ("lead", "/nights/"),
    "feeds": ("steward", "/feeds/"),
}


def take_pictures(address: str, folder: Path) -> None:
    """Write one picture of each page and width, of what a screen shows without scrolling."""
    folder.mkdir(parents=True, exist_ok=True)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for name, (who, place) in PICTURES.items():
            for width in WIDTHS:
                context = chromium.new_context(
                    viewport={"width": width, "height": 800}, base_url=address, locale="en"
                )
                page = context.new_page()
                page.goto("/sign-in/")
                page.locator(f"form[action='/sign-in/{who}/'] button").click()
                page.wait_for_load_state()
                if callable(place):
                    place(page)
                else:
                    page.goto(place)
                page.wait_for_load_state()
                page.screenshot(path=folder / f"{name}-{width}.jpg", type="jpeg", quality=60)
                context.close()
        chromium.close()


if __name__ == "__main__":
    take_pictures(sys.argv[1], Path(sys.argv[2]))
