"""What the models say is what the migrations made."""

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def test_no_model_says_what_no_migration_made() -> None:
    loader = MigrationLoader(None)
    told = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    ours = {each.label for each in apps.get_app_configs() if each.name.startswith("bascule.")}
    missing = {
        label: [str(step) for each in found for step in each.operations]
        for label, found in told.changes(graph=loader.graph).items() if label in ours
    }  # fmt: skip
    assert missing == {}
