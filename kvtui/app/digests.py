"""Values compared without keeping them: only digests with a key of this run are held."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.core.secret_text import SecretText


@dataclass(frozen=True, slots=True)
class Digests:
    """HMAC-SHA256 with a random key, which ends with the comparison: digests cannot be guessed or reused."""

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def of(self, value: SecretText) -> bytes:
        """The digest of a value."""
        return hmac.digest(self._key, value.reveal().encode(), "sha256")
