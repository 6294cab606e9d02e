"""A certificate authority for one run of the embedded Azure, and one certificate for all its hosts.

The private keys stay in memory. Python's TLS can only load a key from a file, so the leaf's key goes through
one that is encrypted with a random password and deleted immediately.
"""

from __future__ import annotations

import datetime
import secrets
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_AUTHORITY = "kvtui embedded Azure"


def make_certificates(hosts: list[str], directory: Path) -> tuple[Path, ssl.SSLContext]:
    """The file of a new authority's certificate in `directory`, and a server's TLS context for `hosts`.

    `hosts` may hold wildcards for the first label (`*.vault.azure.net`).
    """
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _certificate(_AUTHORITY, ca_key, _AUTHORITY, ca_key, [])
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    servers = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    leaf = _certificate(
        f"{_AUTHORITY}: its hosts", leaf_key, _AUTHORITY, ca_key, [(servers, False), (names, False)]
    )
    ca_file = directory / "ca.pem"
    ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, leaf, leaf_key, directory / "leaf.pem")
    return ca_file, context


def _load(
    context: ssl.SSLContext, leaf: x509.Certificate, key: ec.EllipticCurvePrivateKey, file: Path
) -> None:
    password = secrets.token_bytes(32)
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
    try:
        file.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + sealed)
        context.load_cert_chain(file, password=password)
    finally:
        file.unlink(missing_ok=True)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    more: list[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    """A certificate for a week; `more` are its own extensions and whether each is critical."""
    now = datetime.datetime.now(datetime.UTC)
    authority = key is issuer_key
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    )
    usage |= {"encipher_only": False, "decipher_only": False}
    signs = x509.KeyUsage(digital_signature=True, key_cert_sign=authority, crl_sign=authority, **usage)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=authority, path_length=0 if authority else None), True),
        (signs, True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
        *more,
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=7))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
