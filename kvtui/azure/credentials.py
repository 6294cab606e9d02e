"""One credential of azure-identity per kind of sign-in, built the same way for all.

No sign-in happens here: a kind without its input is an error, the others are built. No token is stored on
disk, and no credential can request tokens of other tenants.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kvtui.azure.http import split_url
from kvtui.azure.limits import Limits
from kvtui.azure.model import DeviceCode
from kvtui.azure.scoped_credential import Source
from kvtui.azure.sign_in_errors import not_signed_in
from kvtui.azure.threads import Threaded, stoppable_transport
from kvtui.azure.transport import READING, SIGNING_IN, Allowed, directly, transport
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import path_shown, sanitized
from kvtui.core.secret_text import SecretText
from kvtui.settings.model import Settings, SignInKind

Prompt = Callable[[DeviceCode], None]

LABELS = {
    SignInKind.AUTO: "auto",
    SignInKind.AZURE_CLI: "az CLI",
    SignInKind.AZD: "azd",
    SignInKind.ENVIRONMENT: "environment",
    SignInKind.CLIENT_SECRET: "client secret",
    SignInKind.MANAGED_IDENTITY: "managed identity",
    SignInKind.WORKLOAD_IDENTITY: "workload identity",
    SignInKind.DEVICE_CODE: "device code",
    SignInKind.BROWSER: "browser",
}
"""The names of the kinds for display."""

_IDENTITY_ENDPOINTS = ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST")


def build(kind: SignInKind, settings: Settings, limits: Limits, prompt: Prompt | None = None) -> Source:
    """The credential of one kind. Raises ProblemError(SIGN_IN, USAGE) for missing or malformed input."""
    builders: dict[SignInKind, Callable[[], Source]] = {
        SignInKind.AZURE_CLI: lambda: _azure_cli(settings),
        SignInKind.AZD: lambda: _azd(settings),
        SignInKind.ENVIRONMENT: lambda: _environment(settings, limits),
        SignInKind.CLIENT_SECRET: lambda: client_secret(settings, limits),
        SignInKind.MANAGED_IDENTITY: lambda: managed_identity(os.environ.get("AZURE_CLIENT_ID", ""), limits),
        SignInKind.WORKLOAD_IDENTITY: lambda: workload_identity(settings, limits, "", ""),
        SignInKind.DEVICE_CODE: lambda: _device_code(settings, limits, prompt),
        SignInKind.BROWSER: lambda: _browser(settings, limits),
    }
    try:
        return builders[kind]()
    except ValueError as error:  # azure-identity's own check of tenant and client IDs
        raise ProblemError(
            Problem(
                f"The {LABELS[kind]} sign-in has a malformed tenant or client ID.",
                "Give the tenant as a GUID or a domain, the client ID as a GUID.",
                ProblemKind.USAGE,
                identity=f"{LABELS[kind]} sign-in",
                detail=sanitized(str(error).split(".")[0], 120),
            )
        ) from None


def _missing(kind: SignInKind, *names: str) -> ProblemError:
    """The error of a kind that lacks these inputs."""
    listed = ", ".join(names)
    what, remedy = (
        f"The {LABELS[kind]} sign-in needs {listed}.",
        f"Set {listed}, or choose another kind of sign-in.",
    )
    return ProblemError(not_signed_in(what, remedy, LABELS[kind], "not-set-up"))


def client_secret(settings: Settings, limits: Limits) -> Source:
    """The settings' tenant, client and secret, as Airflow's backend uses them."""
    given = {
        "tenant id": settings.tenant_id,
        "client ID": settings.client_id,
        "client secret": settings.client_secret,
    }
    lacking = [name for name, value in given.items() if not value]
    if lacking or settings.client_secret is None:
        raise _missing(SignInKind.CLIENT_SECRET, *(f"a {name}" for name in lacking))
    return _secret(
        settings, settings.tenant_id, settings.client_id, settings.client_secret, limits, "client secret"
    )


def _environment(settings: Settings, limits: Limits) -> Source:
    """A client secret, or else a certificate, in the variables that azure-identity reads."""
    names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
    lacking = [name for name in names if not os.environ.get(name)]
    certificate = os.environ.get("AZURE_CLIENT_CERTIFICATE_PATH", "")
    if lacking and not (certificate and lacking == ["AZURE_CLIENT_SECRET"]):
        either = "AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH"
        raise _missing(SignInKind.ENVIRONMENT, *(either if name == names[2] else name for name in lacking))
    tenant, client, secret = (os.environ.get(name, "") for name in names)
    if secret:
        return _secret(settings, tenant, client, SecretText(secret), limits, "environment")
    return _certificate(settings, tenant, client, certificate, limits)


def _secret(
    settings: Settings, tenant: str, client: str, secret: SecretText, limits: Limits, label: str
) -> Source:
    from azure.identity.aio import ClientSecretCredential

    credential = ClientSecretCredential(
        tenant_id=tenant, client_id=client, client_secret=secret.reveal(), **_to_login(settings, limits)
    )
    return Source(credential, label, tenant, client)


def _certificate(settings: Settings, tenant: str, client: str, path: str, limits: Limits) -> Source:
    from azure.identity.aio import CertificateCredential

    try:
        credential = CertificateCredential(
            tenant,
            client,
            path,
            password=os.environ.get("AZURE_CLIENT_CERTIFICATE_PASSWORD") or None,
            **_to_login(settings, limits),
        )
    except (OSError, TypeError, ValueError) as error:
        if isinstance(error, ValueError) and "tenant" in str(error).lower():
            raise  # `build` says so
        what = f"The certificate {path_shown(path, 120)} cannot be used."
        remedy = (
            "AZURE_CLIENT_CERTIFICATE_PATH names a PEM or PKCS12 file with an RSA key; its password is "
            "in AZURE_CLIENT_CERTIFICATE_PASSWORD."
        )
        raise ProblemError(
            not_signed_in(what, remedy, "environment", "bad-certificate", type(error).__name__)
        ) from None
    return Source(credential, "environment", tenant, client)


def workload_identity(settings: Settings, limits: Limits, tenant: str, client: str) -> Source:
    """The federated token of this pod; tenant and client where given, else those of the environment."""
    from azure.identity.aio import WorkloadIdentityCredential

    tenant = tenant or os.environ.get("AZURE_TENANT_ID", "")
    client = client or os.environ.get("AZURE_CLIENT_ID", "")
    token_file = os.environ.get("AZURE_FEDERATED_TOKEN_FILE", "")
    given = {"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": client, "AZURE_FEDERATED_TOKEN_FILE": token_file}
    lacking = [name for name, value in given.items() if not value]
    if lacking:
        raise _missing(SignInKind.WORKLOAD_IDENTITY, *lacking)
    if not Path(token_file).is_file():
        what = f"The federated token file {path_shown(token_file, 120)} does not exist."
        remedy = "Run where the cluster's webhook mounts it, or choose another kind of sign-in."
        raise ProblemError(not_signed_in(what, remedy, "workload identity", "not-set-up"))
    credential = WorkloadIdentityCredential(
        tenant_id=tenant, client_id=client, token_file_path=token_file, **_to_login(settings, limits)
    )
    return Source(credential, "workload identity", tenant, client)


def managed_identity(client: str, limits: Limits) -> Source:
    """This host's managed identity: the user-assigned one with this client ID, or the system's when empty."""
    from azure.identity.aio import ManagedIdentityCredential

    hosts = {"169.254.169.254"}
    hosts |= {split_url(os.environ.get(name, "")).hostname or "" for name in _IDENTITY_ENDPOINTS}
    allowed = Allowed(frozenset(hosts), READING, frozenset({"http", "https"}))
    # Outside Azure nothing listens at the endpoint, and the SDK would try for a minute. So: one short try.
    brief = replace(limits, connect=limits.probe, read=min(limits.read, 5 * limits.probe))
    credential = ManagedIdentityCredential(
        client_id=client or None,
        transport=transport(brief, allowed, directly),
        retry_total=0,
        retry_status=0,
        _exclude_workload_identity_credential=True,
    )
    return Source(credential, "managed identity", "", client)


def _azure_cli(settings: Settings) -> Source:
    # Not the asynchronous one: if it is cancelled, its child process outlives the event loop.
    from azure.identity import AzureCliCredential

    credential = Threaded(AzureCliCredential(tenant_id=settings.tenant_id), threading.Event())
    return Source(credential, "az CLI", settings.tenant_id)


def _azd(settings: Settings) -> Source:
    from azure.identity import AzureDeveloperCliCredential

    credential = Threaded(AzureDeveloperCliCredential(tenant_id=settings.tenant_id), threading.Event())
    return Source(credential, "azd", settings.tenant_id)


def _device_code(settings: Settings, limits: Limits, prompt: Prompt | None) -> Source:
    from azure.identity import DeviceCodeCredential

    if prompt is None:
        raise ProblemError(
            Problem(
                "The device code sign-in needs someone to type the code.",
                Remedy(Do.SIGN_IN, f"Choose another kind of sign-in here {HOW}.", " azure-cli"),
                ProblemKind.SIGN_IN,
                identity="device code sign-in",
            )
        )
    loop, stop = asyncio.get_running_loop(), threading.Event()

    def show(url: str, code: str, expires: datetime) -> None:
        loop.call_soon_threadsafe(prompt, DeviceCode(sanitized(code, 40), sanitized(url, 200), expires))

    credential = DeviceCodeCredential(prompt_callback=show, **_to_login_in_thread(settings, limits, stop))
    return Source(Threaded(credential, stop), "device code", settings.tenant_id, patient=True)


def _browser(settings: Settings, limits: Limits) -> Source:
    from azure.identity import InteractiveBrowserCredential

    _open_windows_only()
    stop = threading.Event()
    credential = InteractiveBrowserCredential(timeout=300, **_to_login_in_thread(settings, limits, stop))
    return Source(Threaded(credential, stop), "browser", settings.tenant_id, patient=True)


def _open_windows_only() -> None:
    """Has Python open no browser that would draw over the console, in its own terminal."""
    import webbrowser

    class NoWindow(webbrowser.BaseBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            return False

    for name in ("www-browser", "lynx", "links", "links2", "elinks", "w3m"):
        webbrowser.register(name, None, NoWindow())


def _to_login(settings: Settings, limits: Limits) -> dict[str, Any]:
    """The arguments of every credential that connects to Entra itself."""
    host = settings.cloud.authority
    return {
        "authority": host,
        "transport": transport(limits, Allowed(frozenset({host}), SIGNING_IN)),
        "retry_total": limits.retries,
        "retry_connect": limits.retries_network,
        "retry_read": limits.retries_network,
        "retry_backoff_factor": limits.backoff,
    }


def _to_login_in_thread(settings: Settings, limits: Limits, stop: threading.Event) -> dict[str, Any]:
    common = _to_login(settings, limits) | {
        "transport": stoppable_transport(limits, settings.cloud.authority, stop),
        "disable_instance_discovery": True,
    }
    return common | ({"tenant_id": settings.tenant_id} if settings.tenant_id else {})
