"""What the tests open: sign-ins and vaults on the embedded Azure."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

import pytest

from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.model import Page
from kvtui.azure.signin import SignedIn, open_vault, sign_in
from kvtui.azure.vault import Vault
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.settings.model import Settings, SignInKind, VaultAddress

BRIEF = replace(LIMITS, connect=2, read=0.4, body=0.5, backoff=0, retry_after=0.05, token=5, probe=0.5)
"""Limits under which what hangs or throttles is over in a moment."""


def settings_of(
    client_id: str = company.ASTRO_PROD, *, kind: SignInKind = SignInKind.CLIENT_SECRET, secret: str = ""
) -> Settings:
    """The settings of one of Contoso's apps, with its right secret unless another is given."""
    return Settings(
        tenant_id=company.TENANT_ID,
        client_id=client_id,
        client_secret=SecretText(secret or company.CLIENT_SECRETS.get(client_id, "x" * 40)),
        sign_in=kind,
        vault=VaultAddress(company.VAULT_RBAC),
    )


async def problem_of(call: Awaitable[object]) -> Problem:
    """The Problem that `call` ends with."""
    with pytest.raises(ProblemError) as caught:
        await call
    return caught.value.problem


async def pages_of(vault: Vault) -> list[Page]:
    """All pages of a vault's listing."""
    return [page async for page in vault.names()]


class Desk:
    """Opens sign-ins and vaults for one test and closes them after it."""

    def __init__(self) -> None:
        self._open: list[SignedIn | Vault] = []

    async def sign_in(self, settings: Settings, limits: Limits = BRIEF) -> SignedIn:
        """A sign-in by the settings' kind."""
        signed_in = await sign_in(settings, limits=limits)
        self._open.insert(0, signed_in)
        return signed_in

    async def vault(
        self,
        name: str = company.VAULT_RBAC,
        *,
        client_id: str = company.ASTRO_PROD,
        kind: SignInKind = SignInKind.CLIENT_SECRET,
        tenant_id: str = "",
        limits: Limits = BRIEF,
    ) -> Vault:
        """A vault, asked as one of Contoso's apps, or by another kind of sign-in."""
        signed_in = await self.sign_in(settings_of(client_id, kind=kind))
        vault = open_vault(signed_in, VaultAddress(name), tenant_id=tenant_id, limits=limits)
        self._open.insert(0, vault)
        return vault

    async def close(self) -> None:
        """Closes all, the newest first."""
        for opened in self._open:
            await opened.close()
