"""Does an address on the network still answer? Asked briefly, and never inside the district."""

import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPSConnection
from ipaddress import ip_address
from socket import getaddrinfo
from urllib.parse import urlsplit

Fetch = Callable[[str], str]
"""Asks an address; returns "" where it answered, else what stands in the way."""
SECONDS = 10
NO_ANSWER, NOT_PUBLIC = "no answer", "not a public address"
ASKS_FOR_MORE = (401, 403, 405)
"""Somebody is there who wants a sign-in, or no HEAD: the link is not dead."""


def is_link(text: str) -> bool:
    """Say whether `text` is an https address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and " " not in text
    except ValueError:
        return False


def ask(address: str) -> str:
    """Ask one https address; a page that moved answers, and is not followed.

    A host inside the district is refused: whoever writes a link must not reach through the server.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    try:
        if not all(ip_address(each[4][0]).is_global for each in getaddrinfo(host, port)):
            return NOT_PUBLIC
        return problem_of(_status(host, port, parts.path or "/"))
    except (OSError, HTTPException, ssl.SSLError, ValueError):
        return NO_ANSWER


def problem_of(status: int) -> str:
    """Return what an answer with this HTTP status says against a link; "" for nothing."""
    return "" if status < 400 or status in ASKS_FOR_MORE else f"status {status}"


def _status(host: str, port: int, path: str) -> int:
    connection = HTTPSConnection(host, port, timeout=SECONDS)
    try:
        connection.request("HEAD", path)
        return connection.getresponse().status
    finally:
        connection.close()
