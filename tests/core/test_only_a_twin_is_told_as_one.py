"""Of all rules of the database only a value that is taken means that somebody was faster."""

import pytest
from django.db import IntegrityError

from jiedui.core.refusals import Refused, unless_taken
from jiedui.orgs.models import Member


def test_a_number_that_is_taken_is_refused(zhou, branch):
    with pytest.raises(Refused), unless_taken():
        Member.objects.create(number=zhou.number, name="乙二", organisation=branch)


def test_any_other_broken_rule_is_no_refusal(branch):
    with pytest.raises(IntegrityError), unless_taken():
        Member.objects.create(number="X1", name=None, organisation=branch)
