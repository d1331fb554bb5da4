"""Rates as published tables print them: exact decimals, rounded half-up.

Python's `round()` and `Decimal`'s default round half to even and miss 20 of the 3,828 published
Colorado rates of 2011-12 (domain/mobility.md 2.2), e.g. 18/32 = 56.25 -> 56.3.
"""

from decimal import Decimal
from operator import index


def percent(numerator: int, denominator: int, places: int = 1) -> Decimal:
    """Return 100 x `numerator` / `denominator` in percent, half-up to `places` decimals.

    Exact: whole-number arithmetic throughout, no binary fraction on the way. The result has
    exactly `places` decimals (0 or more) and may exceed 100 where moves are counted over
    students (domain/mobility.md 2.1, Georgia).

    Raises ValueError if `denominator` is not positive (a rate of nobody is missing, not zero),
    if `numerator` is negative or if `places` is negative; TypeError if either count is not a
    whole number.
    """
    part, whole = index(numerator), index(denominator)
    if whole <= 0:
        raise ValueError(f"the denominator must be positive, not {whole}")
    if part < 0:
        raise ValueError(f"the numerator must not be negative, not {part}")
    if places < 0:
        raise ValueError(f"places must not be negative, not {places}")
    steps, rest = divmod(part * 100 * 10**places, whole)
    rounded = steps + (2 * rest >= whole)
    digits = tuple(int(digit) for digit in str(rounded))
    return Decimal((0, digits, -places))
