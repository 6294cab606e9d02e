"""The vault's names in the order of the list, kept up while they arrive; and the filter.

25,000 names arrive in a thousand pages, and a key of the filter is answered within a frame: a name is read
once, each page is merged into what is in order already, and the text that is searched is made once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from sys import intern
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.settings.model import Settings

OTHER = "other"
"""The kind of the names that no prefix matches."""
KINDS = (Kind.VARIABLE.value, Kind.CONNECTION.value, Kind.CONFIG.value, OTHER)
"""In the order of the list."""


class Entry:
    """One secret, with the kind and the key for which Airflow asks for it. Equal only to itself."""

    __slots__ = ("group", "key", "kind", "lowered", "secret")

    def __init__(self, secret: SecretName, kind: str, key: str) -> None:
        self.secret, self.kind, self.key = secret, kind, key
        lowered = secret.name.lower()
        self.lowered = secret.name if lowered == secret.name else lowered
        """The name in lower case: the order of the list, and what the filter looks at."""
        self.group = intern(_group(kind, key))
        """The kind and the first segment of the key."""

    @property
    def name(self) -> str:
        """The secret's name."""
        return self.secret.name


def _group(kind: str, key: str) -> str:
    return f"{kind}/{key.replace('-', '_').partition('_')[0].lower()}"


def groups_of(name: str, naming: Naming) -> frozenset[str]:
    """The groups that have to be unfolded before the list shows a secret: its kind, and its first segment."""
    kind, key = naming.read(name) or (OTHER, "")
    return frozenset((str(kind), _group(str(kind), key or name)))


@dataclass(frozen=True, slots=True)
class Matching:
    """What the filter leaves."""

    entries: dict[str, list[Entry]]
    """By kind, in the order of `KINDS`."""
    similar: bool = False
    """No name contains the filter's text; these keys contain its letters in the same order."""


class Names:
    """The entries of each kind, in the order of their names, which keeps the keys of a segment together."""

    def __init__(self, settings: Settings) -> None:
        self._naming = Naming.of(settings)
        self._read = 0
        self._by_kind: dict[str, list[Entry]] = {kind: [] for kind in KINDS}
        self._by_name: dict[str, Entry] = {}
        self.longest_name = self.longest_key = 0
        """The most characters that a name has, and a key that Airflow can ask for."""

    def take(self, names: Sequence[SecretName]) -> None:
        """Adds those of `names` that came after the ones of the last call."""
        if len(names) == self._read:
            return
        for secret in names[self._read :]:
            kind, key = self._naming.read(secret.name) or (OTHER, "")
            entry = Entry(secret, str(kind), key or secret.name)
            self._by_kind[entry.kind].append(entry)
            self._by_name[secret.name] = entry
            self.longest_name = max(self.longest_name, len(secret.name))
            self.longest_key = max(self.longest_key, len(key))
        self._read = len(names)
        for entries in self._by_kind.values():
            entries.sort(key=attrgetter("lowered"))

    def entry(self, name: str) -> Entry | None:
        """The secret of that name."""
        return self._by_name.get(name)

    def matching(self, filter: str) -> Matching:
        """The entries of each kind that match the filter, in order.

        Each word of the filter is a part of the name or the key; with `^` in front of it, the beginning. If
        nothing matches: those whose key contains the filter's letters in this order.
        """
        words = filter.lower().split()
        if not words:
            return Matching(self._by_kind)
        found = self._by_kind
        for word in words:
            found = {kind: self._with(word, kind, entries) for kind, entries in found.items()}
        letters = re.sub(r"[\W_]", "", filter.lower())
        if any(found.values()) or "^" in filter or len(letters) < 2:
            return Matching(found)
        in_order = _in_order(letters)
        similar: dict[str, list[Entry]] = {}
        for kind, entries in self._by_kind.items():
            begin = 0 if kind == OTHER or not entries else len(self._name(kind, ""))
            similar[kind] = [entry for entry in entries if in_order(entry.lowered, begin)]
        return Matching(similar, similar=True)

    def _with(self, word: str, kind: str, entries: list[Entry]) -> list[Entry]:
        """The entries with the word in their names; a key's underscores are the separator there."""
        part = word.removeprefix("^").replace("_", str(self._naming.sep))
        if word[0] != "^":
            return [entry for entry in entries if part in entry.lowered]
        begun = (part, part if kind == OTHER or not entries else self._name(kind, word[1:]))
        return [entry for entry in entries if entry.lowered.startswith(begun)]

    def _name(self, kind: str, key: str) -> str:
        """The beginning of a name as the list has it, for the beginning of a key."""
        return self._naming.built(Kind(kind), key).lower()


def _in_order(letters: str) -> Callable[[str, int], object]:
    """Whether a name has the letters in this order behind so many; each is read once, without going back."""
    return re.compile("".join(f"[^{letter}]*+{letter}" for letter in map(re.escape, letters))).match
