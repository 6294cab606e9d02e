"""A bare HTTP client for the services, with tokens for whoever a test wants to be."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

import httpx

from kvtui.emulator import company
from tests.emulator_support.process import EmulatorProcess

VAULT = "https://vault.azure.net"
GRAPH = "https://graph.microsoft.com"
ARM = "https://management.azure.com"
PROD = f"https://{company.VAULT_RBAC}.vault.azure.net"


@dataclass
class Desk:
    """One client and the ways to a token."""

    azure: EmulatorProcess
    http: httpx.Client

    def user_token(self, resource: str, user: str = company.USER) -> str:
        """A token of a user, from the az stand-in."""
        self.azure.set_scenario(az_user=user)
        done = self.az("account", "get-access-token", "--output", "json", "--resource", resource)
        return str(json.loads(done.stdout)["accessToken"])

    def az(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What the az stand-in does."""
        return subprocess.run(
            [self.azure.az_directory / "az", *arguments], capture_output=True, text=True, timeout=10
        )

    def app_token(self, client_id: str, resource: str, **form: str) -> str:
        """A token of an app with its client secret."""
        return str(self.sign_in(client_id, resource, **form).json()["access_token"])

    def sign_in(
        self, client_id: str, resource: str = VAULT, *, tenant: str = company.TENANT_ID, **form: str
    ) -> httpx.Response:
        """The token endpoint's answer to client credentials; `form` changes or adds fields."""
        fields = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": company.CLIENT_SECRETS.get(client_id, ""),
            "scope": f"{resource}/.default",
        }
        url = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
        return self.http.post(url, data={name: value for name, value in (fields | form).items() if value})

    def get(self, url: str, token: str = "", **query: str) -> httpx.Response:
        """A GET with a bearer token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.get(url, params=query or None, headers=headers)

    def secret(self, name: str, token: str, vault: str = PROD) -> httpx.Response:
        """A GET for one secret's value."""
        return self.get(f"{vault}/secrets/{name}/", token, **{"api-version": "2026-04-01"})

    def pages(self, token: str, vault: str = PROD) -> list[dict[str, Any]]:
        """All pages of a vault's listing."""
        found = []
        url: str | None = f"{vault}/secrets?api-version=2026-04-01"
        while url:
            answer = self.http.get(url, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text
            found.append(answer.json())
            url = found[-1]["nextLink"]
        return found

    def graph(self, path: str, token: str, *, eventual: bool = False, **query: str) -> httpx.Response:
        """A GET at Graph; query names come without their `$`."""
        headers = {"Authorization": f"Bearer {token}"}
        if eventual:
            headers["ConsistencyLevel"] = "eventual"
        named = {f"${name}": value for name, value in query.items()}
        return self.http.get(f"{GRAPH}/v1.0/{path}", params=named, headers=headers)

    def arm(self, path: str, token: str, **query: str) -> httpx.Response:
        """A GET at Resource Manager; query names come without their `$`."""
        named = {f"${name}": value for name, value in query.items()}
        return self.get(f"{ARM}{path}", token, **{"api-version": "2022-04-01"}, **named)
