"""What a school promises with the acceptance; how many promises were kept is counted past sight."""

from django.db import migrations, models
from django.db.models import Q

from bascule.kernel.named_sql import named_sql
from bascule.kernel.row_security import function_owned_by

SWEEP, FAMILY = "bascule_sweep", "bascule_family"
KEPT, TOLD = "mobility_kept_promises(date, integer)", "mobility_family_promise()"
FIELDS = {
    "first_week": models.CharField(blank=True, default="", max_length=400),
    "advocate": models.CharField(blank=True, default="", max_length=160),
    "finish_in": models.DateField(null=True),
    "promise_kept": models.BooleanField(null=True),
    "promise_judged_on": models.DateField(null=True),
}


class Migration(migrations.Migration):

    dependencies = [("mobility", "0017_contingency")]

    operations = [
        *(
            migrations.AddField(
                "seathold", name, field, preserve_default=not isinstance(field, models.CharField)
            )
            for name, field in FIELDS.items()
        ),
        migrations.AddConstraint(
            "seathold",
            models.CheckConstraint(
                condition=Q(promise_kept=None, promise_judged_on=None)
                | Q(promise_kept__isnull=False, promise_judged_on__isnull=False),
                name="seat_hold_promise_judged",
            ),
        ),
        migrations.RunSQL(
            [
                named_sql("mobility", "create_kept_promises"),
                *function_owned_by(SWEEP, KEPT),
                named_sql("mobility", "create_family_promise"),
                *function_owned_by(FAMILY, TOLD),
            ],
            [f"drop function {KEPT}", f"drop function {TOLD}"],
        ),
    ]
