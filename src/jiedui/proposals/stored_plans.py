"""What a plan was asked, what it answers and why it is the best: packed, kept, read again."""

import io
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from jiedui.core.refusals import Refused
from jiedui.engines.matching import Certificate, Plan, Problem
from jiedui.engines.matching.costs import highest_cost
from jiedui.pairing.problem import BuiltProblem
from jiedui.proposals.models import Proposal, StoredPlan

PLAN = ("assignment", "cost", "certified", "changed")
PROOF = ("value", "price", "uncovered", "minimum", "change")
LISTS = ("households", "helpers", "grades", "units")
MASKS = ("is_hard", "has_place", "has_base")


@dataclass(frozen=True, eq=False)
class SolvedProblem:
    """A problem with the plan that solves it."""

    built: BuiltProblem
    plan: Plan

    @property
    def problem(self) -> Problem:
        return self.built.problem

    @cached_property
    def households(self) -> dict[int, int]:
        """The row number of each household asked for, by its key."""
        return {key: at for at, key in enumerate(self.built.households)}

    @cached_property
    def highest(self) -> int:
        """A bound that no pair's cost exceeds."""
        return highest_cost(self.problem)

    @cached_property
    def helpers(self) -> dict[int, int]:
        """The column number of each helper there was, by key."""
        return {key: at for at, key in enumerate(self.built.helpers)}


def pack(built: BuiltProblem, plan: Plan) -> bytes:
    """A problem and its plan as a compressed archive of arrays; the same give the same bytes."""
    proof = plan.certificate
    arrays = {f"problem.{one.name}": getattr(built.problem, one.name) for one in fields(Problem)}
    arrays |= {f"question.{name}": np.array(getattr(built, name)) for name in (*LISTS, *MASKS)}
    arrays |= {f"plan.{name}": getattr(plan, name) for name in PLAN}
    if proof is not None:
        arrays |= {f"proof.{name}": getattr(proof, name) for name in PROOF}
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def unpack(data: bytes) -> SolvedProblem:
    """The problem and plan again. Raises ValueError for bytes that hold none."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            held = {name: archive[name] for name in archive.files}
        for array in held.values():
            array.setflags(write=False)  # what is read is shared by all who ask
        problem = Problem(**_part(held, "problem"))
        part = _part(held, "question")  # stored key
        lists = {name: part[name].tolist() for name in LISTS}
        masks = {name: part[name].astype(np.bool_) for name in MASKS}
        proof = _part(held, "proof")
        plan = Plan(**_part(held, "plan"), certificate=Certificate(**proof) if proof else None)
    except Exception as broken:  # what is altered may break in any way a reader can break
        raise ValueError("This holds no plan.") from broken
    return SolvedProblem(BuiltProblem(problem, **lists, **masks), plan)


def _part(held: dict[str, Any], name: str) -> dict[str, Any]:
    """The arrays below one name; a single number or truth as such."""
    found = {key.partition(".")[2]: value for key, value in held.items() if key.startswith(name)}
    return {key: value.item() if value.ndim == 0 else value for key, value in found.items()}


def keep(
    proposal: Proposal, goal: str, *, built: BuiltProblem, plan: Plan, result: dict[str, Any]
) -> StoredPlan:
    """Keep a solved plan of a proposal; an earlier one of the same goal gives way."""
    data = pack(built, plan)
    facts = {"data": data, "seal": seal(data), "digest": built.digest, "result": result}
    kept, _is_new = StoredPlan.objects.update_or_create(
        proposal=proposal, goal=goal, defaults={**facts, "replay": {}}
    )
    return kept


def seal(data: bytes) -> str:
    return sha256(data).hexdigest()


def of(proposal: Proposal) -> SolvedProblem | None:
    """What is kept of the plan a proposal shows; None when nothing is kept any more.

    Raises `Refused` when it has been altered.
    """
    rows = StoredPlan.objects.filter(proposal=proposal, digest=proposal.digest)
    row = rows.filter(goal=proposal.rules.get("goal", "")).defer("data").first()
    return opened(row) if row else None


def opened(row: StoredPlan) -> SolvedProblem:
    """The problem and plan of a row. Raises `Refused` when it has been altered."""
    # The seal names the content, so what was read for it before is still right.
    return _opened(row.pk, row.seal)


@lru_cache(maxsize=3)
def _opened(pk: int, sealed: str) -> SolvedProblem:
    data = bytes(StoredPlan.objects.values_list("data", flat=True).get(pk=pk))
    if seal(data) != sealed:
        raise Refused(
            _("What was kept of this plan has been altered; work it out again to see how.")
        )
    return unpack(data)
