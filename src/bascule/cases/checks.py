"""System checks over every declared workflow: no state without a clock, a way in or a way out."""

from typing import Any

from django.core.checks import Error, register

from bascule.access.roles import ROLES
from bascule.cases.registry import workflows
from bascule.cases.soundness import problems_of


@register("cases")
def check_workflows(**kwargs: Any) -> list[Error]:
    """Return one error for each problem of each workflow."""
    found = []
    for workflow in workflows():
        problems = list(problems_of(workflow))
        unknown = [role for role in workflow.owner_roles if role not in ROLES]
        problems += [f"names the unknown role {role}" for role in unknown]
        found += [Error(f"workflow {workflow.key} {text}", id="cases.E001") for text in problems]
    return found
