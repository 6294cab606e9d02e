"""The clients of Azure: the signed-in user, the deployment identity, and a vault as each of them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from kvtui.app.new_secrets import NewSecrets
from kvtui.azure.model import DeviceCode
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.settings.model import Settings, VaultAddress

if TYPE_CHECKING:
    from kvtui.azure.access import Access
    from kvtui.azure.changes import Changes
    from kvtui.azure.directory import Directory
    from kvtui.azure.limits import Limits
    from kvtui.azure.model import DirectoryEntry, Group, VaultAccess
    from kvtui.azure.signin import SignedIn
    from kvtui.azure.vault import Vault

OnDeviceCode = Callable[[DeviceCode], None]
Client = TypeVar("Client")


def chosen_vault(settings: Settings) -> VaultAddress:
    """The chosen vault. Raises `ProblemError` (usage) if there is none."""
    if settings.vault is None:
        remedy = Remedy(Do.NAME_VAULT, f"Set the vault {HOW}.")
        raise ProblemError(Problem("No vault is chosen.", remedy, ProblemKind.USAGE))
    return settings.vault


class Session:
    """Opens each client when it is first needed and closes all at the end.

    Every method raises `ProblemError` only, or is cancelled. `deployment` asks as the deployment identity,
    else the signed-in user asks.
    """

    def __init__(
        self,
        on_device_code: OnDeviceCode | None = None,
        *,
        allow_changes: bool = False,
        on_demand: bool = False,
    ) -> None:
        """`on_demand`: signs the user in when first needed, and imports the SDKs directly.

        Otherwise call `sign_in` first: it and the first client import their SDKs in a thread, so that the
        event loop is not blocked and unused SDKs are not loaded.
        """
        self._on_device_code = on_device_code
        self._allow_changes = allow_changes
        self._on_demand = on_demand
        self._preloaded = False
        self._sign_in: SignedIn | None = None
        self._deployment: SignedIn | None = None
        self._deployment_key: tuple[object, ...] = ()
        self._clients: dict[tuple[bool, str], Any] = {}
        self._signing = asyncio.Lock()
        self.new_secrets = NewSecrets()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def sign_in(self, settings: Settings, on_device_code: OnDeviceCode | None = None) -> SignedIn:
        """Signs the user in again and closes what the earlier sign-in opened.

        If it is cancelled, the earlier sign-in remains; if it fails, there is none.
        """
        from kvtui.azure.signin import preload_sign_in, sign_in

        if not self._on_demand:
            await asyncio.to_thread(preload_sign_in)
        show_code = on_device_code or self._on_device_code
        try:
            new = await sign_in(settings, on_device_code=show_code, allow_changes=self._allow_changes)
        except ProblemError:
            await self.forget_sign_in()
            raise
        await self.forget_sign_in()
        self._sign_in = new
        return new

    @property
    def signed_in(self) -> SignedIn | None:
        """The signed-in user, once there is one."""
        return self._sign_in

    async def identity(self, settings: Settings, *, deployment: bool = False) -> SignedIn:
        """The chosen identity, signed in if necessary."""
        asks = deployment or self._sign_in is not None
        if asks and not (self._preloaded or self._on_demand):
            from kvtui.azure.signin import preload

            await asyncio.to_thread(preload)
            gc.freeze()  # the SDKs' modules stay: to look for garbage in them takes 50 ms
            self._preloaded = True
        if deployment:
            return await self._as_deployment(settings)
        if self._sign_in is None and not self._on_demand:
            raise ProblemError(Problem("Not signed in.", "Sign in first.", ProblemKind.SIGN_IN))
        return self._sign_in or await self.sign_in(settings)

    async def vault(self, settings: Settings, *, deployment: bool = False) -> Vault:
        """The chosen vault."""
        from kvtui.azure.signin import open_vault

        address = chosen_vault(settings)
        identity = await self.identity(settings, deployment=deployment)
        return self._client(
            (deployment, address.url), lambda: open_vault(identity, address, tenant_id=settings.tenant_id)
        )

    async def directory(self, settings: Settings, *, deployment: bool = False) -> Directory:
        """Microsoft Graph."""
        from kvtui.azure.signin import open_directory

        identity = await self.identity(settings, deployment=deployment)
        return self._client((deployment, "directory"), lambda: open_directory(identity, settings))

    async def access(self, settings: Settings, *, deployment: bool = False) -> Access:
        """Resource Manager."""
        from kvtui.azure.signin import open_access

        identity = await self.identity(settings, deployment=deployment)
        return self._client((deployment, "access"), lambda: open_access(identity, settings))

    async def changes(self, settings: Settings, limits: Limits) -> Changes:
        """The client for changes, as the signed-in user. Without --allow-changes it sends none."""
        from kvtui.azure.signin import open_changes

        identity = await self.identity(settings)
        return self._client((False, "changes"), lambda: open_changes(identity, settings, limits=limits))

    def _client(self, key: tuple[bool, str], opened: Callable[[], Client]) -> Client:
        if key not in self._clients:
            self._clients[key] = opened()
        held: Client = self._clients[key]
        return held

    async def entries(self, settings: Settings, text: str) -> list[DirectoryEntry]:
        """The directory's entries by name, client ID or object id."""
        directory = await self.directory(settings)
        return [entry async for batch in directory.find(text) for entry in batch]

    async def access_on_vault(
        self, settings: Settings, object_id: str, *, deployment: bool = False
    ) -> VaultAccess:
        """What the user, app or identity with this object id may do on the chosen vault."""
        directory = await self.directory(settings, deployment=deployment)
        groups: tuple[Group, ...] | None = None
        with suppress(ProblemError):  # without them the answer says what is not known
            groups = await directory.groups(object_id)
        access = await self.access(settings, deployment=deployment)
        return await access.on_vault(chosen_vault(settings).name, object_id, groups)

    async def _as_deployment(self, settings: Settings) -> SignedIn:
        """The deployment identity's own sign-in; made again when the identity is another one."""
        from kvtui.azure.signin import sign_in_as_deployment

        key = (
            settings.auth_mode,
            settings.cloud_name,
            settings.tenant_id,
            settings.client_id,
            settings.vault,
            id(settings.client_secret),
        )
        async with self._signing:
            if self._deployment is None or key != self._deployment_key:
                await self.forget_deployment()
                try:
                    self._deployment = await sign_in_as_deployment(settings)
                except ProblemError as error:
                    raise ProblemError(self.new_secrets.explained(error.problem, settings)) from error
                self.new_secrets.accepted(settings)
                self._deployment_key = key
            return self._deployment

    async def forget_deployment(self) -> None:
        """Closes what was opened as the deployment identity."""
        await self._close_clients(deployment=True)
        if self._deployment is not None:
            await self._deployment.close()
        self._deployment = None

    async def forget_sign_in(self) -> None:
        """Closes what was opened as the signed-in user."""
        await self._close_clients(deployment=False)
        if self._sign_in is not None:
            await self._sign_in.close()
        self._sign_in = None

    async def _close_clients(self, *, deployment: bool) -> None:
        for key in [key for key in self._clients if key[0] is deployment]:
            await self._clients.pop(key).close()

    async def close(self) -> None:
        """Closes everything."""
        await self.forget_deployment()
        await self.forget_sign_in()
