"""That a family answered for services of an agency is restricted, as the services are."""

from django.db import migrations

from bascule.kernel.row_security import rows_now_visible_where
from bascule.roster.row_security import CONSENT


class Migration(migrations.Migration):
    dependencies = [("roster", "0062_pages_by_name")]
    operations = [
        rows_now_visible_where("roster_consent", CONSENT),
        migrations.RunSQL(
            [
                f"alter policy people_insert on roster_consent with check ({CONSENT})",
                f"alter policy people_update on roster_consent using ({CONSENT})"
                f" with check ({CONSENT})",
            ],
            migrations.RunSQL.noop,
        ),
    ]
