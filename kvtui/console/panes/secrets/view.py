"""Pane 3: the names by kind and first segment, filtered, folded; and the details of one secret."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.console.actions import REVEAL_SECONDS, PaneId
from kvtui.console.panes.secrets import texts
from kvtui.console.phase import Phase
from kvtui.console.remedies import words
from kvtui.console.text import fit, row, whole, wrapped
from kvtui.console.words import date, expiry, problem_rows
from kvtui.core.secret_text import MASK
from kvtui.settings.model import Context, Kind

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.console.panes.secrets.state import Opened
    from kvtui.console.state import State
    from kvtui.console.text import Part, Role, Row

LIST_DENIED = ("ForbiddenByRbac", "AccessDenied")
"""The errors about the permission to list; the others are about the network."""
LABEL = 14
"""Cells of a label in the details."""
SHORT_VERSION, MOST_VERSIONS = 8, 10
"""Digits of a version's id; versions that are listed."""


def message(state: State, width: int) -> list[Row]:
    """What is shown instead of the names: no vault, an error, loading, an empty vault."""
    secrets, sign_in = state.secrets, state.sign_in
    if state.settings.vault is None:
        return wrapped(texts.NO_VAULT, width, "dim")
    if secrets.problem is not None:
        rows = problem_rows(secrets.problem, width)
        if secrets.problem.code in LIST_DENIED:
            rows += wrapped(texts.LIST_NOT_NEEDED, width, "todo", indent=2, first="→")
        return rows
    if sign_in.problem is not None:
        return problem_rows(sign_in.problem, width)
    if sign_in.phase is Phase.STOPPED:
        return wrapped(texts.SIGN_IN_STOPPED, width, "warn")
    if secrets.phase is Phase.STOPPED:
        return wrapped(texts.LISTING_STOPPED, width, "warn")
    if secrets.phase in (Phase.BUSY, Phase.IDLE):
        host = state.settings.vault.host
        if secrets.names and secrets.filter:
            return wrapped(texts.no_match_yet(secrets.filter), width, "dim")
        if secrets.wait is not None:
            return wrapped(texts.waiting(host, secrets.wait.status, secrets.wait.seconds), width, "warn")
        return wrapped(texts.listing(host) if state.signed_in else texts.SIGNING_IN, width, "dim")
    return wrapped(texts.no_match(secrets.filter) if secrets.filter else texts.EMPTY_VAULT, width, "dim")


def cut_off(state: State) -> str:
    """Why not all names of the vault are shown; empty if they are."""
    secrets = state.secrets
    if not secrets.names or secrets.phase not in (Phase.FAILED, Phase.STOPPED):
        return ""
    why = words(secrets.problem.sentence()) if secrets.problem else ""
    return texts.incomplete(len(secrets.names), why, goes_on=bool(secrets.rest))


def status(state: State, matching: int, *, similar: bool) -> str:
    """The words in the border: how many names, whether more come, who listed them."""
    secrets = state.secrets
    names = texts.shown(
        len(secrets.names), matching if secrets.filter and secrets.names else None, similar=similar
    )
    if secrets.phase is Phase.BUSY:
        if secrets.names and secrets.wait is not None:
            return texts.still_waiting(names, secrets.wait.status, secrets.wait.seconds)
        return texts.still_loading(names) if secrets.names else ""
    if cut_off(state):
        return texts.stopped_early(names, goes_on=bool(secrets.rest))
    return texts.listed(names, _listed_as(state)) if secrets.phase is Phase.DONE else ""


def _listed_as(state: State) -> str:
    if state.secrets.as_deployment:
        return state.settings.deployment_name
    return state.sign_in.identity.name if state.sign_in.identity else ""


def details(state: State, width: int, provider: str, at: datetime) -> list[Row]:
    """The opened secret: dates, versions, tags, content type; its value only while revealed."""
    opened, reveal = state.secrets.opened, state.reveal
    if opened is None:
        return []
    secret = opened.name
    out = [row((fit(secret.name, width), "head"))]
    if reveal is not None and reveal.pane is PaneId.SECRETS and reveal.name == secret.name:
        out.append(_field(texts.VALUE, (texts.revealed(reveal.read_as, reveal.left), "warn")))
        value = reveal.value.reveal()
        out += whole(value, width)
        out += _connection(state, secret.name, value, provider, width)
    else:
        enables = texts.enables(allow_changes=state.allow_changes)
        possible = texts.hidden(REVEAL_SECONDS) if secret.enabled else enables
        out.append(_field(texts.VALUE, (MASK, "plain"), (f"  {possible}", "dim")))
    if opened.problem is not None:
        out += problem_rows(opened.problem, width)
    if why := Naming.of(state.settings, provider).unreachable(secret.name):
        out += wrapped(why, width, "bad", indent=LABEL)
    if why := _warning(secret, at):
        out += wrapped(why, width, "warn", indent=LABEL)
    expires, role = expiry(secret.expires, at)
    enabled: Part = (texts.YES, "plain") if secret.enabled else (texts.NO, "bad")
    out += [
        _field(texts.ENABLED, enabled),
        _field(
            texts.EXPIRES,
            (date(secret.expires) if secret.expires else texts.NO_DATE, "plain"),
            (f"  {expires}", role),
        ),
        *([_field(texts.NOT_BEFORE, (date(secret.not_before), "plain"))] if secret.not_before else []),
        _field(texts.UPDATED, (date(secret.updated), "plain")),
        _field(texts.CREATED, (date(secret.created), "plain")),
    ]
    if secret.content_type:
        out.append(_field(texts.CONTENT_TYPE, (secret.content_type, "plain")))
    if secret.tags:
        tags = "  ".join(f"{name}={value}" for name, value in secret.tags)
        out += wrapped(tags, width, "plain", indent=LABEL, first=texts.TAGS)
    return out + _versions(opened, width, at)


def _connection(state: State, name: str, value: str, provider: str, width: int) -> list[Row]:
    """What Airflow reads from a revealed connection: its fields, masked. Empty for another kind of secret."""
    from kvtui.airflow.connection_text import read_text

    read = Naming.of(state.settings, provider).read(name)
    if read is None or read[0] is not Kind.CONNECTION:
        return []
    in_task = state.settings.context is not Context.SERVER
    reading = read_text(value, state.versions.airflow, in_task=in_task)
    words = texts.airflow_does(reading.why) if reading.why else texts.fields_read(reading.fields)
    role: Role = "bad" if reading.why else "plain"
    rows = wrapped(words, width, role, indent=LABEL, first=texts.AIRFLOW_READS)
    return rows + (wrapped(reading.doubt, width, "warn", indent=LABEL) if reading.doubt else [])


def _versions(opened: Opened, width: int, at: datetime) -> list[Row]:
    """What becomes of the secret when it is deleted, and its versions with their dates, the newest first."""
    versions = opened.versions
    if versions is None:
        return [] if opened.problem else [_field(texts.VERSIONS, (texts.LISTING_VERSIONS, "dim"))]
    if not versions:
        return [_field(texts.VERSIONS, (texts.NO_VERSIONS, "plain"))]
    kept = texts.recovery(versions[0].recovery_level, versions[0].recoverable_days)
    out = wrapped(kept, width, "plain", indent=LABEL, first=texts.IF_DELETED) if kept else []
    for number, version in enumerate(versions[:MOST_VERSIONS]):
        label = "" if number else texts.VERSIONS
        ends, role = expiry(version.expires, at)
        off: Part = (f"  {texts.DISABLED}", "bad") if not version.enabled else ("", "plain")
        newest = f"  {texts.CURRENT}" if not number else ""
        shown = f"{version.version[:SHORT_VERSION]}  {date(version.created)}{newest}"
        out.append(_field(label, (shown, "plain"), off, (f"  {ends}" if ends else "", role)))
    if len(versions) > MOST_VERSIONS:
        out.append(_field("", (texts.older(len(versions) - MOST_VERSIONS), "dim")))
    return out


def _field(label: str, *parts: Part) -> Row:
    return row((fit(label, LABEL), "dim"), *parts)


def _warning(secret: SecretName, at: datetime) -> str:
    """What the status in the list means for a read."""
    if not secret.enabled:
        return texts.WHY_DISABLED
    if secret.expires is not None and secret.expires <= at:
        return texts.WHY_EXPIRED
    if secret.not_before is not None and secret.not_before > at:
        return texts.WHY_NOT_YET_VALID
    return ""
