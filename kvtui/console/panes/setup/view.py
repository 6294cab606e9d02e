"""Pane 1: the rows of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.console.panes.setup import texts
from kvtui.console.phase import Phase
from kvtui.console.text import fit, row, wrapped
from kvtui.console.words import minutes_left, now
from kvtui.core.secret_text import MASK
from kvtui.settings.catalogue import BY_FIELD, CATALOGUE
from kvtui.settings.model import Kind
from kvtui.settings.sources import DEFAULT

if TYPE_CHECKING:
    from kvtui.console.state import State
    from kvtui.console.text import Part, Row, RowKey
    from kvtui.settings.catalogue import Setting
    from kvtui.settings.model import Settings

LABEL = 19
"""Cells of the label column: the longest label and a gap."""
LEAST_NOTE = 8
"""Cells below which a note on the origin of a value is left out."""
GAP = "  "
IN_ONE_ROW = 2
"""More options than this always have a row each."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """The row of a setting, by its field of `Settings`."""

    field: str


SIGN_IN = SettingRow("sign_in")
"""The row that opens a dialog: its options have effects at once, and the row shows who is signed in."""


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """The row of one choice of a setting."""

    field: str
    value: str


def rows(state: State, width: int) -> list[Row]:
    """All settings, the example of a secret name below the separator, and the notices at the end."""
    settings = state.settings
    out: list[Row] = []
    for setting in CATALOGUE:
        if setting.listed and setting.applies(settings):
            out += _rows(setting, state, width)
        if setting.field == "sep":
            out.append(_example(settings, state.versions.provider, width))
    for notice in state.notices:
        out += wrapped(notice, width, "warn", indent=2, first="!")
    return out


def short_rows(state: State, width: int, cursor: RowKey | None) -> list[Row]:
    """The rows for a pane that is too low for all: without options that are not chosen nor at the cursor."""
    settings, labelled = state.settings, ""
    out: list[Row] = []
    for each in rows(state, width):
        key = each.key
        if isinstance(key, ChoiceRow):
            if key.value != getattr(settings, key.field) and key != cursor:
                continue
            if key.field != labelled:
                each = row((fit(BY_FIELD[key.field].label, LABEL), "dim"), *each.parts[1:], key=key)
            labelled = key.field
        out.append(each)
    return out


def _rows(setting: Setting, state: State, width: int) -> list[Row]:
    found, value = state.versions, getattr(state.settings, setting.field)
    if setting.words:
        return _choices(setting, value, width)
    match setting.field:
        case "vault" if value is not None:
            room = width - LABEL - len(value.name)
            suffix = value.host.removeprefix(value.name)
            return [_row(setting, (value.name, "strong"), (suffix if len(suffix) <= room else "", "dim"))]
        case "sign_in":
            return [_sign_in(setting, state, width)]
        case "airflow_version":
            return [_noted(setting, found.airflow, texts.version_note(found.airflow_source), width)]
        case "provider_version":
            return [_noted(setting, found.provider, texts.version_note(found.provider_source), width)]
    shown = _shown(setting, state.settings)
    if not shown:
        return [_row(setting, (fit(texts.MISSING.get(setting.field, ""), width - LABEL).rstrip(), "todo"))]
    origin = state.origins.get(setting.field, "")
    return [_noted(setting, shown, texts.given_by(origin) if origin not in (DEFAULT, "") else "", width)]


def _row(setting: Setting, *parts: Part) -> Row:
    return row((fit(setting.label, LABEL), "dim"), *parts, key=SettingRow(setting.field))


def _shown(setting: Setting, settings: Settings) -> str:
    """The value as text; empty if nothing is chosen."""
    value = getattr(settings, setting.field)
    if setting.secret:
        return MASK if value else ""
    if setting.field == "client_id" and value and settings.identity_name:
        return f"{settings.identity_name}{GAP}{value}"
    if setting.off and value is None:
        return texts.NEVER_ASKED
    if setting.empty and not value:
        return texts.NO_PREFIX if setting.off else texts.NO_SEPARATOR
    return str(value or "")


def value_words(setting: Setting, settings: Settings) -> str:
    """A setting's value in a sentence; empty if nothing is chosen, or it is secret."""
    if setting.secret:
        return ""
    value = getattr(settings, setting.field)
    if setting.field == "vault":
        return value.name if value is not None else ""
    return setting.words.get(value) or _shown(setting, settings)


def _noted(setting: Setting, value: str, note: str, width: int) -> Row:
    """A value, and behind it as much of the note as fits."""
    room = max(8, width - LABEL)
    shown = value if len(value) <= room else fit(value, room).rstrip()
    left, note = room - len(shown), GAP + note
    note = note if len(note) <= left else fit(note, left).rstrip() if left >= LEAST_NOTE else ""
    return _row(setting, (shown, "plain"), (note, "dim"))


def _choices(setting: Setting, chosen: object, width: int) -> list[Row]:
    """The options beside each other if they are few and fit, else a row for each."""
    parts: list[Part] = [
        (f"● {words}", "strong") if value == chosen else (f"○ {words}", "plain")
        for value, words in setting.words.items()
    ]
    needed = LABEL + sum(len(text) for text, _ in parts) + len(GAP) * (len(parts) - 1)
    if len(parts) <= IN_ONE_ROW and needed <= width:
        return [_row(setting, *((f"{text}{GAP}", role) for text, role in parts))]
    return [
        row((fit("" if n else setting.label, LABEL), "dim"), part, key=ChoiceRow(setting.field, value))
        for n, (value, part) in enumerate(zip(setting.words, parts, strict=True))
    ]


def _sign_in(setting: Setting, state: State, width: int) -> Row:
    sign_in, kind = state.sign_in, state.settings.sign_in.value
    if sign_in.phase is Phase.DONE and sign_in.identity:
        name, how = sign_in.identity.name, sign_in.identity.kind
        room = width - LABEL - len(name) - len(GAP)
        left = minutes_left(sign_in.identity.expires, now())
        note = next((each for each in (texts.account(how, left), how) if len(each) <= room), "")
        return _row(setting, (name, "plain"), (GAP + note, "dim"))
    words, role = _not_signed_in(sign_in.phase, kind)
    return _row(setting, (fit(words, width - LABEL).rstrip(), role))


def _not_signed_in(phase: Phase, kind: str) -> Part:
    if phase is Phase.BUSY:
        return texts.signing_in(kind), "dim"
    if phase is Phase.STOPPED:
        return texts.STOPPED, "warn"
    if phase is Phase.FAILED:
        return texts.failed(kind), "bad"
    return texts.not_tried(kind), "dim"


def option_at(key: RowKey, part: int) -> ChoiceRow | None:
    """The option in part number `part` of a row; None if there is none."""
    if isinstance(key, ChoiceRow):
        return key if part == 1 else None
    setting = BY_FIELD.get(key.field) if isinstance(key, SettingRow) else None
    options = setting.choices if setting and setting.words else ()
    return ChoiceRow(setting.field, options[part - 1]) if setting and 0 < part <= len(options) else None


def _example(settings: Settings, provider: str, width: int) -> Row:
    asked = Naming.of(settings, provider).secret_name(Kind.VARIABLE, texts.EXAMPLE_KEY)
    lead, found = f"{texts.EXAMPLE_KEY} → ", asked.name or asked.why_not
    label = LABEL if LABEL + len(lead) + len(found) <= width else len(texts.EXAMPLE) + 1
    name: Part = (fit(found, width - label - len(lead)).rstrip(), "name" if asked.name else "warn")
    return row((fit(texts.EXAMPLE, label), "dim"), (lead, "dim"), name)
