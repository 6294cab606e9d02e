"""The environment's certificate signs its app in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from kvtui.azure.signin import sign_in
from kvtui.core.problems import ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import Settings, SignInKind
from tests.azure.desk import BRIEF, Desk, problem_of
from tests.emulator_support.process import EmulatorProcess


class TestByCertificate:
    @pytest.fixture
    def certificate(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
        """A new certificate, named with its key in the environment. Returns what the app registers."""
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kvtui test")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        public = made.public_bytes(serialization.Encoding.PEM)
        plain = serialization.NoEncryption()
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        path = tmp_path / "app.pem"
        path.write_bytes(private + public)
        monkeypatch.setenv("AZURE_TENANT_ID", company.TENANT_ID)
        monkeypatch.setenv("AZURE_CLIENT_ID", company.made_id("client", "Vault Backup Job"))
        monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(path))
        return public.decode()

    async def test_the_environments_certificate_signs_in(
        self, azure: EmulatorProcess, desk: Desk, certificate: str
    ) -> None:
        azure.set_scenario(certificate=certificate)
        signed_in = await desk.sign_in(Settings(sign_in=SignInKind.ENVIRONMENT))
        assert str(signed_in.identity) == "Vault Backup Job (environment)"

    async def test_one_that_the_app_does_not_know_is_said_so(
        self, azure: EmulatorProcess, certificate: str
    ) -> None:
        problem = await problem_of(sign_in(Settings(sign_in=SignInKind.ENVIRONMENT), limits=BRIEF))
        assert (problem.code, problem.kind) == ("AADSTS700027", ProblemKind.SIGN_IN)

    async def test_a_file_that_is_none_is_named(
        self, azure: EmulatorProcess, certificate: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere/app.pem")
        problem = await problem_of(sign_in(Settings(sign_in=SignInKind.ENVIRONMENT), limits=BRIEF))
        assert problem.what == "The certificate /nowhere/app.pem cannot be used."
