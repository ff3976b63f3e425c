"""Chinese names and the numbers people carry: spelled, compared, checked, masked."""

from jiedui.engines.words.identity import (
    IDENTITY_PROBLEMS,
    Identity,
    check_character,
    identity_problem,
    mask_identity,
    read_identity,
)
from jiedui.engines.words.names import (
    blurred_key,
    homophone_key,
    initials,
    mask_name,
    name_similarity,
    pinyin,
    split_name,
    syllables,
)
from jiedui.engines.words.telephone import mask_phone, normalise_phone
from jiedui.engines.words.text import (
    clean,
    comparable,
    enumerated,
    fold,
    fold_name,
    fold_variants,
    is_private,
    unfit,
    without_unfit,
)

__all__ = [
    "IDENTITY_PROBLEMS",
    "Identity",
    "blurred_key",
    "check_character",
    "clean",
    "comparable",
    "enumerated",
    "fold",
    "fold_name",
    "fold_variants",
    "homophone_key",
    "identity_problem",
    "initials",
    "is_private",
    "mask_identity",
    "mask_name",
    "mask_phone",
    "name_similarity",
    "normalise_phone",
    "pinyin",
    "read_identity",
    "split_name",
    "syllables",
    "unfit",
    "without_unfit",
]
