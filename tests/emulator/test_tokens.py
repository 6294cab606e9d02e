from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kvtui.emulator.directory import Directory
from kvtui.emulator.tokens import TokenError, Tokens, decode_claims, unsigned_token

DIRECTORY = Directory(datetime(2026, 2, 1, tzinfo=UTC))
ASTRO_PROD = DIRECTORY.by_name["astro-prod"]
AUDIENCE = "https://vault.azure.net"


def reason(tokens: Tokens, token: str) -> str:
    """Why a token is not taken."""
    with pytest.raises(TokenError) as caught:
        tokens.check(token, (AUDIENCE,))
    return caught.value.reason


def test_an_issued_token_names_its_holder() -> None:
    tokens = Tokens(DIRECTORY)
    caller = tokens.check(tokens.issue(ASTRO_PROD, AUDIENCE, "vault"), (AUDIENCE,))
    assert caller.principal is ASTRO_PROD
    assert caller.words.startswith(f"appid={ASTRO_PROD.client_id};oid={ASTRO_PROD.object_id};iss=https://")


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", "missing"),
        ("nonsense", "malformed"),
        (unsigned_token({"oid": ASTRO_PROD.object_id, "aud": AUDIENCE, "exp": 2**40}), "malformed"),
        (Tokens(DIRECTORY).issue(ASTRO_PROD, AUDIENCE, "vault"), "malformed"),
    ],
    ids=["none", "no token", "an unsigned token", "a token of another process"],
)
def test_what_was_not_issued_here_is_not_taken(token: str, why: str) -> None:
    assert reason(Tokens(DIRECTORY), token) == why


def test_a_token_ends() -> None:
    tokens = Tokens(DIRECTORY)
    assert reason(tokens, tokens.issue(ASTRO_PROD, AUDIENCE, "vault", seconds=0)) == "expired"


def test_a_token_serves_its_audience_alone() -> None:
    tokens = Tokens(DIRECTORY)
    assert reason(tokens, tokens.issue(ASTRO_PROD, "https://graph.microsoft.com", "graph")) == "audience"


@pytest.mark.parametrize("text", ["", "a.b.c", "a.W10.c"])
def test_only_a_jwt_has_claims(text: str) -> None:
    with pytest.raises(TokenError):
        decode_claims(text)
