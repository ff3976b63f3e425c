"""`--scale` takes any share of the published figures, however small, and nothing else."""

import pytest
from click.testing import CliRunner

from jiedui.cli import main
from jiedui.core.refusals import Refused
from jiedui.demo.loading import load
from jiedui.households.models import Household
from jiedui.ledger.models import Fund
from jiedui.orgs.models import Member, Organisation

NO_SHARES = [
    "0",
    "-0.0",
    "-1",
    "1.0001",
    "1e300",
    "nan",
    "inf",
    "-inf",
    "-1e-9",
]


@pytest.mark.django_db
@pytest.mark.parametrize("scale", NO_SHARES)
@pytest.mark.parametrize("command", [("demo", "panjin"), ("run", "--port", "0")])
def test_what_is_no_share_is_refused_in_a_sentence(command, scale):
    done = CliRunner().invoke(main, [*command, f"--scale={scale}"])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("scale", [float(one) for one in NO_SHARES])
def test_the_action_refuses_it_as_well(db, scale):
    with pytest.raises(Refused):
        load("panjin", scale=scale)


@pytest.mark.parametrize("name", ["panjin", "xiejiaji"])
@pytest.mark.parametrize("scale", [5e-324, 0.0007, 0.0063])
def test_the_smallest_share_is_a_whole_campaign(db, name, scale):
    summary = load(name, scale=scale)
    assert sum(summary.rows.values()) > 100
    assert Member.objects.exists()
    if name == "panjin":
        assert Household.objects.on_register().exists()
        assert not Fund.objects.filter(balance_fen__lt=0).exists()
