"""The API versions that Azure is asked with."""

from __future__ import annotations

import re
from pathlib import Path

import kvtui.azure
from kvtui.azure.arm import KEY_VAULT
from kvtui.azure.signin import open_access
from kvtui.emulator import company
from kvtui.settings.model import SignInKind
from tests.azure.desk import BRIEF, Desk, settings_of
from tests.emulator_support.process import EmulatorProcess


async def test_vaults_are_managed_with_the_version_that_does_not_retire(
    azure: EmulatorProcess, desk: Desk
) -> None:
    ana = settings_of(kind=SignInKind.AZURE_CLI)
    access = open_access(await desk.sign_in(ana), ana, limits=BRIEF)
    await access.on_vault(company.VAULT_RBAC, company.made_id("sp", "astro-prod"))
    await access.close()
    asked = {record.query for record in azure.log() if record.path.endswith("Microsoft.KeyVault/vaults")}
    assert asked == {f"api-version={KEY_VAULT}"}
    assert KEY_VAULT >= "2026-02-01"


def test_every_version_stands_in_one_file() -> None:
    files = Path(kvtui.azure.__path__[0]).glob("*.py")
    elsewhere = [file.name for file in files if re.search(r"\b20\d\d-\d\d-\d\d\b", file.read_text())]
    assert elsewhere == ["arm.py"]
