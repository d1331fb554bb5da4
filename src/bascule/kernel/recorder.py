"""The port by which verbs of every layer record what was decided; `access` fills it at start."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from bascule.kernel.actor import Actor

Recorder = Callable[..., None]
_recorder: list[Recorder] = []


def fill_recorder(recorder: Recorder) -> None:
    """Set the one function that keeps decisions; a second call replaces the first."""
    _recorder[:] = [recorder]


def record_decision(
    actor: Actor, verb: str, *, kind: str, uuid: UUID | None, particulars: Mapping[str, Any]
) -> None:
    """Keep one decision: who, which verb, about what, with which particulars.

    Raises RuntimeError where no recorder is set: a verb that cannot be recorded must not run.
    """
    if not _recorder:
        raise RuntimeError("no recorder of decisions: access is not installed")
    _recorder[0](actor, verb, kind=kind, uuid=uuid, particulars=dict(particulars))
