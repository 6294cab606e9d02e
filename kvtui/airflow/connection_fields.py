"""A connection's fields for display: nothing that is, or may be, a part of its password."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from kvtui.airflow.connections import FIELDS
from kvtui.secret_text import MASK

_PLAIN_NAME = re.compile(r"[\w.\- ]*")
_SENSITIVE = (
    "access_token",
    "api_key",
    "apikey",
    "authorization",
    "connection_string",
    "credential",
    "keyfile_dict",
    "passphrase",
    "passwd",
    "password",
    "private_key",
    "sas_token",
    "secret",
    "service_account",
    "shared_access",
    "token",
)


def shown_fields(fields: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """A connection's fields for display: empty ones left out, the password and sensitive extras masked."""
    shown: list[tuple[str, str]] = []
    is_untyped_uri = fields.get("conn_type") == ""
    for name in FIELDS:
        value = fields.get(name)
        if value is None or value == "":
            continue
        text = json.dumps(value) if isinstance(value, dict) else str(value)
        if name == "extra":
            text = _masked_extra(text)
        elif name == "password" or (name not in ("conn_id", "port") and (is_untyped_uri or "@" in text)):
            # Text that is no URI, or holds an unescaped password, ends up in other fields.
            text = MASK
        shown.append((name, text))
    return tuple(shown)


def _masked_extra(extra: str) -> str:
    try:
        decoded = json.loads(extra)
    except ValueError:
        return MASK
    return json.dumps(_mask(decoded), ensure_ascii=False) if isinstance(decoded, dict) else MASK


def _mask(value: object) -> object:
    """Sensitive names' values, and what looks like the rest of a misread password, become the mask."""
    if isinstance(value, dict):
        return {
            name if _PLAIN_NAME.fullmatch(name) else MASK: _mask(inner)
            if _PLAIN_NAME.fullmatch(name) and not _is_sensitive(name, inner)
            else MASK
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_mask(inner) for inner in value]
    return MASK if isinstance(value, str) and "@" in value else value


def _is_sensitive(name: str, value: object) -> bool:
    return bool(value) and any(word in name.lower() for word in _SENSITIVE)
