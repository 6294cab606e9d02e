"""The demo: an Azure inside kvtui and a copy of a sample project. Nothing real is changed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.settings.sources import Given, Source
from kvtui.settings.store.profiles import profiles_directory

if TYPE_CHECKING:
    from kvtui.emulator.process import EmulatorProcess

MOST_SECRETS = 250_000
DEVICE_POLLS = 8
"""Seconds until the device code is accepted: long enough to see its screen."""
_PLACES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
"""The variables that say where a program keeps its files."""
_OF_A_REAL_AZURE = (
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_AUTHORITY_HOST",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "MSI_ENDPOINT",
    "MSI_SECRET",
)


class Demo:
    """One run of the demo: its Azure, its project and its own profiles. `close` deletes all of it."""

    def __init__(self, secrets: int | None = None) -> None:
        self._secrets = secrets
        self._azure: EmulatorProcess | None = None
        self._project: Path | None = None
        self._closed = False
        self._home = Path(tempfile.mkdtemp(prefix="kvtui-demo-"))
        self._before = {name: os.environ.get(name) for name in _PLACES}
        self._settle()

    def _settle(self) -> None:
        """Points the XDG variables at the demo's own directory, with a copy of the user's profiles."""
        profiles = profiles_directory()
        os.environ.update(dict.fromkeys(_PLACES, str(self._home)))
        with suppress(OSError, shutil.Error):
            shutil.copytree(profiles, profiles_directory())

    def start(self) -> None:
        """Starts the embedded Azure, once, and points this process at it. Raises `ProblemError`."""
        if self._azure is not None:
            return
        from kvtui.emulator.process import EmulatorError, start_emulator

        try:
            azure = start_emulator(secrets=self._secrets)
        except (OSError, EmulatorError) as error:
            what = "The demo's Azure did not start."
            remedy = "Allow programs on this host to listen on 127.0.0.1."
            detail = type(error).__name__
            raise ProblemError(
                Problem(what=what, remedy=remedy, kind=ProblemKind.UNREACHABLE, detail=detail)
            ) from None
        if self._closed:  # the console ended while it started
            azure.close()
            return
        self._azure = azure
        azure.set_scenario(device_polls=DEVICE_POLLS)
        self._before |= {name: os.environ.get(name) for name in azure.environment}
        os.environ.update(azure.environment)

    def project(self) -> Path:
        """The copy of the sample project, made on first use."""
        if self._project is None:
            from kvtui.emulator.sample_project import create_sample_project

            self._project = create_sample_project()
        return self._project

    def is_sample(self, directory: Path) -> bool:
        """Whether `directory` is the copy of the sample project, which `close` deletes."""
        return self._project == directory

    def close(self) -> None:
        """Ends the embedded Azure, deletes what the demo wrote and restores the environment."""
        self._closed = True
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(self._home, ignore_errors=True)
        if self._azure is not None:
            self._azure.close()
        if self._project is not None:
            shutil.rmtree(self._project, ignore_errors=True)


def demo_source(sources: Sequence[Source] = ()) -> Source:
    """The demo's tenant and its vault in the cloud that `sources` choose."""
    from kvtui.emulator import company

    chosen = next((source.given["cloud"].value for source in sources if "cloud" in source.given), "")
    name = chosen.strip().lower() if isinstance(chosen, str) else ""
    vault = company.VAULTS_ELSEWHERE.get(name, company.VAULT_RBAC)
    return Source({"vault-url": Given(vault, "demo"), "tenant-id": Given(company.TENANT_ID, "demo")})


def no_such_vault(name: str) -> str:
    """A notice if the demo has no vault of that name, or an empty text."""
    from kvtui.emulator import company

    if name in (*company.VAULTS, *company.VAULTS_ELSEWHERE.values()):
        return ""
    return f"The demo has no vault {name}. Its vaults are {', '.join(company.VAULTS)}."


def drop_real_credentials(chosen: Mapping[str, Given]) -> str:
    """Removes the credentials of a real Azure from the environment: the demo cannot use them.

    `chosen` are the given options and variables. Credentials of the demo's own company are kept.
    Returns a notice, or an empty text.
    """
    from kvtui.emulator import company

    def given(name: str) -> str:
        value = chosen[name].value if name in chosen else ""
        return value.strip().lower() if isinstance(value, str) else ""

    tenants = (company.TENANT_ID, *company.DOMAINS)
    if os.environ.get("AZURE_CLIENT_SECRET", "").startswith(company.CLIENT_SECRET_PREFIX):
        return ""
    ours = given("tenant-id") in tenants or given("client-id") in company.CLIENT_SECRETS
    names = ("AZURE_CLIENT_SECRET",) if ours else _OF_A_REAL_AZURE
    found = [name for name in names if os.environ.pop(name, None)]
    return f"The demo has its own Azure and ignores {', '.join(found)}." if found else ""
