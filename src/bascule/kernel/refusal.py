"""What the program says when it will not do something: always a reason and who can lift it."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A verb or a page refused. `code` is stable; `reason` and `lifted_by` are for people."""

    def __init__(self, code: str, reason: str, lifted_by: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.lifted_by = lifted_by


class NotPermitted(Refusal):
    """No ground of the actor covers this."""


class Stale(Refusal):
    """Somebody else changed the record since it was read."""
