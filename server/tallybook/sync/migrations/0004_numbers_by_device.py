from typing import Any

from django.db import migrations, models


def keep_by_device(apps: Any, _editor: Any) -> None:
    """What was counted until now is mostly the device's own."""
    for coming in apps.get_model("sync", "DeviceReturn").objects.filter(finished_at=None):
        coming.last_numbers = {str(coming.device): coming.last_number}
        coming.save(update_fields=["last_numbers"])


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0003_one_installation"),
    ]

    operations = [
        migrations.AddField(
            model_name="devicereturn",
            name="last_numbers",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(keep_by_device, migrations.RunPython.noop),
        migrations.RemoveField(model_name="devicereturn", name="last_number"),
    ]
