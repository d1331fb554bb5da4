"""Where an organization belonged before a feed moved it is kept, for taking the run back."""

from django.db import migrations

from bascule.kernel.row_history import earlier_rows_kept


class Migration(migrations.Migration):
    dependencies = [("access", "0030_elevations"), ("directory", "0040_membership_changed")]
    operations = [earlier_rows_kept("directory_membership")]
