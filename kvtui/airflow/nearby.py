"""Similar names in the vault for a key that was not found, and keys that share one name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kvtui.airflow.naming import Naming, is_legal
from kvtui.settings.model import Kind

_MARKS = re.compile(r"[^0-9a-z]+")
_NOUN = {Kind.VARIABLE: "a variable", Kind.CONNECTION: "a connection", Kind.CONFIG: "a config option"}


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A name in the vault that is almost the one that was requested."""

    name: str
    why: str
    """How it differs, one clause."""
    fix: str
    """What to change so that the key finds it, one sentence."""


def near_misses(
    key: str, kind: Kind, naming: Naming, names: Sequence[str], limit: int = 5
) -> tuple[NearMiss, ...]:
    """The likeliest of the vault's `names` for a `key` that was not found, the nearest first.

    A prefix, a separator, an underscore or a letter away. The requested name is never among them. The
    prefixes and the separator are text.
    """
    search = _Search(key, kind, naming)
    if not search.bare:
        return ()
    ranked = [found for name in names if (found := search.judge(name)) is not None]
    ranked.sort(key=lambda found: (found[0], len(found[1].name), found[1].name))
    return tuple(miss for _, miss in ranked[:limit])


def comparable(names: Iterable[str]) -> list[tuple[str, str]]:
    """Names made comparable once, for `likely`."""
    return [(_plain(name), name) for name in names]


def likely(key: str, among: Iterable[tuple[str, str]]) -> list[str]:
    """The names that `near_misses` need look at for `key`, found fast: for many keys among many names.

    Two characters that are swapped damage at most two neighbouring thirds of a key: those that hold the key,
    or one of its thirds near their end. For a short key, all of them.
    """
    bare = _plain(key)
    third = len(bare) // 3
    if third < 2:
        return [name for _, name in among]
    start, middle, end = bare[:third], bare[third : 2 * third], bare[2 * third :]
    tail = -len(bare) - 1
    return [
        name
        for plain, name in among
        if plain.endswith(end) or start in plain[tail:] or middle in plain[tail:] or bare in plain
    ]


class _Search:
    """What is looked for, made comparable once."""

    def __init__(self, key: str, kind: Kind, naming: Naming) -> None:
        self.key = key
        self.kind = kind
        self.naming = naming
        self.sep = str(naming.sep)
        self.prefixes = {each: str(naming.prefix(each)) for each in Kind if naming.prefix(each)}
        self.has_empty_prefix = naming.prefix(kind) == ""
        self.asked = naming.built(kind, key)
        self.bare = _plain(key)
        self.whole = _plain(self.asked)
        self.own_head = _plain(self.prefixes.get(kind, ""))
        self.others = {
            _plain(prefix) + self.bare: other for other, prefix in self.prefixes.items() if other != kind
        }

    def judge(self, name: str) -> tuple[int, NearMiss] | None:
        """How near `name` is (0 the nearest) and why; None if it is not near, or is the requested one."""
        plain = _plain(name)
        if name.lower() == self.asked.lower():
            return None
        if plain == self.whole:
            return 0, self._by_separator(name)
        if plain in self.others:
            other = self.others[plain]
            own = f"the prefix for {self.kind}s is empty" if self.has_empty_prefix else f"not of {self.kind}s"
            why = f"it has the prefix of {other}s, {own}"
            return 1, NearMiss(name, why, f"Look it up as {_NOUN[other]}.")
        if plain == self.bare:
            return 2, self._without_prefix(name)
        if plain.endswith(self.bare) and len(self.bare) >= 3 and self._ends_at_a_mark(name):
            if self.own_head and plain.startswith(self.own_head):
                return 3, self._by_key(name)
            if not self._of_another_kind(plain):
                return 3, self._by_prefix(name)
        if self.whole and plain.startswith(self.own_head) and _one_apart(plain, self.whole):
            meant = (name[len(self.asked) - len(self.key) :] or name).replace(self.sep or "-", "_")
            fix = f"Use the key {meant}, or create the secret {self.asked}."
            return 4, NearMiss(name, "one character differs", fix)
        return None

    def _store(self) -> str:
        if not self.asked:
            return f"Set a prefix for {self.kind}s: it is null now."
        if not is_legal(self.asked):
            return f"Change the key: Key Vault does not allow {self.asked}."
        return f"Store the value as {self.asked}."

    def _by_separator(self, name: str) -> NearMiss:
        if self.sep != "-" and name.lower() == self._with_hyphens().lower():
            what = "sep is empty, which deletes underscores" if not self.sep else f"sep is {self.sep!r}"
            return NearMiss(name, what, 'Set sep to "-".')
        return NearMiss(name, "only separators differ", self._store())

    def _with_hyphens(self) -> str:
        return replace(self.naming, sep="-").built(self.kind, self.key)

    def _without_prefix(self, name: str) -> NearMiss:
        head = self.naming.built(self.kind, "")
        if head and name.lower().startswith(head.lower()):
            bare = name[len(head) :].replace(self.sep or "-", "_")
            return NearMiss(
                name, "the key is the secret's whole name", f"Use the key {bare}: Airflow adds the prefix."
            )
        if self.naming.prefix(self.kind) is None:
            return NearMiss(name, f"the prefix for {self.kind}s is null", f'Set {self.kind}s_prefix to "".')
        return NearMiss(name, "it has no prefix", self._store())

    def _of_another_kind(self, plain: str) -> bool:
        return any(plain.startswith(_plain(prefix)) for prefix in self.prefixes.values())

    def _by_key(self, name: str) -> NearMiss:
        """A name under the prefix whose key ends like the requested one."""
        longer = name[len(self.asked) - len(self.key) :].replace(self.sep or "-", "_")
        return NearMiss(name, "its key is longer", f"Use the key {longer}, or {_lower(self._store())}")

    def _by_prefix(self, name: str) -> NearMiss:
        if self.has_empty_prefix:
            why = f"it begins with {self._head(name)}, and the prefix for {self.kind}s is empty"
            longer = name.replace(self.sep or "-", "_")
            fix = f"If it is the secret that you mean, use the key {longer}, or {_lower(self._store())}"
            return NearMiss(name, why, fix)
        fix = f"If it is the secret that you mean, {_lower(self._store())}"
        return NearMiss(name, "its name ends the same, but it has none of the prefixes", fix)

    def _head(self, name: str) -> str:
        """The part of `name` before its last letters and digits, as many as the key has."""
        left, at = len(self.bare), len(name)
        while left:
            at -= 1
            left -= name[at].isalnum()
        return name[:at]

    def _ends_at_a_mark(self, name: str) -> bool:
        head = self._head(name)
        return bool(head) and not head[-1].isalnum()


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _plain(text: str) -> str:
    return _MARKS.sub("", text.lower())


def _one_apart(one: str, other: str) -> bool:
    """Whether one character was added, left out, changed, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest_one, rest_other = one[start:], other[start:]
    return (
        rest_one[1:] == rest_other
        or rest_one == rest_other[1:]
        or rest_one[1:] == rest_other[1:]
        or (rest_one[2:] == rest_other[2:] and rest_one[:2] == rest_other[1::-1])
    )


def collisions(keys: Iterable[str], kind: Kind, naming: Naming) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The names that more than one of `keys` map to, each with its keys; Key Vault ignores case."""
    if naming.prefix(kind) is None:
        return ()
    by_name: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        by_name.setdefault(naming.built(kind, key).lower(), []).append(key)
    return tuple((name, tuple(found)) for name, found in by_name.items() if len(found) > 1)
