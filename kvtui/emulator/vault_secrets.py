"""Operations on one secret: read, store, change, delete, recover and purge."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from kvtui.emulator.azure_policy import check
from kvtui.emulator.contents import Secret, Vault
from kvtui.emulator.error_responses import ServiceError
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.vault_answers import KEPT_DAYS, error, item, not_found

_LARGEST = 25_600
_MOST_TAGS = 15


def read(request: Request, vault: Vault, name: str, version: str) -> Response:
    """The value of one version; without `version` of the newest."""
    secret = _version(vault, name, version)
    if secret is None:
        return not_found(f"{name}/{version}" if version else name)
    if not secret.enabled:
        return error(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled")
    return answer_json(200, {"value": secret.value, **item(request.host, secret, secret.version_id)})


def store(request: Request, vault: Vault, name: str) -> Response:
    """A new secret, or a new version of an existing one, which inherits nothing from the older one."""
    if name.lower() in vault.deleted:
        return _still_there(name)
    now, old = int(time.time()), vault.secrets.get(name.lower())
    content = _content(request)
    value = content.get("value")
    if not isinstance(value, str):
        raise _bad("Property value is missing or has a wrong type.")
    if len(value.encode()) > _LARGEST:
        raise _bad("The secret value is too long.")
    made = Secret(name, value, now, now, number=old.number + 1 if old else 1, older=old)
    made = replace(made, **_described(content))
    check(made, vault.policies)
    vault.put(made)
    return answer_json(200, {"value": value, **item(request.host, made, made.version_id)})


def change(request: Request, vault: Vault, name: str, version: str) -> Response:
    """Changes attributes, tags or content type of one version; the rest is unchanged."""
    secret = _version(vault, name, version)
    if secret is None:
        return not_found(f"{name}/{version}" if version else name)
    described = _described(_content(request))
    check(replace(secret, **described), vault.policies)
    for field, value in described.items():
        setattr(secret, field, value)
    secret.updated = int(time.time())
    return answer_json(200, item(request.host, secret, secret.version_id))


def delete(request: Request, vault: Vault, name: str) -> Response:
    """Deletes the secret with all its versions; it can be recovered."""
    secret = vault.secrets.get(name.lower())
    if secret is None:
        return not_found(name)
    vault.take(name.lower())
    vault.deleted[name.lower()] = (secret, int(time.time()))
    return read_deleted(request, vault, name)


def read_deleted(request: Request, vault: Vault, name: str) -> Response:
    """One deleted secret, without its value."""
    found = vault.deleted.get(name.lower())
    if found is None:
        return not_found(name)
    return answer_json(200, deleted_item(request.host, found, found[0].version_id))


def recover(request: Request, vault: Vault, name: str) -> Response:
    """Recovers a deleted secret."""
    found = vault.deleted.pop(name.lower(), None)
    if found is None:
        return not_found(name)
    vault.put(found[0])
    return answer_json(200, item(request.host, found[0], found[0].version_id))


def purge(vault: Vault, name: str) -> Response:
    """Purges a deleted secret."""
    return Response(204) if vault.deleted.pop(name.lower(), None) else not_found(name)


def deleted_item(host: str, found: tuple[Secret, int], version: str = "") -> dict[str, object]:
    """One deleted secret as listings show it."""
    secret, when = found
    return {
        **item(host, secret, version),
        "recoveryId": f"https://{host}/deletedsecrets/{secret.name}",
        "deletedDate": when,
        "scheduledPurgeDate": when + KEPT_DAYS * 86400,
    }


def _version(vault: Vault, name: str, version: str) -> Secret | None:
    secret = vault.secrets.get(name.lower())
    if secret is None or not version:
        return secret
    return next((one for one in secret.versions() if one.version_id == version.lower()), None)


def _content(request: Request) -> dict[str, Any]:
    content = request.json()
    if content is None:
        raise _bad("The request body is not a JSON object.")
    return content


def _bad(message: str) -> ServiceError:
    return ServiceError(400, "BadParameter", message)


def _described(content: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `Secret` that the body names, besides the value."""
    attributes = content.get("attributes") or {}
    tags = content.get("tags")
    if not isinstance(attributes, dict) or not isinstance(tags or {}, dict) or len(tags or ()) > _MOST_TAGS:
        raise _bad("Property attributes or tags has a wrong type, or there are too many tags.")
    found = {
        "content_type": content.get("contentType"),
        "tags": tags,
        "enabled": attributes.get("enabled"),
        "expires": attributes.get("exp"),
        "not_before": attributes.get("nbf"),
    }
    return {field: value for field, value in found.items() if value is not None}


def _still_there(name: str) -> Response:
    message = (
        f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in "
        "this state, the secret can only be recovered or purged."
    )
    return error(409, "Conflict", message, "ObjectIsDeletedButRecoverable")
