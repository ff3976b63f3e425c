import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_texts_lie_apart_from_campaigns")]
    operations = [
        migrations.RemoveField(model_name="campaign", name="source"),
        migrations.AlterField(
            model_name="campaign",
            name="playbook_text",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaigns.playbooktext",
            ),
        ),
    ]
