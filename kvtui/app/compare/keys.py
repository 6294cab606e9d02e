"""Two lists of secret names, side by side by key. Pure: asks nothing and knows no value.

Key Vault compares names in any case, so keys are matched in any case, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kvtui.airflow.naming import Naming
from kvtui.azure.model import SecretName
from kvtui.core.words import count
from kvtui.settings.model import Kind


class Status(StrEnum):
    """How a key compares; the values are those of the JSON, in the order of a report."""

    ONLY_HERE = "only-here"
    """Only in the vault that the settings name."""
    ONLY_THERE = "only-there"
    """Only in what it is compared with."""
    DIFFERS = "differs"
    SAME = "same"


class Difference(StrEnum):
    """In what a key differs that both sides have; the values are those of the JSON."""

    DISABLED_HERE = "disabled-here"
    DISABLED_THERE = "disabled-there"
    EXPIRED_HERE = "expired-here"
    EXPIRED_THERE = "expired-there"
    NOT_YET_VALID_HERE = "not-yet-valid-here"
    NOT_YET_VALID_THERE = "not-yet-valid-there"
    VALUE = "value"


class ValueResult(StrEnum):
    """What is known of the two values of a key; the values are those of the JSON."""

    NOT_COMPARED = "not-compared"
    SAME = "same"
    DIFFERS = "differs"
    UNREADABLE = "unreadable"
    """A side did not give its value: it is disabled, or gone since the listing."""


@dataclass(frozen=True, slots=True)
class ComparedKey:
    """One key on both sides."""

    kind: Kind
    key: str
    here: SecretName | None
    there: SecretName | None
    states: tuple[Difference, ...] = ()
    """Disabled, expired or not yet valid on one side only."""
    value: ValueResult = ValueResult.NOT_COMPARED

    @property
    def name(self) -> str:
        """The secret's name."""
        held = self.here or self.there
        return held.name if held else ""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """In what it differs, the value last; empty if only one side has it."""
        return (*self.states, Difference.VALUE) if self.value is ValueResult.DIFFERS else self.states

    @property
    def status(self) -> Status:
        """How it compares, by all that is known."""
        if self.there is None:
            return Status.ONLY_HERE
        if self.here is None:
            return Status.ONLY_THERE
        return Status.DIFFERS if self.differences else Status.SAME


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every key of both sides, by status, kind and key."""

    keys: tuple[ComparedKey, ...] = ()
    left_out: int = 0
    """Secrets of both sides that were not compared: without a prefix, or of another kind."""
    other_kinds: int = 0
    """How many of them have a prefix, but are of another kind."""

    def of(self, status: Status) -> tuple[ComparedKey, ...]:
        """The keys with that status."""
        return tuple(each for each in self.keys if each.status is status)

    def counts(self) -> dict[Status, int]:
        """How many keys have each status."""
        found = Counter(each.status for each in self.keys)
        return {status: found[status] for status in Status}

    @property
    def differs(self) -> bool:
        """Whether any key is on one side only, or differs."""
        return any(each.status is not Status.SAME for each in self.keys)

    @property
    def readable(self) -> tuple[ComparedKey, ...]:
        """The keys whose values can be compared: both sides have them, and neither is disabled."""
        return tuple(
            each
            for each in self.keys
            if each.here is not None and each.there is not None and each.here.enabled and each.there.enabled
        )


def compare(
    here: Iterable[SecretName],
    there: Iterable[SecretName],
    naming: Naming,
    at: datetime,
    kinds: Collection[Kind] = tuple(Kind),
) -> Comparison:
    """The keys of both sides with the names that `naming` gives them; `at` decides what has expired.

    Names without a prefix, and those of other `kinds`, are left out.
    """
    left, right = _by_name(here), _by_name(there)
    found: list[ComparedKey] = []
    left_out = other_kinds = 0
    for name in left | right:
        one, other = left.get(name), right.get(name)
        held = one or other
        read = naming.read(held.name) if held is not None else None
        if read is None or read[0] not in kinds:
            left_out += 1
            other_kinds += read is not None
            continue
        found.append(ComparedKey(*read, one, other, _states(one, other, at)))
    return Comparison(_in_order(found), left_out, other_kinds)


def left_out_words(comparison: Comparison) -> str:
    """What was not compared, as a sentence; empty if everything was."""
    without = comparison.left_out - comparison.other_kinds
    parts = [
        f"{count(without, 'secret')} without a matching prefix" if without else "",
        count(comparison.other_kinds, "config option") if comparison.other_kinds else "",
    ]
    said = " and ".join(filter(None, parts))
    return f"Not compared: {said}." if said else ""


def with_values(comparison: Comparison, values: Mapping[str, ValueResult]) -> Comparison:
    """The comparison with what became known of the values, by secret name in lower case."""
    keys = (
        replace(each, value=values.get(each.name.lower(), each.value))
        if each.here is not None and each.there is not None
        else each
        for each in comparison.keys
    )
    return replace(comparison, keys=_in_order(keys))


def _by_name(names: Iterable[SecretName]) -> dict[str, SecretName]:
    return {secret.name.lower(): secret for secret in names}


def _in_order(keys: Iterable[ComparedKey]) -> tuple[ComparedKey, ...]:
    status, kind = list(Status), list(Kind)
    return tuple(
        sorted(keys, key=lambda e: (status.index(e.status), kind.index(e.kind), e.key.lower(), e.key))
    )


def _states(here: SecretName | None, there: SecretName | None, at: datetime) -> tuple[Difference, ...]:
    if here is None or there is None:
        return ()
    found = []
    for left, right, if_left, if_right in (
        (not here.enabled, not there.enabled, Difference.DISABLED_HERE, Difference.DISABLED_THERE),
        (_expired(here, at), _expired(there, at), Difference.EXPIRED_HERE, Difference.EXPIRED_THERE),
        (_early(here, at), _early(there, at), Difference.NOT_YET_VALID_HERE, Difference.NOT_YET_VALID_THERE),
    ):
        if left != right:
            found.append(if_left if left else if_right)
    return tuple(found)


def _expired(secret: SecretName, at: datetime) -> bool:
    return secret.expires is not None and secret.expires <= at


def _early(secret: SecretName, at: datetime) -> bool:
    return secret.not_before is not None and secret.not_before > at
