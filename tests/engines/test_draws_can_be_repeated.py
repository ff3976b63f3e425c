from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.engines import sampling

SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 400), max_size=12)


def panjin_frame() -> dict[str, list[str]]:
    frame: dict[str, list[str]] = {f"area-{i:02d}": [] for i in range(56)}
    for household in range(16_000):
        # Uneven strata: some areas are three times the size of others.
        frame[f"area-{(household * household + household // 7) % 56:02d}"].append(
            f"H{household:05d}"
        )
    return frame


def draw_panjin(secret: str = "s3cret", beacon: str = "3127.44") -> list[sampling.Drawn]:
    frame = panjin_frame()
    digest = sampling.frame_digest(one for ids in frame.values() for one in ids)
    seed = sampling.seed_from(secret, beacon=beacon, digest=digest)
    return sampling.draw_by_strata(
        frame, total=1600, seed=seed, purpose="year-end", methods={"phone": 7, "visit": 3}
    )


def test_sixteen_thousand_households_give_1120_calls_and_480_visits():
    main = [one for one in draw_panjin() if not one.is_spare]
    assert Counter(one.method for one in main) == {"phone": 1120, "visit": 480}
    assert len({one.id for one in main}) == 1600


def test_every_stratum_is_split_within_one_of_seven_to_three():
    main = [one for one in draw_panjin() if not one.is_spare]
    sizes = Counter(one.stratum for one in main)
    phones = Counter(one.stratum for one in main if one.method == "phone")
    assert all(abs(phones[stratum] - 0.7 * size) <= 1 for stratum, size in sizes.items())


def test_the_same_secret_and_beacon_draw_the_same_and_another_beacon_draws_others():
    assert draw_panjin() == draw_panjin()
    assert {d.id for d in draw_panjin()} != {d.id for d in draw_panjin(beacon="3127.45")}


def test_the_draw_is_what_anybody_computes_with_sha256_alone():
    import hashlib

    ids = [f"H{i}" for i in range(50)]
    by_hand = sorted(ids, key=lambda i: hashlib.sha256(f"seed|visit|{i}".encode()).hexdigest())[:5]
    assert sampling.draw(ids, count=5, seed="seed", purpose="visit") == by_hand


def test_the_order_of_the_frozen_list_does_not_matter_but_every_id_does():
    assert sampling.frame_digest(["b", "a"]) == sampling.frame_digest(["a", "b"])
    assert sampling.frame_digest(["a", "b"]) != sampling.frame_digest(["a", "c"])
    with pytest.raises(ValueError, match="more than once"):
        sampling.frame_digest(["a", "a"])


def test_the_commitment_binds_secret_and_list():
    first = sampling.commitment("one", digest="d")
    assert first != sampling.commitment("two", digest="d")
    assert first != sampling.commitment("one", digest="e")


def test_spares_come_from_the_same_order_and_are_a_fifth():
    drawn = [one for one in draw_panjin() if one.stratum == "area-00"]
    main = [one for one in drawn if not one.is_spare]
    assert len(drawn) - len(main) == -(-len(main) // 5)
    assert [one.order for one in drawn] == list(range(1, len(drawn) + 1))


@given(sizes=SIZES, total=st.integers(0, 3000), minimum=st.integers(0, 4))
def test_allocation_keeps_minimum_size_and_total(sizes, total, minimum):
    counts = sampling.allocate(sizes, total=total, minimum=minimum)
    floors = {key: min(size, minimum) for key, size in sizes.items()}
    assert counts.keys() == sizes.keys()
    assert all(floors[key] <= counts[key] <= sizes[key] for key in sizes)
    assert sum(counts.values()) == min(sum(sizes.values()), max(total, sum(floors.values())))


@given(total=st.integers(0, 5000), shares=st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_apportionment_is_whole_and_within_one_of_the_share(total, shares):
    named = {str(i): share for i, share in enumerate(shares)}
    result = sampling.apportion(total, shares=named)
    assert sum(result.values()) == total
    assert all(abs(result[k] - total * s / sum(shares)) < 1 for k, s in named.items())


@given(count=st.integers(0, 300), shares=st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_interleaving_reaches_the_apportionment(count, shares):
    named = {str(i): share for i, share in enumerate(shares)}
    sequence = Counter(sampling.interleave(count, shares=named))
    assert {k: sequence[k] for k in named} == sampling.apportion(count, shares=named)
