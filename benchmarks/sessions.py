"""Eight people at once on mixed pages, over the wire, beside the floor of the same server.

Run: .venv/bin/python benchmarks/sessions.py [--address http://127.0.0.1:8000] [--seconds 30]
The demo must be serving there (`make demo`). Each session signs in as one of the cast, then opens
what that person opens all day: Today, lists, students, cases, a search by name and the jump box,
each address taken from the pages before. The floor is the same number of sessions on `/healthz`,
which asks the database for one row. Sessions wait for nothing between two requests. The generator
shares the machine's cores with the server and the database.
"""

import argparse
import http.client
import itertools
import re
import statistics
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

PEOPLE = ("lead", "okafor", "wren", "zhao", "chief_0", "clerk_0", "counselor_0", "liaison")
GOAL_PER_SECOND = 100
LINK = re.compile(r'href="(/(?:students|cases)/[0-9a-f-]{36}/)["?]')
NAME = re.compile(r'href="/students/[0-9a-f-]{36}/">([^<,]+), ([^<]+)</a>')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LISTS = {"today": "/", "students": "/students/", "cases": "/cases/"}


@dataclass
class Session:
    """One signed-in person on one connection that is kept open."""

    address: str
    person: str
    cookies: dict[str, str] = field(default_factory=dict)
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        place = urlsplit(self.address)
        self.line = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=60)

    def ask(self, path: str, form: dict[str, str] | None = None) -> str:
        """Return the body of one answer; anything but 200 or a redirect ends the benchmark."""
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded",
                        "Referer": self.address}  # fmt: skip
        self.line.request("GET" if form is None else "POST", path,
                          None if form is None else urlencode(form), headers)  # fmt: skip
        answer = self.line.getresponse()
        for name, value in answer.getheaders():
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        body = answer.read().decode()
        if answer.status not in (200, 302):
            raise SystemExit(f"{self.person}: {path} answered {answer.status}")
        return body

    def sign_in(self) -> None:
        """Sign in by the demo's page."""
        token = TOKEN.search(self.ask("/sign-in/"))
        if token is None:
            raise SystemExit("no sign-in form: is a demo serving there?")
        self.ask(f"/sign-in/{self.person}/", {"csrfmiddlewaretoken": token[1]})

    def timed(self, kind: str, path: str) -> str:
        """Ask and keep how many ms it took under the kind of page."""
        started = time.perf_counter()
        body = self.ask(path)
        self.took[kind].append(1000 * (time.perf_counter() - started))
        return body

    def work(self, until: float) -> None:
        """Open mixed pages until an instant of the monotonic clock."""
        for turn in itertools.count():
            for kind, path in LISTS.items():
                body = self.timed(kind, path)
                links = list(dict.fromkeys(LINK.findall(body)))
                for link in links[turn % 7 :: 7][:3]:
                    self.timed("case" if "/cases/" in link else "student", link)
                    if time.monotonic() > until:
                        return
                names = NAME.findall(body)
                if names:
                    family, given = names[turn % len(names)]
                    self.timed("search", "/students/?q=" + quote(f"{family}, {given}"))
                    self.timed("jump", "/jump/?q=" + quote(family[:4]))

    def beat(self, until: float) -> None:
        """Ask for the server's health until an instant: what any page costs at least."""
        while time.monotonic() < until:
            self.timed("health", "/healthz")


def run_together(sessions: list[Session], what: str, seconds: float) -> tuple[float, list[float]]:
    """Let all sessions do `what` at once; return requests a second and all times, ascending."""
    started = time.monotonic()
    threads = [
        threading.Thread(target=getattr(each, what), args=(started + seconds,)) for each in sessions
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = sorted(ms for each in sessions for times in each.took.values() for ms in times)
    return len(took) / (time.monotonic() - started), took


def told(name: str, took: list[float]) -> str:
    """One line: how many requests, their median and their 95th percentile."""
    near_the_end = took[int(0.95 * (len(took) - 1))]
    return f"{name:<10} {len(took):>6} {statistics.median(took):>8.1f} {near_the_end:>8.1f}"


def main() -> None:
    """Warm up, measure the floor and the mixed pages, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    floor = [Session(options.address, each) for each in PEOPLE]
    floor_rate, floor_took = run_together(floor, "beat", options.seconds / 3)
    sessions = [Session(options.address, each) for each in PEOPLE]
    for each in sessions:
        each.sign_in()
    run_together(sessions, "work", options.seconds / 6)
    for each in sessions:
        each.took.clear()
    rate, took = run_together(sessions, "work", options.seconds)
    print(f"{'page':<10} {'n':>6} {'median':>8} {'p95':>8}  (ms)")
    for kind in sorted({kind for each in sessions for kind in each.took}):
        print(told(kind, sorted(ms for each in sessions for ms in each.took[kind])))
    print(told("all", took))
    print(told("floor", floor_took))
    missed = "" if rate >= GOAL_PER_SECOND else f", goal {GOAL_PER_SECOND} missed"
    print(f"{rate:.1f} requests/s of {len(PEOPLE)} sessions{missed}; floor {floor_rate:.1f}")


if __name__ == "__main__":
    main()
