"""Once a day: files nobody will fetch any more go, and the audit chain says how many."""

from datetime import date

from jiedui.accounts import locks
from jiedui.campaigns.models import Campaign
from jiedui.core import audit, exports, jobs, table_statistics
from jiedui.figures import actions as figures
from jiedui.imports import actions as imports


@jobs.daily
def tidy_daily(_today: date) -> None:
    """Fetched exports, lists nobody applied, snapshots nothing stands on, notes of dead jobs."""
    files = exports.tidy()
    uploads = imports.tidy()
    snapshots = sum(figures.tidy(campaign) for campaign in Campaign.objects.all())
    notes = jobs.tidy_notes()
    locks.tidy()
    table_statistics.gather()
    if files or uploads or snapshots or notes:
        audit.record(
            "storage.tidied", exports=files, uploads=uploads, snapshots=snapshots, notes=notes
        )
