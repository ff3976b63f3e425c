"""The same person behind several accounts: four eyes belong to two people, not to two names.

One mechanism for every rule that wants a second person. Accounts are of one person when they
sign, or once signed, for the same member of the register (or for two members with one identity
number); and whoever gave out the password of an account is taken for its owner too, because they
know it, or knew it once; except of the administrator's, which is handed on at the set-up: all later
accounts would otherwise be of the one person who set it up. The audit chain is asked, so that
untying an account hides nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from jiedui.accounts.models import User
from jiedui.core.models import AuditEntry
from jiedui.orgs.models import Member

GIVING_OUT = ("account.opened", "account.password_reset")
TIED = "account.tied"
STEPS = 8  # somebody opens an account that opens an account …: no real chain is longer


@dataclass(frozen=True)
class Person:
    """Keys of the accounts, and of the members of the register, that may be one person."""

    accounts: frozenset[int]
    members: frozenset[int]

    def is_one_of(self, accounts: Iterable[int | None], members: Iterable[int | None] = ()) -> bool:
        """Whether one of these accounts or members may be this person."""
        return bool(self.accounts & {*accounts} or self.members & {*members})


def behind(user: Any) -> Person:
    """Who may act through this account: its owner under every name, and who gave it out."""
    found = getattr(user, "_jiedui_person", None)
    if found is None:
        found = user._jiedui_person = _closed({user.pk}, with_makers=True)
    return found


def same_as(user: Any) -> Person:
    """The owner of this account under every name, without those who gave it out."""
    return _closed({user.pk}, with_makers=False)


def owner_of(accounts: Iterable[int], members: Iterable[int]) -> Person:
    """Who these accounts and members are, if they are all one person; without those who gave
    the accounts out.
    """
    return _closed({*accounts}, {*members}, with_makers=False)


def _closed(accounts: set[int], members: set[int] | None = None, *, with_makers: bool) -> Person:
    members = members or set()
    for _step in range(STEPS):
        entries = _entries_of(accounts)
        members = _same_people(members | _members_of(accounts, entries))
        more = _accounts_of(members) | (_makers(entries) if with_makers else set())
        if more <= accounts:
            break
        accounts = accounts | more
    return Person(frozenset(accounts), frozenset(members))


def _entries_of(accounts: set[int]) -> list[AuditEntry]:
    """Every entry of the chain on who these accounts sign for, and who gave them out."""
    rows = AuditEntry.objects.filter(
        kind=User._meta.label_lower,
        subject__in=[str(key) for key in accounts],
        action__in=(TIED, *GIVING_OUT),
    )
    return list(rows.only("action", "actor_id", "door", "content"))


def _members_of(accounts: set[int], entries: list[AuditEntry]) -> set[int]:
    """Members these accounts sign for today, or signed for once."""
    found = set(Member.objects.filter(user__in=accounts).values_list("pk", flat=True))
    once = {one.content.get("member") for one in entries if one.action == TIED}
    return found | {member for member in once if member}


def _same_people(members: set[int]) -> set[int]:
    """These members and their other entries, known by the identity number."""
    digests = Member.objects.filter(pk__in=members).exclude(identity_digest="")
    same = Member.objects.filter(identity_digest__in=digests.values("identity_digest"))
    return members | set(same.values_list("pk", flat=True))


def _accounts_of(members: set[int]) -> set[int]:
    if not members:
        return set()
    found = Member.objects.filter(pk__in=members, user__isnull=False)
    tied = AuditEntry.objects.filter(kind=User._meta.label_lower, action=TIED)
    once = tied.filter(Q(content__member__in=list(members))).values_list("subject", flat=True)
    return set(found.values_list("user", flat=True)) | {int(key) for key in once}


def _makers(entries: list[AuditEntry]) -> set[int]:
    """Accounts that gave one of these out, the administrator's at the set-up apart."""
    made = (one for one in entries if one.action in GIVING_OUT and one.door != "setup")
    return {one.actor_id for one in made if one.actor_id is not None}
