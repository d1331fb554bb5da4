"""The one command, `bascule`: its verbs, their options and help. Declared here, done in `verbs`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bascule.ops.verbs import data, demo, server
from bascule.ops.verbs.telling import tell_fault

Verb = Callable[[argparse.Namespace], int]
Option = tuple[tuple[str, ...], dict[str, Any]]

PORT: Option = (("--port",), {"type": int, "default": 8000, "help": "default 8000"})
AS_JSON: Option = (
    ("--format",), {"choices": ["text", "json"], "default": "text", "dest": "form"},
)  # fmt: skip
ALLOW: Option = (
    ("--allow-mass-change",),
    {"default": "", "metavar": "SCHOOL,...", "help": "schools approved after a dry run"},
)
SCHOOLS: Option = (("--schools",), {"type": Path, "help": "spine file of real schools"})
STUDENTS: Option = (("--students",), {"type": int, "help": "how many students"})
YEARS: Option = (("--years",), {"type": int, "default": 3, "help": "school years, default 3"})

VERBS: list[tuple[str, Verb, str, list[Option]]] = [
    ("demo", demo.demo, "A whole invented district, loaded, checked and served.",
     [PORT, SCHOOLS, STUDENTS, YEARS,
      (("--fresh",), {"action": "store_true", "help": "build it anew"})]),
    ("serve", server.serve, "Serve the pages.", [PORT]),
    ("worker", server.worker, "Run the jobs that people ask for, and the sweep each minute.",
     [(("--stalled-after",), {"type": float, "default": 20.0, "metavar": "SECONDS",
                              "help": "take up the jobs of a silent worker; default 20"})]),
    ("account", server.account, "Give somebody a local account, or a new password, and print it.",
     [(("username",), {}),
      (("--person",), {"required": True, "metavar": "KEY",
                       "help": "what the source system calls the person"})]),
    ("migrate", server.migrate, "Bring the database to the newest schema.", []),
    ("nightly", data.nightly, "Load files, derive, find, open cases and route them.",
     [(("files",), {"nargs": "*", "type": Path}), (("--at",), {"type": datetime.fromisoformat}),
      ALLOW]),
    ("load", data.load, "Load one package or file.",
     [(("path",), {"type": Path}), (("--dry-run",), {"action": "store_true"}),
      (("--strict",), {"action": "store_true"}), ALLOW,
      (("--may-repeat",), {"action": "store_true",
                           "help": "a later file may repeat the values of the one before"}),
      AS_JSON]),
    ("export", data.export, "Write what is held as OneRoster 1.2, whole or as changes.",
     [(("path",), {"type": Path, "metavar": "DIR_OR_ZIP"}),
      (("--delta-since",), {"type": datetime.fromisoformat, "metavar": "INSTANT",
                            "help": "only what feeds changed after it"})]),
    ("undo", data.undo, "Take back the last loaded run of a source.",
     [(("source",), {"help": "such as sis_ew"})]),
    ("combine", data.combine, "Bring records together and apart, as stewards said of look-alikes.",
     [(("--look",), {"action": "store_true", "help": "then compare every student with all"})]),
    ("generate", data.generate, "Write an invented district as standard files.",
     [(("--out",), {"type": Path, "required": True}), STUDENTS,
      (("--years",), {"type": int, "default": 10}),
      (("--seed",), {"type": int, "default": 1}),
      (("--as-of",), {"type": date.fromisoformat}), SCHOOLS]),
    ("seat-cast", demo.seat_cast, "Load a list of schools and seat the invented staff.",
     [(("schools",), {"type": Path})]),
    ("fill-demo", demo.fill_demo, "Fill the demo's database (the demo calls this).",
     [(("folder",), {"type": Path}),
      (("--no-measures",), {"action": "store_true", "help": "publish no figures"})]),
    ("measure", data.measure, "Print one measure as everybody may see it.",
     [(("key",), {}), (("--profile",), {"default": "il"}),
      (("--unit",), {"choices": ["school", "network", "district"], "default": "school"}),
      (("--year",), {"type": int, "required": True, "help": "the year it ends in"}),
      (("--snapshot",), {"type": Path, "help": "default: the newest of this instance"}),
      AS_JSON]),
    ("play-demo", demo.play_demo, "Play what the demo's staff did (the demo calls this).",
     [(("script",), {"type": Path})]),
    ("backup", server.backup, "Write the whole private database into one file.",
     [(("target",), {"type": Path})]),
    ("restore", server.restore, "Replace the private database by a backup.",
     [(("source",), {"type": Path})]),
    ("fingerprint", server.fingerprint, "Print a hash of each table, by what its rows mean.",
     [(("--exact",), {"action": "store_true", "help": "ids and times count too"}), AS_JSON]),
    ("doctor", server.doctor, "Say in plain words what is missing.", []),
]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 only on success. Faults that a person can mend are one sentence."""
    options = parser().parse_args(arguments)
    from bascule.kernel.environment import SettingError
    from bascule.ops.cluster.places import ClusterError

    try:
        return int(options.run(options))
    except (ClusterError, SettingError) as fault:
        return tell_fault(fault)
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the command line: every verb with its options and help."""
    found = argparse.ArgumentParser(prog="bascule", description="No student is lost in a hand-off.")
    verbs = found.add_subparsers(required=True, metavar="VERB")
    for name, run, about, options in VERBS:
        verb = verbs.add_parser(name, help=about, description=about)
        verb.set_defaults(run=run)
        for flags, settings in options:
            verb.add_argument(*flags, **settings)
    return found


if __name__ == "__main__":
    sys.exit(main())
