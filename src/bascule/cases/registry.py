"""Finds every declared workflow: `<app>/workflows/<key>.py` with a Workflow called WORKFLOW."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps

from bascule.cases.declarations import Workflow
from bascule.kernel.registry import Registry


@cache
def workflows() -> Registry[Workflow]:
    """Return the declared workflows of every installed app, by key."""
    found: Registry[Workflow] = Registry("workflow")
    for app in apps.get_app_configs():
        name = f"{app.name}.workflows"
        spec = find_spec(name) if app.name.startswith("bascule.") else None
        for module in iter_modules(spec.submodule_search_locations or []) if spec else ():
            declared = import_module(f"{name}.{module.name}").WORKFLOW
            found.add(declared.key, declared)
    return found


def workflow_of(key: str) -> Workflow:
    """Return the workflow called `key`; KeyError where none is declared."""
    return workflows()[key]


def absorbing(key: str) -> list[str]:
    """Return the workflows whose open case already covers what `key` would open."""
    return [workflow.key for workflow in workflows() if key in workflow.absorbs]
