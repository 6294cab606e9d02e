"""The part of Microsoft Graph v1.0 for finding and registering apps, with its permissions."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from kvtui.emulator import graph_changes, graph_objects
from kvtui.emulator.clouds import Cloud
from kvtui.emulator.directory import Directory
from kvtui.emulator.error_responses import ServiceError
from kvtui.emulator.graph_changes import GraphChanges, insufficient, no_object
from kvtui.emulator.graph_query import answer_collection, select, selected_fields
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.principals import Principal, groups_of
from kvtui.emulator.scenario import Scenario
from kvtui.emulator.tokens import Caller, TokenError, Tokens

_BY_APP_ID = re.compile(r"(\w+)\(appId='([^']*)'\)", re.IGNORECASE)
_READS_APPS = {
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Application.ReadWrite.OwnedBy",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
}
_READS_TENANT = {"Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"}
_TYPES = {"applications": "application", "serviceprincipals": "servicePrincipal"}


class Graph:
    """Graph, over the one directory."""

    def __init__(self, directory: Directory, tokens: Tokens, scenario: Scenario) -> None:
        self._directory = directory
        self._tokens = tokens
        self._changes = GraphChanges(directory, scenario)
        self._version = -1
        self._made: dict[str, list[dict[str, Any]]] = {}

    @property
    def _collections(self) -> dict[str, list[dict[str, Any]]]:
        """Both collections in Graph's shapes, built again after a change."""
        if self._version != self._directory.version:
            self._version = self._directory.version
            self._made = {
                "applications": graph_objects.applications(self._directory),
                "serviceprincipals": graph_objects.service_principals(self._directory),
            }
        return self._made

    def answer(self, request: Request, cloud: Cloud) -> Response:
        """The answer to one request at a Graph host."""
        try:
            caller = self._tokens.check(request.bearer, tuple(f"https://{host}" for host in cloud.graph))
        except TokenError as error:
            return _unauthorized(error, request)
        request.caller = caller.principal.name
        # The SDK doubles the slash behind the version, and Graph does not mind.
        version, *parts = [part for part in request.path.split("/") if part] or [""]
        if version not in ("v1.0", "beta") or not parts:
            return _error(request, ServiceError(400, "BadRequest", f"Invalid version: {version}."))
        if not _permitted(caller, parts[0].lower()):
            return _error(request, insufficient())
        try:
            if (request.method, *parts) == ("POST", "directoryObjects", "getByIds"):
                return self._by_ids(request)
            if request.method != "GET":
                return self._changes.answer(request, parts, caller)
            return self._route(request, parts, caller)
        except ServiceError as error:
            return _error(request, error)

    def _route(self, request: Request, parts: list[str], caller: Caller) -> Response:
        base = f"https://{request.host}/v1.0/$metadata#"
        if by_app_id := _BY_APP_ID.fullmatch(parts[0]):
            parts = [by_app_id[1], by_app_id[2].lower(), *parts[1:]]
            key = "appId"
        else:
            key = "id"
        head = parts[0].lower()
        if head == "organization" and len(parts) == 1:
            body = answer_collection(
                request, [graph_objects.organization()], "organization", f"{base}organization"
            )
            return answer_json(200, body)
        if head == "me" and len(parts) == 1:
            context = {"@odata.context": f"{base}users/$entity"}
            return answer_json(200, context | graph_objects.user(caller.principal))
        if head not in self._collections:
            raise _no_segment(parts[0])
        name = f"{_TYPES[head]}s"
        match parts[1:]:
            case []:
                return answer_json(
                    200, answer_collection(request, self._collections[head], _TYPES[head], f"{base}{name}")
                )
            case [wanted]:
                found = self._find(head, key, wanted)
                fields = selected_fields(request, found, _TYPES[head])
                return answer_json(200, {"@odata.context": f"{base}{name}/$entity", **select(found, fields)})
            case [wanted, what]:
                found = self._find(head, key, wanted)
                principal = self._directory.by_client_id.get(found["appId"])
                under = f"{base}directoryObjects"
                if (head, what) == ("applications", "federatedIdentityCredentials"):
                    under = f"{base}applications('{found['id']}')/federatedIdentityCredentials"
                value = self._related(head, what, principal)
                if value is not None:
                    return answer_json(200, {"@odata.context": under, "value": value})
        raise _no_segment(parts[-1])

    def _by_ids(self, request: Request) -> Response:
        """The users, groups, apps and service principals with the ids of the body; others are left out."""
        content = graph_changes.read_content(request)
        kinds = {str(one).lower() for one in content.get("types") or ()}
        objects = graph_objects.directory_objects(
            self._directory, {str(one).lower() for one in content.get("ids") or ()}
        )
        value = [
            one for one in objects if not kinds or one["@odata.type"].rpartition(".")[2].lower() in kinds
        ]
        context = f"https://{request.host}/v1.0/$metadata#directoryObjects"
        return answer_json(200, {"@odata.context": context, "value": value})

    def _find(self, head: str, key: str, wanted: str) -> dict[str, Any]:
        found = next((one for one in self._collections[head] if one[key] == wanted.lower()), None)
        if found is None or not self._directory.sees(str(found["id"])):
            raise no_object(wanted)
        return found

    def _related(self, head: str, what: str, principal: Principal | None) -> list[dict[str, Any]] | None:
        """The property of an app or a service principal by that name; None for an unknown one."""
        if what == "owners":
            found = (self._directory.by_object_id.get(oid) for oid in (principal.owners if principal else ()))
            return [graph_objects.owner(one) for one in found if one]
        if (head, what) == ("applications", "federatedIdentityCredentials"):
            return [graph_objects.federation(one) for one in principal.federations] if principal else []
        if (head, what) == ("serviceprincipals", "transitiveMemberOf"):
            return [graph_objects.group(one) for one in groups_of(principal.object_id)] if principal else []
        return None


def _permitted(caller: Caller, head: str) -> bool:
    """Whether the token may read what `head` names: users by their rights, apps by their granted roles."""
    principal = caller.principal
    if principal.kind == "user":
        return principal.reads_directory or head == "me"
    if head == "me":
        return False
    needed = _READS_TENANT if head == "organization" else _READS_APPS
    return bool(needed & set(principal.graph_roles))


def _error(request: Request, error: ServiceError, **headers: str) -> Response:
    identifier = str(uuid4())
    inner = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": identifier,
        "client-request-id": request.headers.get("client-request-id", identifier),
    }
    body = {"error": {"code": error.code, "message": str(error), "innerError": inner}}
    return answer_json(error.status, body, request_id=identifier, **headers)


def _no_segment(name: str) -> ServiceError:
    return ServiceError(400, "BadRequest", f"Resource not found for the segment '{name}'.")


def _unauthorized(error: TokenError, request: Request) -> Response:
    message = {
        "missing": "Access token is empty.",
        "expired": "Lifetime validation failed, the token is expired.",
        "audience": "Access token validation failure. Invalid audience.",
        "malformed": "IDX14100: JWT is not well formed, there are no dots (.).",
    }[error.reason]
    header = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    failed = ServiceError(401, "InvalidAuthenticationToken", message)
    return _error(request, failed, WWW_Authenticate=header)
