"""Everything that would let a case of a declared workflow stand still. No Django import."""

from collections.abc import Iterator

from bascule.cases.declarations import State, Within, Workflow


def problems_of(workflow: Workflow) -> Iterator[str]:
    """Name everything that would let a case stand still: the system checks at start."""
    keys = [state.key for state in workflow.states]
    if len([state for state in workflow.states if state.starts]) != 1:
        yield "needs exactly one starting state"
    if len(set(keys)) != len(keys):
        yield "has two states of one key"
    for step in workflow.steps:
        for key in (*step.from_, step.to):
            if key not in keys:
                yield f"step {step.key} names the unknown state {key}"
        if step.keeps_clock and set(step.from_) != {step.to}:
            yield f"step {step.key} keeps the clock of a state that it leaves"
        if step.who is None:
            yield f"step {step.key} has no grounds: nobody may take it"
    for state in workflow.states:
        yield from _problems_of_state(workflow, state)
    yield from _dead_ends(workflow)
    if workflow.cleared_by and workflow.cleared_by not in [step.key for step in workflow.steps]:
        yield f"is cleared by the unknown step {workflow.cleared_by}"


def _dead_ends(workflow: Workflow) -> Iterator[str]:
    """States that no case gets to from the start, and states from which no end can be reached."""
    starts = [each.key for each in workflow.states if each.starts]
    moves = [(start, step.to) for step in workflow.steps for start in step.from_]
    from_start = _reached(starts, moves)
    to_an_end = _reached(
        [each.key for each in workflow.states if each.ends], [(to, start) for start, to in moves]
    )
    for state in workflow.states:
        if starts and state.key not in from_start and any(to == state.key for _, to in moves):
            yield f"state {state.key} is on an island: no way leads to it from the start"
        if state.key not in to_an_end and workflow.steps_from(state.key):
            yield f"state {state.key} never leads to an end"


def _reached(keys: list[str], moves: list[tuple[str, str]]) -> set[str]:
    """Return the keys and everything that the moves lead to from them."""
    reached, waiting = set(keys), list(keys)
    while waiting:
        here = waiting.pop()
        fresh = {to for start, to in moves if start == here} - reached
        reached |= fresh
        waiting += fresh
    return reached


def _problems_of_state(workflow: Workflow, state: State) -> Iterator[str]:
    arrives = any(step.to == state.key for step in workflow.steps)
    leaves = bool(workflow.steps_from(state.key))
    if not state.starts and not arrives:
        yield f"state {state.key} cannot be reached"
    if not state.ends and not leaves:
        yield f"state {state.key} has no way out"
    if state.ends and leaves:
        yield f"state {state.key} ends and yet has a way out"
    if not state.ends and not Within.is_readable(state.within):
        yield f"state {state.key} has no clock"
    if state.agrees_within and not (state.ends and Within.is_readable(state.agrees_within)):
        yield f"state {state.key} says unreadably when the roster must agree"
