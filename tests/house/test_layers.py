"""What the import contracts cannot see: foreign keys and migrations point down too."""

from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

ORDER = ["directory", "access", "roster", "cases", "metrics", "mobility", "feeds", "web"]
OURS = [config for config in apps.get_app_configs() if config.name.startswith("bascule.")]


def height(label: str) -> int:
    """How high an app stands; Django's own apps lie below all of ours."""
    return ORDER.index(label) if label in ORDER else -1


def test_every_app_has_a_place_in_the_order() -> None:
    assert sorted(config.label for config in OURS) == sorted(ORDER)


def test_every_foreign_key_points_down() -> None:
    upward = [
        f"{model.__name__}.{field.name}"
        for config in OURS
        for model in config.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and height(field.related_model._meta.app_label) > height(config.label)
    ]
    assert upward == []


def test_every_migration_depends_on_what_stands_below() -> None:
    upward = [
        f"{key} -> {needed}"
        for key, migration in MigrationLoader(
            None, ignore_no_migrations=True
        ).disk_migrations.items()
        for needed in migration.dependencies
        if key[0] in ORDER and height(needed[0]) > height(key[0])
    ]
    assert upward == []
