"""What the machines of this folder share: moves of the apps' own actions, never kept."""

import os

from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine

from jiedui.core.refusals import Refused

# The moves are the same on PostgreSQL; what may differ there, a constraint, is met by few of them.
IS_FEW = connection.vendor == "postgresql" and os.environ.get("JIEDUI_THOROUGH") != "1"
MOVES = settings(
    max_examples=8 if IS_FEW else 25,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Undone(RuleBasedStateMachine):
    """Each run of moves happens inside a transaction of its own that is never kept."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def tried(action, *args, **kwargs):
    """Whether the action was done; refusing is allowed, falling is not."""
    try:
        with transaction.atomic():
            action(*args, **kwargs)
    except Refused:
        return False
    return True
