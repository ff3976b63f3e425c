import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campaigns', '0005_every_campaign_has_its_text'),
        ('core', '0006_drafts'),
        ('households', '0004_heads_and_days_are_kept_by_the_database'),
        ('orgs', '0005_one_head_and_one_appointment'),
        ('pairing', '0005_models_have_the_words_of_the_field'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The tables are those of pairing, where these models were until now: nothing is made.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Proposal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=30)),
                        ('state', models.CharField(choices=[('solving', 'being worked out'), ('ready', 'waiting for review'), ('approved', 'approved'), ('discarded', 'discarded')], default='solving', max_length=9)),
                        ('rules', models.JSONField(default=dict)),
                        ('seed', models.PositiveIntegerField(default=0)),
                        ('engine', models.CharField(blank=True, max_length=20)),
                        ('digest', models.CharField(blank=True, max_length=64)),
                        ('result', models.JSONField(blank=True, default=dict)),
                        ('loads', models.JSONField(blank=True, default=dict)),
                        ('made', models.DateTimeField(auto_now_add=True)),
                        ('made_by', models.CharField(blank=True, max_length=150)),
                        ('approved_by', models.CharField(blank=True, max_length=150)),
                        ('approved_on', models.DateField(blank=True, null=True)),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='campaigns.campaign')),
                        ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
                    ],
                    options={
                        'db_table': 'pairing_proposal',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Approval',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('signed', models.CharField(blank=True, max_length=150)),
                        ('rows', models.JSONField(blank=True, null=True)),
                        ('reason', models.CharField(blank=True, max_length=20)),
                        ('language', models.CharField(blank=True, max_length=10)),
                        ('asked', models.DateTimeField(auto_now_add=True)),
                        ('done', models.DateTimeField(blank=True, null=True)),
                        ('opened', models.PositiveIntegerField(default=0)),
                        ('changed', models.PositiveIntegerField(default=0)),
                        ('refused', models.JSONField(blank=True, default=list)),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
                        ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='proposals.proposal')),
                    ],
                    options={
                        'db_table': 'pairing_approval',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='ProposedPair',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('cost', models.BigIntegerField(default=0)),
                        ('distance_m', models.PositiveIntegerField(blank=True, null=True)),
                        ('is_by_hand', models.BooleanField(default=False)),
                        ('is_left_out', models.BooleanField(default=False)),
                        ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='households.household')),
                        ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.member')),
                        ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='proposals.proposal')),
                    ],
                    options={
                        'db_table': 'pairing_proposedpair',
                        'constraints': [models.UniqueConstraint(fields=('proposal', 'household'), name='proposed_once')],
                    },
                ),
                migrations.CreateModel(
                    name='StoredPlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('goal', models.CharField(choices=[('change', 'least change'), ('cost', 'least cost')], max_length=6)),
                        ('data', models.BinaryField()),
                        ('seal', models.CharField(max_length=64)),
                        ('digest', models.CharField(max_length=64)),
                        ('result', models.JSONField(default=dict)),
                        ('replay', models.JSONField(blank=True, default=dict)),
                        ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stored_plans', to='proposals.proposal')),
                    ],
                    options={
                        'db_table': 'pairing_storedplan',
                        'constraints': [models.UniqueConstraint(fields=('proposal', 'goal'), name='kept_once_for_each_goal')],
                    },
                ),
            ],
        ),
    ]
