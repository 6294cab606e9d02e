"""Apps that sign in with a certificate: the assertion's signature is checked, as the sign-in service does."""

from __future__ import annotations

import json

from kvtui.emulator.error_responses import EntraError
from kvtui.emulator.principals import Principal
from kvtui.emulator.tokens import TokenError, decode, decode_claims, encode

_APP = "Vault Backup Job"


def thumbprint_of(assertion: str) -> str:
    """The thumbprint of the certificate that signed an assertion; empty for a cluster's token."""
    try:
        head = json.loads(decode(assertion.split(".")[0]))
    except ValueError:
        return ""
    return str(head.get("x5t#S256") or "") if isinstance(head, dict) else ""


def check_certificate(app: Principal, assertion: str, thumbprint: str, trusted: str) -> None:
    """Raises `EntraError` unless `trusted`, a certificate in PEM, signed the assertion of its app."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    unknown = EntraError(700027, thumbprint=thumbprint)
    if app.name != _APP or not trusted:
        raise unknown
    certificate = x509.load_pem_x509_certificate(trusted.encode())
    key = certificate.public_key()
    digest = encode(certificate.fingerprint(hashes.SHA256()))
    if digest != thumbprint.rstrip("=") or not isinstance(key, rsa.RSAPublicKey):
        raise unknown
    signed, _, signature = assertion.rpartition(".")
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
    try:
        key.verify(decode(signature), signed.encode(), pss, hashes.SHA256())
        claims = decode_claims(assertion)
    except (InvalidSignature, TokenError) as error:
        raise EntraError(50027) from error
    if claims.get("iss") != app.client_id or claims.get("sub") != app.client_id:
        raise unknown
