"""What is stored beside a value, typed in a dialog: content type, tags, expiry, not-before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kvtui.console.provisioning import secret_texts
from kvtui.console.provisioning.form import ON, Field, Switch

if TYPE_CHECKING:
    from kvtui.azure.model import SecretAttributes, SecretName
    from kvtui.core.problems import Problem

MORE = Switch("more", "m", secret_texts.MORE_FIELDS, secret_texts.FEWER_FIELDS, secret_texts.MORE_SHORT)
"""Shows the fields."""
MOST_TAGS, LONGEST_TAG, LONGEST_CONTENT_TYPE = 15, 256, 255
"""Microsoft Learn, "About Azure Key Vault secrets": tags, and the characters of a name and of a value."""
IDS = ("content_type", "tags", "expires", "not_before")


@dataclass(frozen=True, slots=True)
class Typed:
    """The attributes that the fields give."""

    content_type: str
    tags: tuple[tuple[str, str], ...]
    expires: datetime | None
    not_before: datetime | None
    why: str = ""
    """Why they cannot be stored, a sentence; empty if they can."""

    def with_kept(self, held: SecretName | None) -> SecretAttributes:
        """What is stored: content type and tags of the current version where none are typed."""
        from kvtui.azure.model import SecretAttributes

        return SecretAttributes(
            self.content_type or (held.content_type if held else ""),
            self.tags or (held.tags if held else ()),
            self.expires,
            self.not_before,
        )

    def kept(self, held: SecretName | None) -> str:
        """What a new version gets from the current one, for people; empty if nothing."""
        content_type = held.content_type if held and not self.content_type else ""
        tags = held.tags if held and not self.tags else ()
        return secret_texts.kept(content_type, tags)


def fields(typed: Mapping[str, str]) -> list[Field]:
    """The fields with their texts, which `MORE` shows."""
    labels = {
        "content_type": (secret_texts.CONTENT_TYPE, secret_texts.CONTENT_TYPE_HINT),
        "tags": (secret_texts.TAGS, secret_texts.TAGS_HINT),
        "expires": (secret_texts.NEW_EXPIRY, secret_texts.DATE),
        "not_before": (secret_texts.NOT_BEFORE, secret_texts.DATE),
    }
    return [
        Field(each, label, typed.get(each, ""), hint, shown_by=MORE.id)
        for each, (label, hint) in labels.items()
    ]


def more(typed: Mapping[str, str], rejected: Problem | None = None) -> tuple[Switch, str]:
    """The switch; on if one of its fields is typed, or if a policy asks for one."""
    return MORE, ON if first(rejected) or any(typed.get(each) for each in IDS) else ""


def first(rejected: Problem | None) -> str:
    """The first of the fields if a policy asks for one of them; else empty."""
    from kvtui.azure.azure_policy import DISALLOWED_BY_POLICY

    return IDS[0] if rejected is not None and rejected.code == DISALLOWED_BY_POLICY else ""


def read(typed: Mapping[str, str], at: datetime) -> Typed:
    """The attributes of the typed texts."""
    tags = _tags(typed["tags"])
    found = Typed(typed["content_type"].strip(), tags or (), day(typed["expires"]), day(typed["not_before"]))
    return replace(found, why=secret_texts.TAG_RULE if tags is None else _why(typed, found, at))


def _why(typed: Mapping[str, str], found: Typed, at: datetime) -> str:
    if len(found.content_type) > LONGEST_CONTENT_TYPE:
        return secret_texts.too_long(secret_texts.CONTENT_TYPE, LONGEST_CONTENT_TYPE)
    if len(found.tags) > MOST_TAGS or any(len(part) > LONGEST_TAG for tag in found.tags for part in tag):
        return secret_texts.tag_limits(MOST_TAGS, LONGEST_TAG)
    for label, text, when in (
        (secret_texts.NEW_EXPIRY, typed["expires"], found.expires),
        (secret_texts.NOT_BEFORE, typed["not_before"], found.not_before),
    ):
        if text.strip() and when is None:
            return secret_texts.not_a_day(label)
    if found.expires is not None and found.expires <= at:
        return secret_texts.ALREADY_EXPIRED
    if found.expires and found.not_before and found.not_before >= found.expires:
        return secret_texts.NEVER_VALID
    return ""


def _tags(text: str) -> tuple[tuple[str, str], ...] | None:
    """The tags of `name=value, name=value`; None for anything else, or a name that comes twice."""
    found: dict[str, str] = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = each.partition("=")
        if not equals or not name.strip() or name.strip() in found:
            return None
        found[name.strip()] = value.strip()
    return tuple(found.items())


def day(text: str) -> datetime | None:
    """A typed day, as its first moment in UTC; None for anything else."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
