"""The doors' way into this room: sign in, then open what is needed with that sign-in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.model import DeviceCode
from kvtui.azure.ports import Access, Changes, Directory, SignedIn, Vault
from kvtui.core.exits import Exit
from kvtui.core.ids import GUID
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.sanitize import inert
from kvtui.settings.model import Settings, VaultAddress

if TYPE_CHECKING:
    from kvtui.azure.signin import SignedInAs

_LABEL = re.compile(r"[a-zA-Z](?:-?[a-zA-Z0-9])*")


async def sign_in(
    settings: Settings,
    *,
    on_device_code: Callable[[DeviceCode], None] | None = None,
    allow_changes: bool = False,
    limits: Limits = LIMITS,
) -> SignedIn:
    """Signs in by the settings' kind; `on_device_code` is called on the event loop when a code must be typed.

    What is opened with a sign-in that does not `allow_changes` can send no changing request.

    Raises ProblemError: SIGN_IN when no token could be had, UNREACHABLE when nobody answered, USAGE.
    """
    from kvtui.azure import signin

    return await signin.sign_in(
        settings, on_device_code=on_device_code, allow_changes=allow_changes, limits=limits
    )


async def sign_in_as_deployment(settings: Settings, *, limits: Limits = LIMITS) -> SignedIn:
    """Signs in as the deployment identity, as Airflow will. Raises ProblemError, as `sign_in` does."""
    from kvtui.azure import signin

    return await signin.sign_in_as_deployment(settings, limits=limits)


def open_vault(
    signed_in: SignedIn, address: VaultAddress, *, tenant_id: str = "", limits: Limits = LIMITS
) -> Vault:
    """The vault at `address`, asked as `signed_in`. Sends nothing yet.

    `tenant_id` is the tenant that the vault must belong to; where it is empty or a domain, it is the
    sign-in's own. Raises ProblemError(USAGE) for an address that is no vault of the sign-in's cloud.
    """
    from kvtui.azure.guard import VaultGuard
    from kvtui.azure.vault import SecretsVault

    ours = _ours(signed_in)
    label = address.name
    if not _LABEL.fullmatch(label) or not 3 <= len(label) <= 24 or address.cloud_name != ours.cloud.name:
        raise ProblemError(
            Problem(
                f"{inert(address.host, 120)} is not a vault of the {ours.cloud.name} cloud.",
                "Give the vault's name (3 to 24 letters, digits and hyphens) and its cloud.",
                Exit.USAGE,
            )
        )
    expected = tenant_id if GUID.fullmatch(tenant_id) else signed_in.identity.tenant_id
    guard = VaultGuard(ours.guard, address.host, expected)
    return SecretsVault(guard, signed_in.identity, address, limits)


def open_directory(signed_in: SignedIn, settings: Settings, *, limits: Limits = LIMITS) -> Directory:
    """Microsoft Graph of the settings' cloud, asked as `signed_in`. Sends nothing yet."""
    from kvtui.azure.directory import GraphDirectory

    return GraphDirectory(_ours(signed_in, settings).guard, limits)


def open_access(signed_in: SignedIn, settings: Settings, *, limits: Limits = LIMITS) -> Access:
    """Resource Manager of the settings' cloud, asked as `signed_in`. Sends nothing yet."""
    from kvtui.azure.access import ResourceManager

    return ResourceManager(_ours(signed_in, settings).guard, limits)


def open_changes(signed_in: SignedIn, settings: Settings, *, limits: Limits = LIMITS) -> Changes:
    """What may be changed in the settings' cloud, asked as `signed_in`. Sends nothing yet."""
    from kvtui.azure.changes import AzureChanges

    return AzureChanges(_ours(signed_in, settings).guard, limits)


def preload() -> None:
    """Imports what the first calls need, half a second of work: call it in a thread after the first frame."""
    import importlib

    from kvtui.azure.graph import warm_up
    from kvtui.azure.pipeline import quiet

    quiet()
    for name in _FIRST_NEEDED:
        importlib.import_module(name)
    warm_up()


_FIRST_NEEDED = (
    "kvtui.azure.signin",
    "kvtui.azure.vault",
    "azure.core.pipeline.transport._aiohttp",
    "azure.identity.aio",
    "azure.keyvault.secrets.aio",
    "kvtui.azure.directory",
    "kvtui.azure.access",
    "azure.core.rest._aiohttp",
)


def _ours(signed_in: SignedIn, settings: Settings | None = None) -> SignedInAs:
    from kvtui.azure.signin import SignedInAs

    if not isinstance(signed_in, SignedInAs):
        raise TypeError("this sign-in was not made by kvtui.azure.connect")
    if settings is not None and settings.cloud_name != signed_in.cloud.name:
        raise ProblemError(
            Problem(
                f"The sign-in is for the {signed_in.cloud.name} cloud, not for {settings.cloud_name}.",
                "Sign in again.",
                Exit.SIGN_IN,
            )
        )
    return signed_in
