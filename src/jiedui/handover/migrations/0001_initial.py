import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('notices', '0001_initial'),
        ('orgs', '0005_one_head_and_one_appointment'),
        ('pairing', '0005_models_have_the_words_of_the_field'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The tables are those of pairing, where these models were until now: nothing is made.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='HandOver',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fate', models.CharField(choices=[('now', 'leaves the register on that day'), ('later', 'leaves once the successors have taken over'), ('move', 'goes to another organisation'), ('stay', 'stays; only the pairs pass on')], max_length=5)),
                        ('reason', models.CharField(max_length=20)),
                        ('on', models.DateField()),
                        ('state', models.CharField(choices=[('draft', 'being prepared'), ('done', 'handed over'), ('discarded', 'discarded')], default='draft', max_length=9)),
                        ('made', models.DateTimeField(auto_now_add=True)),
                        ('made_by', models.CharField(blank=True, max_length=150)),
                        ('done_on', models.DateField(blank=True, null=True)),
                        ('done_by', models.CharField(blank=True, max_length=150)),
                        ('dissolved', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='hand_overs', to='orgs.organisation')),
                        ('goes_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organisation')),
                        ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='hand_overs', to='orgs.member')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organisation')),
                    ],
                    options={
                        'db_table': 'pairing_handover',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='HandOverLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('distance_m', models.PositiveIntegerField(blank=True, null=True)),
                        ('is_by_hand', models.BooleanField(default=False)),
                        ('first', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.member')),
                        ('hand_over', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='handover.handover')),
                        ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organisation')),
                        ('pair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hand_over_lines', to='pairing.pair')),
                        ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.member')),
                    ],
                    options={
                        'db_table': 'pairing_handoverline',
                    },
                ),
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('whom', models.CharField(choices=[('before', 'helper before'), ('after', 'new helper'), ('unit_before', 'unit of the helper before'), ('unit_after', 'unit of the new helper'), ('family', 'the family')], max_length=11)),
                        ('told_on', models.DateField(blank=True, null=True)),
                        ('told_by', models.CharField(blank=True, max_length=150)),
                        ('notices', models.ManyToManyField(blank=True, related_name='notifications', to='notices.notice')),
                        ('pair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='pairing.pair')),
                    ],
                    options={
                        'db_table': 'pairing_notification',
                    },
                ),
                migrations.CreateModel(
                    name='ChangeRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('side', models.CharField(choices=[('helper', 'the helper asks to be released'), ('helped', 'the family asks for another helper')], max_length=6)),
                        ('reason', models.CharField(max_length=20)),
                        ('text', models.CharField(max_length=300)),
                        ('state', models.CharField(choices=[('waiting', 'to be decided'), ('granted', 'granted'), ('refused', 'not granted')], default='waiting', max_length=7)),
                        ('asked_on', models.DateField()),
                        ('answer', models.CharField(blank=True, max_length=300)),
                        ('decided_on', models.DateField(blank=True, null=True)),
                        ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='change_requests', to='pairing.pair')),
                    ],
                    options={
                        'db_table': 'pairing_changerequest',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['state', 'asked_on'], name='wish_state')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('pair', 'side'), name='wished_once')],
                    },
                ),
                migrations.AddIndex(
                    model_name='handover',
                    index=models.Index(fields=['member', 'state'], name='hand_over_member'),
                ),
                migrations.AddConstraint(
                    model_name='handover',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('dissolved__isnull', True), ('member__isnull', False)), models.Q(('dissolved__isnull', False), ('member__isnull', True)), _connector='OR'), name='hand_over_has_one_giver'),
                ),
                migrations.AddConstraint(
                    model_name='handoverline',
                    constraint=models.UniqueConstraint(fields=('hand_over', 'pair'), name='passed_on_once'),
                ),
                migrations.AddIndex(
                    model_name='notification',
                    index=models.Index(fields=['told_on', 'whom'], name='telling_open'),
                ),
                migrations.AddConstraint(
                    model_name='notification',
                    constraint=models.UniqueConstraint(fields=('pair', 'whom'), name='told_once'),
                ),
            ],
        ),
    ]
