"""Pane 1: the settings, a row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.console.phase import Phase
from kvtui.console.text import fit, row, wrapped
from kvtui.console.words import minutes_left, now
from kvtui.core.secret_text import MASK
from kvtui.settings.catalogue import BY_FIELD, CATALOGUE
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.console.state import State
    from kvtui.console.text import Part, Row, RowKey
    from kvtui.settings.catalogue import Setting
    from kvtui.settings.model import Settings

LABEL = 15
LEAST_NOTE = 8
"""Cells that are worth a part of the note on where a value came from."""
_MISSING = {
    "vault": "type your vault's name or address",
    "tenant_id": "not known yet",
    "client_id": "choose one in pane 2",
    "client_secret": "not given: paste it, or @FILE",
}
_IN_ONE_ROW = 2
"""Choices; where there are more, each has a row of its own."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """The row of a setting, by its field of `Settings`."""

    field: str


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """The row of one choice of a setting."""

    field: str
    value: str


def rows(state: State, width: int) -> list[Row]:
    """The settings as rows, below the separator what becomes of a key, at the end what is to be known."""
    settings = state.settings
    out: list[Row] = []
    for setting in CATALOGUE:
        if setting.listed and setting.applies(settings):
            out += _rows(setting, state, width)
        if setting.field == "sep":
            out.append(_name_row(settings, state.versions.provider, width))
    for notice in state.notices:
        out += wrapped(notice, width, "warn", indent=2, first="!")
    return out


def _rows(setting: Setting, state: State, width: int) -> list[Row]:
    found, value = state.versions, getattr(state.settings, setting.field)
    if setting.words:
        return _choices(setting, value)
    match setting.field:
        case "vault" if value is not None:
            suffix = fit(value.host.removeprefix(value.name), max(4, width - LABEL - len(value.name)))
            return [_row(setting, (value.name, "strong"), (suffix.rstrip(), "dim"))]
        case "sign_in":
            return [_sign_in(setting, state, width)]
        case "airflow_version":
            return [_version(setting, found.airflow, found.airflow_source, width)]
        case "provider_version":
            return [_version(setting, found.provider, found.provider_source, width)]
    return [_text(setting, state, _shown(setting, state.settings), width)]


def _row(setting: Setting, *parts: Part) -> Row:
    return row((fit(setting.label, LABEL), "dim"), *parts, key=SettingRow(setting.field))


def _shown(setting: Setting, settings: Settings) -> str:
    """The value in words; empty where nothing is chosen."""
    value = getattr(settings, setting.field)
    if setting.secret:
        return MASK if value else ""
    if setting.field == "client_id" and value and settings.identity_name:
        return f"{settings.identity_name}  {value}"
    if setting.off and value is None:
        return "null: never asks the vault"
    if setting.empty and not value:
        return '"" (no prefix)' if setting.off else '"" (underscores are deleted)'
    return str(value or "")


def _text(setting: Setting, state: State, value: str, width: int) -> Row:
    room = max(8, width - LABEL)
    if not value:
        return _row(setting, (_MISSING.get(setting.field, "")[: width - LABEL], "todo"))
    origin = state.origins.get(setting.field, "")
    tail = f"  {origin}" if origin and origin not in ("default", "you") else ""
    shown = value if len(value) <= room else fit(value, room).rstrip()
    left = room - len(shown)
    tail = tail if len(tail) <= left else fit(tail, left).rstrip() if left >= LEAST_NOTE else ""
    return _row(setting, (shown, "plain"), (tail, "dim"))


def _version(setting: Setting, version: str, source: str, width: int) -> Row:
    note = fit(f"  {source}", max(3, width - LABEL - len(version))).rstrip()
    return _row(setting, (version, "plain"), (note, "dim"))


def _choices(setting: Setting, chosen: object) -> list[Row]:
    parts: list[Part] = [
        (f"● {words}", "strong") if value == chosen else (f"○ {words}", "plain")
        for value, words in setting.words.items()
    ]
    if len(parts) <= _IN_ONE_ROW:
        return [_row(setting, *((f"{text}  ", role) for text, role in parts))]
    return [
        row((fit("" if n else setting.label, LABEL), "dim"), part, key=ChoiceRow(setting.field, value))
        for n, (value, part) in enumerate(zip(setting.words, parts, strict=True))
    ]


def _sign_in(setting: Setting, state: State, width: int) -> Row:
    sign_in = state.sign_in
    parts: list[Part] = []
    if sign_in.phase is Phase.DONE and sign_in.identity:
        left = minutes_left(sign_in.identity.expires, now())
        about = f"  {sign_in.identity.kind}"
        fits = LABEL + len(sign_in.identity.name) + len(about) + len(left) + 2 <= width
        parts += [(sign_in.identity.name, "plain"), (f"{about}  {left}" if fits else about, "dim")]
    elif sign_in.phase is Phase.BUSY:
        parts.append((f"signing in ({state.settings.sign_in.value})…", "dim"))
    elif sign_in.phase is Phase.STOPPED:
        parts.append((f"stopped ({state.settings.sign_in.value}); s signs in", "warn"))
    elif sign_in.phase is Phase.FAILED:
        parts.append((f"not signed in ({state.settings.sign_in.value}); s tells why", "bad"))
    else:
        parts.append((f"{state.settings.sign_in.value}, not tried yet", "dim"))
    return _row(setting, *parts)


def option_at(key: RowKey, part: int) -> ChoiceRow | None:
    """The option in that part of a row, if there is one."""
    if isinstance(key, ChoiceRow):
        return key if part == 1 else None
    setting = BY_FIELD.get(key.field) if isinstance(key, SettingRow) else None
    options = setting.choices if setting and setting.words else ()
    return ChoiceRow(setting.field, options[part - 1]) if setting and 0 < part <= len(options) else None


def _name_row(settings: Settings, provider: str, width: int) -> Row:
    asked = Naming.of(settings, provider).secret_name(Kind.VARIABLE, "my_key")
    lead = fit("my_key", LABEL)
    if asked.name is None:
        return row((lead, "dim"), (f"→ {asked.why_not}"[: width - LABEL], "warn"))
    return row((lead, "dim"), ("→ ", "dim"), (fit(asked.name, max(8, width - LABEL - 2)).rstrip(), "name"))
