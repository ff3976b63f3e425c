"""How people write the name of a village: 荒地村 for 荒地村委会, 荣滨社区 for 荣滨社区居委会."""

import re

_OFFICE = re.compile(r"(村民委员会|居民委员会|村委会|居委会)$")
_KIND = re.compile(r"(社区|村)$")
_ENDINGS = ("", "村", "社区", "村委会", "居委会", "社区居委会", "村民委员会", "社区居民委员会")


def stem(name: str) -> str:
    """The name without the word for its office and its kind."""
    bare = _OFFICE.sub("", name)
    return _KIND.sub("", bare) or bare


def spellings(name: str) -> list[str]:
    """Names under which the register may have this village."""
    return [stem(name) + ending for ending in _ENDINGS]
