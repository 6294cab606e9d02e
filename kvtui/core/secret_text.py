"""The types that hold a secret's value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn  # `--help` does not wait for it

MASK = "••••••••"
"""What is shown instead of a value, whatever its length."""


class Sealed:
    """A value that does not show itself: it prints as the mask, and is neither copied nor serialised.

    Only `reveal()` returns the plain value, so that its call sites can be counted.
    """

    __slots__ = ("_plain",)

    def __init__(self, plain: object) -> None:
        self._plain = plain

    def reveal(self) -> object:
        """The plain value. Call it only where the value itself is what the user asked for."""
        return self._plain

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def _reject(self, *_: object) -> NoReturn:
        raise TypeError("a secret's value is neither copied nor serialised")

    __reduce__ = __reduce_ex__ = __getstate__ = __copy__ = __deepcopy__ = _reject


class SecretText(Sealed):
    """A secret that is text."""

    __slots__ = ()
    _plain: str

    def __init__(self, plain: str) -> None:
        super().__init__(plain)

    def reveal(self) -> str:
        """The plain text. Call it only where the value itself is what the user asked for."""
        return self._plain

    def __len__(self) -> int:
        return len(self._plain)

    def __bool__(self) -> bool:
        return bool(self._plain)

    def __repr__(self) -> str:
        return f"SecretText({MASK})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretText):
            return NotImplemented
        import hmac  # loads OpenSSL: an export compares nothing

        return hmac.compare_digest(self._plain.encode(), other._plain.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash of a weak secret can be guessed
