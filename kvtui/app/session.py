"""The clients that the console holds: one sign-in, one deployment identity, a vault as each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from kvtui.azure.model import DeviceCode
from kvtui.core.problems import ProblemError
from kvtui.settings.model import AuthMode, Settings, VaultAddress

if TYPE_CHECKING:
    from kvtui.azure.access import Access
    from kvtui.azure.changes import Changes
    from kvtui.azure.directory import Directory
    from kvtui.azure.limits import Limits
    from kvtui.azure.signin import SignedIn
    from kvtui.azure.vault import Vault

DeploymentKey = tuple[AuthMode, str, str, str, int]


class AzureSide:
    """Opens each client when it is first needed, keeps it, closes all at the end.

    Every method raises `ProblemError` only, or is cancelled.
    """

    def __init__(self, *, allow_changes: bool = False) -> None:
        self._allow_changes = allow_changes
        self._changes: Changes | None = None
        self._sign_in: SignedIn | None = None
        self._deployment: SignedIn | None = None
        self._deployment_key: DeploymentKey | None = None
        self._vaults: dict[tuple[bool, VaultAddress], Vault] = {}
        self._directory: Directory | None = None
        self._access: Access | None = None
        self._signing = asyncio.Lock()

    async def sign_in(self, settings: Settings, on_device_code: Callable[[DeviceCode], None]) -> SignedIn:
        """Signs in anew as whoever runs kvtui; what the earlier sign-in opened is closed.

        Cancelled, it leaves the earlier sign-in as it was; failed, it leaves none.
        """
        from kvtui.azure.signin import preload, sign_in

        await asyncio.to_thread(preload)
        try:
            new = await sign_in(settings, on_device_code=on_device_code, allow_changes=self._allow_changes)
        except ProblemError:
            await self.forget_sign_in()
            raise
        await self.forget_sign_in()
        self._sign_in = new
        return new

    @property
    def signed_in(self) -> SignedIn | None:
        """The sign-in, once there is one."""
        return self._sign_in

    async def vault(self, settings: Settings, *, deployment: bool) -> Vault:
        """The chosen vault, asked as the deployment identity or as the sign-in."""
        from kvtui.azure.signin import open_vault

        address = settings.vault
        signed_in = await self._as_deployment(settings) if deployment else self._sign_in
        if signed_in is None or address is None:
            raise RuntimeError("a vault was asked for before the sign-in and the address were there")
        held = self._vaults.get((deployment, address))
        if held is None:
            held = open_vault(signed_in, address, tenant_id=settings.tenant_id)
            self._vaults[deployment, address] = held
        return held

    async def directory(self, settings: Settings) -> Directory:
        """Microsoft Graph as the sign-in."""
        from kvtui.azure.signin import open_directory

        if self._sign_in is None:
            raise RuntimeError("the directory was asked for before the sign-in")
        if self._directory is None:
            self._directory = open_directory(self._sign_in, settings)
        return self._directory

    async def access(self, settings: Settings) -> Access:
        """Resource Manager as the sign-in."""
        from kvtui.azure.signin import open_access

        if self._sign_in is None:
            raise RuntimeError("Resource Manager was asked for before the sign-in")
        if self._access is None:
            self._access = open_access(self._sign_in, settings)
        return self._access

    async def changes(self, settings: Settings, *, limits: Limits | None = None) -> Changes:
        """What may be changed, as the sign-in. Without --allow-changes its clients send no change."""
        from kvtui.azure.limits import LIMITS
        from kvtui.azure.signin import open_changes

        if self._sign_in is None:
            raise RuntimeError("a change was asked for before the sign-in")
        if self._changes is None:
            self._changes = open_changes(self._sign_in, settings, limits=limits or LIMITS)
        return self._changes

    async def _as_deployment(self, settings: Settings) -> SignedIn:
        """The deployment identity's own sign-in; made again when the identity is another one."""
        from kvtui.azure.signin import sign_in_as_deployment

        key = (
            settings.auth_mode,
            settings.cloud_name.value + settings.tenant_id,
            settings.client_id,
            settings.vault.host if settings.vault else "",
            id(settings.client_secret),
        )
        async with self._signing:
            if self._deployment is None or key != self._deployment_key:
                await self.forget_deployment()
                self._deployment = await sign_in_as_deployment(settings)
                self._deployment_key = key
            return self._deployment

    async def forget_deployment(self) -> None:
        """Closes what was opened as the deployment identity."""
        await self._close_vaults(deployment=True)
        if self._deployment is not None:
            await self._deployment.close()
        self._deployment = self._deployment_key = None

    async def forget_sign_in(self) -> None:
        """Closes what was opened as the sign-in."""
        await self._close_vaults(deployment=False)
        for client in (self._directory, self._access, self._changes, self._sign_in):
            if client is not None:
                await client.close()
        self._directory = self._access = self._changes = self._sign_in = None

    async def _close_vaults(self, *, deployment: bool) -> None:
        for key in [key for key in self._vaults if key[0] is deployment]:
            await self._vaults.pop(key).close()

    async def close(self) -> None:
        """Closes everything."""
        await self.forget_deployment()
        await self.forget_sign_in()
