"""Sign-ins and vaults on the embedded Azure; the SDKs are as they come, only their environment is set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kvtui.azure.connect import open_vault, sign_in
from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.ports import SignedIn, Vault
from kvtui.emulator import company
from kvtui.secret_text import SecretText
from kvtui.settings.model import Settings, SignInKind, VaultAddress
from tests.emulator_fixture import azure, embedded_azure

__all__ = ["azure", "embedded_azure"]

BRIEF = replace(LIMITS, connect=2, read=0.4, body=0.5, backoff=0, retry_after=0.05, token=3)
"""Limits under which what hangs or throttles is over in a moment."""


def settings_of(client_id: str, *, kind: SignInKind = SignInKind.CLIENT_SECRET, secret: str = "") -> Settings:
    """The settings of one of Contoso's apps, with its right secret unless another is given."""
    return Settings(
        tenant_id=company.TENANT_ID,
        client_id=client_id,
        client_secret=SecretText(secret or company.CLIENT_SECRETS.get(client_id, "x" * 40)),
        sign_in=kind,
        vault=VaultAddress(company.VAULT_RBAC),
    )


class Desk:
    """Opens sign-ins and vaults for a test and closes them after it."""

    def __init__(self) -> None:
        self._open: list[SignedIn | Vault] = []

    async def sign_in(self, client_id: str = company.ASTRO_PROD) -> SignedIn:
        signed_in = await sign_in(settings_of(client_id), limits=BRIEF)
        self._open.insert(0, signed_in)
        return signed_in

    async def vault(
        self, name: str = company.VAULT_RBAC, client_id: str = company.ASTRO_PROD, limits: Limits = BRIEF
    ) -> Vault:
        vault = open_vault(await self.sign_in(client_id), VaultAddress(name), limits=limits)
        self._open.insert(0, vault)
        return vault

    async def close(self) -> None:
        for opened in self._open:
            await opened.close()


@pytest.fixture
async def desk(azure: object) -> AsyncIterator[Desk]:
    opened = Desk()
    yield opened
    await opened.close()
