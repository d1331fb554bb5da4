"""Ed-Fi interchange files streamed record by record, safely.

The parser resolves no entity, loads no DTD and opens no network; a file with a document type is
refused before its records are read. Memory stays constant: each record is dropped once read.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from bascule.feeds.standards.csv_lines import Fault

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://ed-fi.org/5.2.0"
ROOT = "Interchange"


class Interchange(NamedTuple):
    """What the root of a file says: the interchange's name without the prefix, the version."""

    name: str
    version: str


class Record(NamedTuple):
    """One record of an interchange: its element's name, line and element."""

    kind: str
    line: int
    element: "_Element"


class InterchangeError(ValueError):
    """The file cannot be read as XML; `line` says where, `fault` why."""

    def __init__(self, line: int | None, fault: Fault) -> None:
        super().__init__(fault.message)
        self.line, self.fault = line, fault


def interchange_of(path: Path) -> Interchange | None:
    """Return the interchange that a file's root announces, or None for another file."""
    from lxml import etree

    root = _root_of(path)
    name = etree.QName(root) if root is not None else None
    if name is None or not (name.namespace or "").startswith("http://ed-fi.org/"):
        return None
    if not name.localname.startswith(ROOT):
        return None
    return Interchange(name.localname.removeprefix(ROOT), (name.namespace or "").rpartition("/")[2])


def _root_of(path: Path) -> "_Element | None":
    """Return the root element as soon as its start tag is read; None where there is none."""
    from lxml import etree

    parser = etree.XMLPullParser(("start",), resolve_entities=False, no_network=True)
    try:
        with path.open("rb") as stream:
            while byte := stream.read(1):  # no more than the root: what follows may be broken
                parser.feed(byte)
                for event in parser.read_events():
                    return cast("_Element", event[1])
    except (etree.XMLSyntaxError, OSError):
        pass
    return None


def records_of(path: Path) -> Iterator[Record]:
    """Yield the records of an interchange in order. An element lives until the next is asked.

    Raises InterchangeError where the XML is broken, or where it has a document type.
    """
    from lxml import etree

    try:
        with path.open("rb") as stream:
            yield from _streamed(stream)
    except etree.XMLSyntaxError as error:
        message = f"The XML is broken: {error.msg}. Export the file again."
        raise InterchangeError(error.lineno, Fault("broken-xml", message)) from error


def _streamed(stream: BinaryIO) -> Iterator[Record]:
    from lxml import etree

    events = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    for event, element in events:
        if depth == 0 and element.getroottree().docinfo.doctype:
            text = "The file has a document type declaration, which Ed-Fi files never have."
            raise InterchangeError(1, Fault("has-doctype", text))
        depth += 1 if event == "start" else -1
        if event == "end" and depth == 1:
            yield Record(etree.QName(element).localname, element.sourceline or 0, element)
            _drop(element)


def _drop(element: "_Element") -> None:
    """Free a record and what stands before it under the root."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def text_at(element: "_Element", path: str) -> str | None:
    """Return the trimmed text of the first descendant at a path of local names; None if empty."""
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    text = found.text.strip() if found is not None and found.text else ""
    return text or None


def texts_at(element: "_Element", path: str) -> list[str]:
    """Return the trimmed texts of every descendant at a path of local names."""
    found = element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))
    return [each.text.strip() for each in found if each.text and each.text.strip()]


def reference_at(element: "_Element", name: str) -> str | None:
    """Return the `ref` of a reference element: the XML id of a record of the same package."""
    found = element.find(f"{{*}}{name}")
    return found.get("ref") if found is not None else None
