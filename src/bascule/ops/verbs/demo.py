"""Verbs of the demo."""

import argparse


def demo(options: argparse.Namespace) -> int:
    """Build the demo where there is none, then serve it."""
    from bascule.ops.demo import run_demo

    return run_demo(
        port=options.port, fresh=options.fresh, schools=options.schools,
        students=options.students, years=options.years,
    )  # fmt: skip


def seat_cast(options: argparse.Namespace) -> int:
    """Load the schools and seat the cast, as the loader."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.ops.demo import seat_staff

    seat_staff(options.schools)
    return 0


def fill_demo(options: argparse.Namespace) -> int:
    """Fill the demo's database as the loader."""
    from bascule.ops.process import enter

    enter("loader")
    from bascule.ops.demo import fill_demo as fill

    fill(options.folder, is_measured=not options.no_measures)
    return 0


def play_demo(options: argparse.Namespace) -> int:
    """Play the script as people do, with the rights of the serving role."""
    from bascule.ops.process import enter

    enter("app")
    from bascule.ops.demo import play_demo as play

    play(options.script)
    return 0
