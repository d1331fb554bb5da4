"""Bring a database to the newest schema: migrations, grants, and the mirror of the roles."""

from importlib.resources import files

from django.core.management import call_command
from django.db import connection, transaction

from bascule.access.models import DeclaredRole
from bascule.access.roles import ROLES


def migrate_database() -> None:
    """Run as the migrator: migrate, grant what `grants.sql` says, mirror the declared roles."""
    call_command("migrate", interactive=False, verbosity=0)
    grants = files("bascule.ops.cluster").joinpath("grants.sql").read_text(encoding="utf-8")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(grants)
        DeclaredRole.objects.exclude(key__in=ROLES).delete()
        for role in ROLES.values():
            DeclaredRole.objects.update_or_create(
                key=role.key,
                defaults={
                    "reach": role.reach,
                    "sees_restricted": role.sees_restricted,
                    "permissions": sorted(role.permissions),
                },
            )
