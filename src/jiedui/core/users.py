"""Who acts, as the apps below `accounts` know them."""

from typing import Any, Protocol


class User(Protocol):
    """An account, or a visitor who has not signed in: `accounts.User` and `AnonymousUser`.

    Where nobody acts but a command or the nightly work, the value is None.
    """

    @property
    def pk(self) -> Any: ...

    @property
    def username(self) -> str: ...

    @property
    def is_authenticated(self) -> Any: ...

    @property
    def is_active(self) -> Any: ...
