import django.db.models.deletion
from django.db import migrations, models

MOVED = [
    'StoredPlan', 'ProposedPair', 'Approval', 'Proposal',
    'ChangeRequest', 'Notification', 'HandOverLine', 'HandOver',
]


class Migration(migrations.Migration):

    dependencies = [
        ('handover', '0001_initial'),
        ('pairing', '0005_models_have_the_words_of_the_field'),
        ('proposals', '0001_initial'),
    ]

    operations = [
        # The tables stay as they are, under their names, and belong to the apps above.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='pair',
                    name='proposal',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pairs', to='proposals.proposal'),
                ),
                *(migrations.DeleteModel(name) for name in MOVED),
            ],
        ),
    ]
