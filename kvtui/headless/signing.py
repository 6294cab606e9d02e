"""Signing in without a console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from kvtui.azure.model import DeviceCode
from kvtui.azure.signin import open_vault, sign_in, sign_in_as_deployment
from kvtui.headless.request import Request
from kvtui.headless.text import say
from kvtui.settings.model import AuthMode, Settings

if TYPE_CHECKING:
    from kvtui.azure.signin import SignedIn
    from kvtui.azure.vault import Vault


def deployment_is_known(settings: Settings) -> bool:
    """Whether kvtui can be the deployment identity anywhere: it holds the app's client secret."""
    return bool(
        settings.auth_mode is AuthMode.CLIENT_SECRET
        and settings.tenant_id
        and settings.client_id
        and settings.client_secret
    )


@asynccontextmanager
async def signed_in(settings: Settings, *, deployment: bool = False) -> AsyncIterator[SignedIn]:
    """The sign-in, or the deployment identity, for as long as the block lasts. Raises `ProblemError`."""
    if deployment:
        who = await sign_in_as_deployment(settings)
    else:
        who = await sign_in(settings, on_device_code=_tell_code)
    try:
        yield who
    finally:
        await who.close()


@asynccontextmanager
async def vault_of(request: Request, who: SignedIn) -> AsyncIterator[Vault]:
    """The chosen vault, asked as `who`. Raises `ProblemError`."""
    vault = open_vault(who, request.vault(), tenant_id=request.settings.tenant_id)
    try:
        yield vault
    finally:
        await vault.close()


def _tell_code(code: DeviceCode) -> None:
    say(f"To sign in, open {code.url} and type the code {code.user_code}.")
