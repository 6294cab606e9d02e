"""Changes of the directory through Graph: apps, service principals and their credentials."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from kvtui.emulator import company, graph_objects
from kvtui.emulator.directory import Directory
from kvtui.emulator.error_responses import ServiceError
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.principals import ClientSecret, Federation, Principal
from kvtui.emulator.scenario import Scenario
from kvtui.emulator.tokens import Caller

_WRITES_ALL = {"Application.ReadWrite.All", "Directory.ReadWrite.All"}
_WRITES_OWN = {*_WRITES_ALL, "Application.ReadWrite.OwnedBy"}
_LONGEST = timedelta(days=2 * 366)


class GraphChanges:
    """Every changing request at Graph."""

    def __init__(self, directory: Directory, scenario: Scenario) -> None:
        self._scenario = scenario
        self._directory = directory

    def answer(self, request: Request, parts: list[str], caller: Caller) -> Response:
        """The answer to any request but a GET. Raises `ServiceError`."""
        match request.method, [parts[0].lower(), *parts[1:]]:
            case "POST", ["applications"]:
                return self._register(read_content(request), caller)
            case "POST", ["serviceprincipals"]:
                return self._make_principal(read_content(request), caller)
            case "POST", ["applications", wanted, "addPassword"]:
                return self._add_password(self._own(wanted, caller), read_content(request))
            case "POST", ["applications", wanted, "removePassword"]:
                return self._remove_password(self._own(wanted, caller), read_content(request))
            case "POST", ["applications", wanted, "federatedIdentityCredentials"]:
                return self._federate(self._own(wanted, caller), read_content(request))
        raise insufficient()

    def _register(self, content: dict[str, Any], caller: Caller) -> Response:
        if not _may_register(caller):
            raise insufficient()
        name = content.get("displayName")
        if not isinstance(name, str) or not name.strip():
            raise ServiceError(
                400, "Request_BadRequest", "Invalid value specified for property 'displayName'."
            )
        app = Principal(
            "app",
            name,
            "",
            client_id=str(uuid4()),
            display_name=name,
            application_object_id=str(uuid4()),
            audience=str(content.get("signInAudience") or "AzureADandPersonalMicrosoftAccount"),
            owners=(caller.principal.object_id,),
        )
        self._directory.unseen[app.application_object_id] = self._scenario.replication
        self._directory.put(app)
        return answer_json(201, graph_objects.application(app))

    def _make_principal(self, content: dict[str, Any], caller: Caller) -> Response:
        app = self._directory.by_client_id.get(str(content.get("appId", "")).lower())
        if not _may_register(caller) or (app and not _owns(app, caller)):
            raise insufficient()
        if app is None or not self._directory.sees(app.application_object_id):
            words = (
                f"The appId '{content.get('appId')}' of the service principal does not reference a valid "
                "application object."
            )
            raise ServiceError(400, "NoBackingApplicationObject", words)
        if app.object_id:
            words = (
                "The service principal cannot be created, updated, or restored because the service principal "
                "name is already in use."
            )
            raise ServiceError(409, "Request_MultipleObjectsWithSameKeyValue", words)
        made = replace(app, object_id=str(uuid4()))
        self._directory.unseen[made.object_id] = self._scenario.replication
        self._directory.put(made)
        return answer_json(201, graph_objects.service_principal(made))

    def _own(self, wanted: str, caller: Caller) -> Principal:
        found = next(
            (one for one in self._directory.principals if one.application_object_id == wanted.lower()), None
        )
        if found is None or not self._directory.sees(found.application_object_id):
            raise no_object(wanted)
        if not _owns(found, caller):
            raise insufficient()
        return found

    def _add_password(self, app: Principal, content: dict[str, Any]) -> Response:
        asked = content.get("passwordCredential") or {}
        now = datetime.now(UTC).replace(microsecond=0)
        try:
            ends = datetime.fromisoformat(str(asked.get("endDateTime") or now + _LONGEST))
        except ValueError:
            raise ServiceError(400, "Request_BadRequest", "A value is not a date.") from None
        text = f"{company.CLIENT_SECRET_PREFIX}{secrets.token_urlsafe(40)}"[:40].rstrip("-_").ljust(40, "0")
        made = ClientSecret(str(asked.get("displayName") or ""), ends, text, str(uuid4()), now)
        self._directory.put(replace(app, secrets=(*app.secrets, made)))
        self._directory.unseen[made.key_id] = self._scenario.propagation
        body = {
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.passwordCredential",
            **graph_objects.password(made, text),
        }
        return answer_json(200, body)

    def _remove_password(self, app: Principal, content: dict[str, Any]) -> Response:
        kept = tuple(one for one in app.secrets if one.key_id != content.get("keyId"))
        if len(kept) == len(app.secrets):
            raise ServiceError(400, "Request_BadRequest", "No password credential found with keyId.")
        self._directory.put(replace(app, secrets=kept))
        return Response(204)

    def _federate(self, app: Principal, content: dict[str, Any]) -> Response:
        made = read_federation(content)
        if any(
            (one.issuer, one.subject) == (made.issuer, made.subject) or one.name == made.name
            for one in app.federations
        ):
            words = "FederatedIdentityCredential with the same name, or issuer and subject, already exists."
            raise ServiceError(409, "Request_MultipleObjectsWithSameKeyValue", words)
        self._directory.put(replace(app, federations=(*app.federations, made)))
        return answer_json(201, graph_objects.federation(made))


def read_federation(content: dict[str, Any]) -> Federation:
    """A federated credential from the body of a request. Raises `ServiceError`."""
    fields = [content.get(name) for name in ("name", "issuer", "subject")]
    audiences = content.get("audiences")
    if not all(isinstance(one, str) and one for one in fields) or not audiences:
        words = "A value without a type name was found, or a required property is missing."
        raise ServiceError(400, "Request_BadRequest", words)
    return Federation(str(fields[0]), str(fields[1]), str(fields[2]), str(audiences[0]))


def read_content(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a request. Raises `ServiceError`."""
    content = request.json()
    if content is None:
        raise ServiceError(400, "BadRequest", "Unable to read JSON request payload.")
    return content


def insufficient() -> ServiceError:
    """The caller may not do this."""
    words = "Insufficient privileges to complete the operation."
    return ServiceError(403, "Authorization_RequestDenied", words)


def no_object(wanted: str) -> ServiceError:
    """There is no object with the id `wanted`."""
    words = f"Resource '{wanted}' does not exist or one of its queried reference-property objects are not "
    return ServiceError(404, "Request_ResourceNotFound", f"{words}present.")


def _may_register(caller: Caller) -> bool:
    """Members may register apps, as they do by default; apps need a permission."""
    principal = caller.principal
    if principal.kind == "user":
        return principal.reads_directory
    return bool(_WRITES_OWN & set(principal.graph_roles))


def _owns(app: Principal, caller: Caller) -> bool:
    principal = caller.principal
    if _WRITES_ALL & set(principal.graph_roles):
        return True
    return principal.object_id in app.owners
