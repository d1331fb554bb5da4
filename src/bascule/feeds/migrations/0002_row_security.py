"""Quarantined rows may hold a student's data: only who keeps the feeds sees them."""

from django.db import migrations

from bascule.kernel.row_security import rows_visible_where


class Migration(migrations.Migration):
    dependencies = [("feeds", "0001_initial"), ("access", "0002_scope")]
    operations = [rows_visible_where("feeds_quarantine", "(select bascule_may('see_feeds'))")]
