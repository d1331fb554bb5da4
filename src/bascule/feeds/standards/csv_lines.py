"""CSV read line by line under the rules that every standard of ours shares.

UTF-8 with an optional byte order mark, commas, RFC 4180 quotes, LF or CRLF, and no line break
inside a field (standards.md 1.2). So each physical line is one record: a fault never spoils
another line, and line numbers are exact.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

BOM = "\ufeff"
_FIELD = r'(?:"(?:[^"]|"")*"|[^",]*)'
_RECORD = re.compile(rf"{_FIELD}(?:,{_FIELD})*")
_OPEN_QUOTE = re.compile(rf'(?:{_FIELD},)*"(?:[^"]|"")*')
_BROKEN_BYTES = re.compile("[\udc80-\udcff]")


class Fault(NamedTuple):
    """What is wrong with one cell or line: a stable code and a sentence."""

    code: str
    message: str


class Line(NamedTuple):
    """One physical line: its number from 1, its cells, and the fault that keeps it unreadable."""

    number: int
    cells: list[str]
    fault: Fault | None = None


NOT_UTF8 = Fault(
    "not-utf-8",
    "This line is not UTF-8. Save the file as UTF-8 (not Latin-1 or Windows-1252) and send again.",
)
NUL = Fault("nul-character", "This line holds a NUL character. Export the file again.")
BARE_CR = Fault(
    "bare-carriage-return",
    "A carriage return stands without a line feed. Lines must end with LF or CRLF.",
)
BREAK_IN_FIELD = Fault(
    "line-break-in-field",
    "A quoted value runs over the end of the line. Values must not hold line breaks.",
)
OPEN_QUOTE = Fault("unclosed-quote", "A quoted value is not closed before the file ends.")
STRAY_QUOTE = Fault(
    "stray-quote",
    'A quote stands inside an unquoted value or text follows a closing quote. Write "" for one.',
)


def readable(text: str) -> str:
    """Return a text that can be kept: what is no UTF-8, and NUL, as replacement characters."""
    decoded = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return decoded.replace("\0", "\ufffd")


def lines_of(stream: BinaryIO, delimiter: str = ",") -> Iterator[Line]:
    """Yield every physical line of `stream`, the header first, faulty ones with their fault.

    The stream stays the caller's: it is not closed here.
    """
    text = io.TextIOWrapper(stream, "utf-8", errors="surrogateescape", newline="\n")
    try:
        yield from _numbered(text, delimiter)
    finally:
        text.detach()


def _numbered(text: Iterable[str], delimiter: str) -> Iterator[Line]:
    previous: Line | None = None
    for number, raw in enumerate(text, 1):
        if previous is not None:
            yield previous
        previous = line_of(raw.removeprefix(BOM) if number == 1 else raw, number, delimiter)
    if previous is not None:
        yield _last(previous)


def line_of(raw: str, number: int, delimiter: str = ",") -> Line:
    """Split one physical line, with or without its LF or CRLF, into cells."""
    body = raw[:-2] if raw.endswith("\r\n") else raw.removesuffix("\n")
    fault = _character_fault(body)
    if fault is None and '"' in body:
        return _quoted_line(body, number, delimiter)
    return Line(number, body.split(delimiter), fault)


def _character_fault(body: str) -> Fault | None:
    if "\r" in body:
        return BARE_CR
    if "\0" in body:
        return NUL
    if not body.isascii() and _BROKEN_BYTES.search(body):
        return NOT_UTF8
    return None


def _quoted_line(body: str, number: int, delimiter: str) -> Line:
    checked = body if delimiter == "," else body.replace(",", ";").replace(delimiter, ",")
    if _RECORD.fullmatch(checked):
        return Line(number, next(csv.reader([body], delimiter=delimiter, strict=True)))
    fault = BREAK_IN_FIELD if _OPEN_QUOTE.fullmatch(checked) else STRAY_QUOTE
    return Line(number, body.split(delimiter), fault)


def _last(line: Line) -> Line:
    """An open quote on the last line is an unclosed quote, not a line break in a field."""
    return line._replace(fault=OPEN_QUOTE) if line.fault is BREAK_IN_FIELD else line


def quoted(value: str) -> str:
    """Return `value`, which must not hold a line break, as one RFC 4180 cell: in quotes only
    where it needs them."""
    if '"' in value or "," in value:
        return '"' + value.replace('"', '""') + '"'
    return value
