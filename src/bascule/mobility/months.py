"""Ages, birthdays and spans in whole months."""

from datetime import date

from bascule.kernel.school_calendar import YEAR_TURNS, school_year_of


def age_on(birth_on: date, day: date) -> int:
    """Return the age in whole years on a day."""
    return months_between(birth_on, day) // 12


def birthday_of(birth_on: date, age: int) -> date:
    """Return the day on which somebody turns `age`; who was born on a leap day, on March 1."""
    try:
        return birth_on.replace(year=birth_on.year + age)
    except ValueError:
        return date(birth_on.year + age, 3, 1)


def months_between(first: date, last: date) -> int:
    """Return the whole months from one day to another, negative where it lies before."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


def months_after(day: date, months: int) -> date:
    """Return the day so many months later; beyond the 28th, the 28th."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


def first_month_of(day: date) -> date:
    """Return the first day of the school year of a day, as of its first month: July 1."""
    return date(school_year_of(day) - 1, YEAR_TURNS, 1)


def months_from(first: date, last: date) -> list[date]:
    """Return the first days of the months from that of `first` to that of `last`."""
    begin = first.replace(day=1)
    return [months_after(begin, place) for place in range(months_between(begin, last) + 1)]
