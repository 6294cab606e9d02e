"""A connection's fields for display, without anything that is or may be part of its password."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from kvtui.airflow.connections import FIELDS
from kvtui.core.secret_text import MASK

_PLAIN = re.compile(r"[\w.\- ]{0,64}")
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?")
_KEY = re.compile(r"(?:key|password|pwd|secret|sig|signature|token)=", re.IGNORECASE)
"""The name of a secret within a connection string or an address."""
_PREFIX = re.compile(r"extra__[a-z0-9]+__")
_WORDS = """
account auth_type authentication authenticator aws_account_id charset cloud connect_timeout
connection_timeout cursor database dbname domain driver encoding encrypt keepalives keepalives_idle location
login_timeout max_retries namespace num_retries platform pool_size project project_id read_timeout region
region_name retries role schema service_name ssl_mode sslmode subscription_id tenant_id tenantid timeout
use_ssl verify verify_ssl version warehouse
"""
_HARMLESS = frozenset(_WORDS.split())
"""Extras of Airflow's providers that are never secret: all others are masked."""


def shown_fields(fields: Mapping[str, object], *, doubtful: bool = False) -> tuple[tuple[str, str], ...]:
    """A connection's fields for display: empty ones left out, what is or may be secret masked.

    `doubtful`: its URI does not parse cleanly, so that a part of the password may be in any field.
    """
    shown: list[tuple[str, str]] = []
    doubtful = doubtful or fields.get("conn_type") == ""
    for name in FIELDS:
        value = fields.get(name)
        if value is None or value == "":
            continue
        text = json.dumps(value) if isinstance(value, dict) else str(value)
        if name == "conn_id":
            pass
        elif name == "password" or doubtful or "@" in text or (name != "extra" and _KEY.search(text)):
            text = MASK
        elif name == "extra":
            text = _masked_extra(text)
        elif name == "login" and not fields.get("password"):
            text = MASK  # the token of scheme://TOKEN@host
        shown.append((name, text))
    return tuple(shown)


def _masked_extra(extra: str) -> str:
    try:
        decoded = json.loads(extra)
        return json.dumps(_mask(decoded), ensure_ascii=False) if isinstance(decoded, dict) else MASK
    except (ValueError, RecursionError):
        return MASK


def _mask(extra: Mapping[str, object]) -> dict[str, object]:
    """Only harmless keys keep their values; a name without one may itself be the secret."""
    masked: dict[str, object] = {}
    for name, value in extra.items():
        harmless = _PREFIX.sub("", name.lower()) in _HARMLESS
        named = harmless or (_PLAIN.fullmatch(name) and value not in ("", None))
        masked[name if named else MASK] = (
            _mask(value) if isinstance(value, dict) else value if harmless and _is_plain(value) else MASK
        )
    return masked


def _is_plain(value: object) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return bool(_NUMBER.fullmatch(str(value)))
    return (
        value is None or isinstance(value, bool) or (isinstance(value, str) and bool(_PLAIN.fullmatch(value)))
    )
