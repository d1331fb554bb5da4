"""A family gets its page, opens it on a phone, reads it in Spanish and answers: in a browser."""

import re
from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_accessibility import faults_of

Desk = Callable[..., Page]
PHONE = {"width": 360, "height": 800}


def test_a_family_reads_and_answers_in_spanish_until_its_link_is_taken_back(
    desk_of: Desk, browser: Browser, demo_address: str
) -> None:
    desk = desk_of("lead")
    name, born = open_offered_case(desk)
    case, address = desk.url, give_page(desk)
    phone = browser.new_context(viewport=PHONE, base_url=demo_address, locale="en-US").new_page()  # type: ignore[arg-type]
    phone.goto(address)
    fits_and_passes(phone)
    assert name not in phone.content()
    open_door(phone, born.replace(year=born.year - 1))
    expect(phone.get_by_role("alert")).to_contain_text("Esta no es la fecha correcta")
    fits_and_passes(phone)
    open_door(phone, born)
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone.locator("h1")).to_have_text(f"La solicitud de {name}")
    expect(phone.locator("#now")).to_contain_text("Hay un lugar")
    expect(phone.locator("main")).to_contain_text("Conteste a más tardar el")
    expect(phone.locator(".way .here")).to_contain_text("ahora")
    expect(phone.locator("main")).to_contain_text("Llame al 773-555-0142")
    fits_and_passes(phone)
    phone.locator("summary", has_text="No, no lo queremos").click()
    phone.get_by_label("¿Por qué no?").select_option(label="Queda demasiado lejos")
    phone.get_by_role("button", name="Decir que no").click()
    expect(phone.locator("#you ~ p").first).to_contain_text("Usted dijo que no")
    phone.get_by_role("button", name="Sí, queremos este lugar").click()
    expect(phone.locator("#you ~ p").first).to_contain_text("Usted dijo que sí")
    reads_in_english_and_back(phone)
    desk.goto(case)
    expect(desk.locator("main")).to_contain_text("The family says yes to the seat")
    expect(desk.locator("main")).to_contain_text("Opened")
    desk.locator("form[action$='/end/'] button").click()
    expect(desk.locator("main")).to_contain_text("Nobody of the family has the page")
    phone.reload()
    expect(phone.locator("h1")).to_contain_text("This link has ended")
    expect(phone.locator("[lang=es]")).to_contain_text("Este enlace ya no sirve")
    assert name not in phone.content()
    fits_and_passes(phone)
    phone.context.close()


def test_the_demos_family_sits_down_at_its_page(browser: Browser, demo_address: str) -> None:
    phone = browser.new_context(viewport=PHONE, base_url=demo_address).new_page()  # type: ignore[arg-type]
    phone.goto("/sign-in/")
    phone.get_by_role("button", name="A family, on its phone").click()
    expect(phone.locator("h1")).to_contain_text("La solicitud de")
    fits_and_passes(phone)
    phone.get_by_role("button", name="Cerrar esta página").click()
    expect(phone.locator("[lang=es]")).to_contain_text("Abra otra vez el enlace")
    phone.context.close()


def open_offered_case(page: Page) -> tuple[str, datetime]:
    """Open a transfer with a seat offered and a guardian to whom nobody gave the page yet."""
    page.goto("/cases/?workflow=options_transfer")
    rows = page.locator("[data-row]", has_text="Offered").locator("a[data-open]")
    for place in [row.get_attribute("href") or "" for row in rows.all()]:
        page.goto(place)
        is_free = page.get_by_text("Nobody of the family has the page").count()
        if is_free and page.locator("#holder option").count() > 2:
            page.locator("main .head a").first.click()
            told = page.locator(".head").inner_text()
            born = re.search(r"born (\w+ \d+, \d+)", told)
            assert born is not None, told
            name = page.locator("h1").inner_text().split(", ")[1].split(" ")[0]
            page.goto(place)
            return name, datetime.strptime(born.group(1), "%b %d, %Y")  # noqa: DTZ007 - a day
    raise AssertionError("no seat is offered to anybody with a guardian")


def give_page(page: Page) -> str:
    """Give the page to the first guardian, in Spanish; return the address that is shown once."""
    page.locator("summary", has_text="Give the family its page").click()
    page.get_by_label("To whom").select_option(index=1)
    page.get_by_label("Language").select_option(label="Español")
    page.get_by_role("button", name="Give the family its page").click()
    expect(page.get_by_label("Message in the family's language")).to_have_value(
        re.compile("Aquí puede ver")
    )
    return page.get_by_label("Address").input_value()


def open_door(page: Page, born: datetime) -> None:
    """Type a birth date at the door, as a family does."""
    page.get_by_label("Mes").select_option(value=str(born.month))
    page.get_by_label("Día").fill(str(born.day))
    page.get_by_label("Año").fill(str(born.year))
    page.get_by_role("button", name="Abrir mi página").click()
    page.wait_for_load_state()


def reads_in_english_and_back(page: Page) -> None:
    """Switch the language: it is kept when the page is opened again."""
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_contain_text("The request for")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("h1")).to_contain_text("La solicitud de")


def fits_and_passes(page: Page) -> None:
    """No axe finding with every rule on, and nothing scrolls sideways."""
    assert (page.url, faults_of(page)) == (page.url, [])
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
