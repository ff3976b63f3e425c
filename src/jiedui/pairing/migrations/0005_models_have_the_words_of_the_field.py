import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
        ('pairing', '0004_approvals_are_kept'),
    ]

    operations = [
        migrations.RenameModel('Telling', 'Notification'),
        migrations.RenameModel('Wish', 'ChangeRequest'),
        migrations.RenameModel('PassedOn', 'HandOverLine'),
        migrations.RenameModel('KeptPlan', 'StoredPlan'),
        migrations.AlterField(
            model_name='changerequest',
            name='pair',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='change_requests', to='pairing.pair'),
        ),
        migrations.AlterField(
            model_name='handoverline',
            name='pair',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hand_over_lines', to='pairing.pair'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='pair',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='pairing.pair'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='notices',
            field=models.ManyToManyField(blank=True, related_name='notifications', to='notices.notice'),
        ),
        migrations.AlterField(
            model_name='storedplan',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stored_plans', to='pairing.proposal'),
        ),
    ]
