"""What a typed key may go on as: a key of the loaded names. Nothing is asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.settings.model import Kind, Settings

TRIED = 50
"""Keys that are tried: those that reach no secret are not suggested."""


class KnownKeys:
    """The keys of the loaded names in order; read again only when names, kind or settings changed."""

    def __init__(self) -> None:
        self._of: tuple[Sequence[SecretName], int, Kind, Settings] | None = None
        self._keys: list[tuple[str, str]] = []
        """Each key with the name of its secret."""

    def completed(
        self, text: str, names: Sequence[SecretName], kind: Kind, settings: Settings, provider: str
    ) -> str:
        """The first key that begins with `text`, in the order of the alphabet; empty if there is none."""
        if not text:
            return ""
        held, naming = self._of, Naming.of(settings, provider)
        if held is None or held[0] is not names or held[1:] != (len(names), kind, settings):
            self._of = (names, len(names), kind, settings)
            read = ((naming.read(secret.name), secret.name) for secret in names)
            self._keys = sorted((found[1], name) for found, name in read if found and found[0] is kind)
        start = bisect_left(self._keys, (text, ""))
        for key, name in islice(self._keys, start, start + TRIED):
            if not key.startswith(text):
                break
            if not naming.unreachable(name):
                return key
        return ""
