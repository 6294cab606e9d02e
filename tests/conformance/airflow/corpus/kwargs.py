"""The kwargs' text, the vault's address in it, and keys that the backend does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.conformance.airflow.case import URL, VAULT, Case, env

_TEXTS = (
    "", "{}", "[]", "null", "0", "5", "true", "false", '""', '"text"', "[1]", "not json", "{",
    f"{{'vault_url': '{URL}'}}",
    f'{{"vault_url": "{URL}",}}',
    f'{{"vault_url": "{URL}", "sep": None}}',
    f'{{"vault_url": "{URL}", "x": True}}',
    f'{{"vault_url": "{URL}"}} # comment',
    f"'{{\"vault_url\": \"{URL}\"}}'",
    f'\ufeff{{"vault_url": "{URL}"}}',
    f' {{"vault_url": "{URL}"}} ',
    f'[{{"vault_url": "{URL}"}}]',
    f'{{"vault_url": "{URL}", "vault_url": "https://other.invalid/"}}',
    "NaN", "1e400", "[" * 3000, "9" * 5000, "{{}}", "None", "~", "%", '{"a": "%s"}',
)  # fmt: skip
_URLS: tuple[Any, ...] = (
    f"https://{VAULT}", f"https://{VAULT}//", f" https://{VAULT}/ ", f"HTTPS://{VAULT}/", f"https://{VAULT}:443/",
    VAULT, f"http://{VAULT}/", f"https://{VAULT}/secrets", f"https://{VAULT}/?x=1", "", " ", None, 5, [],
    ["x"],
    "https://kv.example.com/", "https://kv.privatelink.vaultcore.azure.net/", "https://", "vault", "ftp://x/",
    "https://[::1/", f"//{VAULT}/",
)  # fmt: skip
_STRANGE: tuple[dict[str, Any], ...] = (
    {"nonsense": 1},
    {"variable_prefix": "x"},
    {"variables_lookup_pattern": "^a"},
    {"key_vault_name": "kv"},
    {"credential": "x"},
    {"self": 1},
    {"retry_total": 0},
    {"retry_total": "0"},
    {"verify_challenge_resource": False},
    {"verify_challenge_resource": True},
    {"api_version": "7.4"},
    {"api_version": "1.0"},
    {"": 1},
    {"vault_url ": "x"},
    {"logging_enable": True},
)


def cases() -> Iterator[Case]:
    """Each text; each address; each stranger among the kwargs."""
    for number, text in enumerate(_TEXTS):
        yield _case(f"text-{number}", env(text))
        if number % 4 == 0:
            yield _case(f"text-{number}-conn", env(text), kind="connection")
    for number, url in enumerate(_URLS):
        yield _case(f"url-{number}", env({"vault_url": url, "retry_total": 0}))
    for number, strange in enumerate(_STRANGE):
        yield _case(f"strange-{number}", env(strange))
    yield _case("absent", env(AIRFLOW__SECRETS__BACKEND_KWARGS="-"))
    for number, name in enumerate(("vault-url", "VAULT_URL", "vaultUrl", "key_vault_url")):
        yield _case(f"misspelt-url-{number}", env(f'{{"{name}": "{URL}"}}'))


def _case(name: str, environment: dict[str, str], *, kind: str = "variable") -> Case:
    return Case(
        f"kwargs-{name}",
        "k",
        kind,
        environment,
        {"airflow-variables-k": "the value", "airflow-connections-k": "http://h", "x-k": "another"},
    )
