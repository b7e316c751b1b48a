from typing import Any

from django.db import migrations, models


def keep_the_first(apps: Any, _editor: Any) -> None:
    """Two first requests at once could have made two rows; every one read the first."""
    installations = apps.get_model("sync", "Installation").objects.order_by("agency_id")
    first = installations.first()
    if first is not None:
        installations.exclude(agency_id=first.agency_id).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0002_returning"),
    ]

    operations = [
        migrations.RunPython(keep_the_first, migrations.RunPython.noop),
        migrations.AddField(
            model_name="installation",
            name="is_the_one",
            field=models.BooleanField(default=True, unique=True),
        ),
    ]
