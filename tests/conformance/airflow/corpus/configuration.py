"""How Airflow finds the options: expansion, commands, secrets, the class; and options in the vault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kvtui.airflow.kwargs import BACKEND_CLASS
from tests.conformance.airflow.case import TRIO, URL, Case, Refused, alone, env

KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS"
PLAIN = json.dumps({"vault_url": URL})
_CLASSES = (
    f"{BACKEND_CLASS}s",
    f" {BACKEND_CLASS}",
    f"{BACKEND_CLASS} ",
    f'"{BACKEND_CLASS}"',
    f"'{BACKEND_CLASS}'",
    "",
    " ",
    "AzureKeyVaultBackend",
    "no.such.module.Backend",
    "airflow.providers.microsoft.azure.secrets.AzureKeyVaultBackend",
    "airflow.providers.microsoft.azure.secret.key_vault.AzureKeyVaultBackend",
    "airflow.contrib.secrets.azure_key_vault.AzureKeyVaultBackend",
    "airflow.providers.microsoft.azure.secrets.key_vault",
    "airflow.providers.nowhere.secrets.x.Y",
    BACKEND_CLASS.lower(),
    f"{BACKEND_CLASS}#",
    "$BACKEND_OF_MINE",
)


def cases() -> Iterator[Case]:
    """Classes, expansion, commands, single kwargs, and `…_SECRET` options."""
    for number, path in enumerate(_CLASSES):
        more = {"AIRFLOW__SECRETS__BACKEND": path, "BACKEND_OF_MINE": BACKEND_CLASS}
        yield _case(f"class-{number}", env(**more))
    yield from _expanded()
    yield from _commands()
    yield from _single_kwargs()
    yield from _options()


def _expanded() -> Iterator[Case]:
    def trio(secret: str, **more: str) -> dict[str, str]:
        return alone({**TRIO, "client_secret": secret}, **more)

    secret = TRIO["client_secret"]
    bad = Refused(401, "AADSTS7000215")
    yield _case("expand-name", trio("$MY_SECRET", MY_SECRET=secret))
    yield _case("expand-braces", trio("${MY_SECRET}", MY_SECRET=secret))
    yield _case("expand-undefined", trio("pa$$word$NOT_THERE"), refused=bad)
    yield _case("expand-escaped", alone(_escaped(secret)))
    yield _case("expand-twice", trio("$ONE", ONE="$TWO", TWO=secret))
    yield _case("expand-part", trio(f"${{HEAD}}{secret[3:]}", HEAD=secret[:3]))
    yield _case("expand-percent", env({"sep": "%"}))
    yield _case("expand-home", env("~/kwargs.json"))
    yield _case("expand-quote", trio("$Q", Q='a"b'))
    yield _case("expand-in-prefix", env({"variables_prefix": "$PREFIX"}, PREFIX="x"))
    yield _case("expand-whole", env("$ALL", ALL=PLAIN))
    yield _case("expand-lower", env({"variables_prefix": "$prefix"}, prefix="x"))
    yield _case("expand-number", env({"variables_prefix": "$1x"}))


def _escaped(secret: str) -> str:
    text = json.dumps({**TRIO, "vault_url": URL, "client_secret": "@"})
    return text.replace("@", "".join(f"\\u{ord(character):04x}" for character in secret))


def _commands() -> Iterator[Case]:
    def by(name: str, value: str, **more: str) -> dict[str, str]:
        return env(**{KWARGS: "-", f"{KWARGS}_{name}": value, **more})

    yield _case("cmd-echo", by("CMD", f"echo '{PLAIN}'"))
    yield _case("cmd-printf", by("CMD", f"printf %s '{PLAIN}'"))
    yield _case("cmd-true", by("CMD", "true"))
    yield _case("cmd-false", by("CMD", "false"))
    yield _case("cmd-no-json", by("CMD", "echo hello"))
    yield _case("cmd-beside-plain", env(**{f"{KWARGS}_CMD": "false"}))
    yield _case("cmd-over-secret", by("CMD", f"echo '{PLAIN}'", **{f"{KWARGS}_SECRET": "x"}))
    yield _case("cmd-empty", by("CMD", ""))
    yield _case("cmd-unbalanced", by("CMD", "echo '"))
    yield _case("secret", by("SECRET", "kwargs"))
    yield _case("secret-beside-plain", env(**{f"{KWARGS}_SECRET": "x"}))
    yield _case("backend-cmd", env(AIRFLOW__SECRETS__BACKEND="-", AIRFLOW__SECRETS__BACKEND_CMD="echo x"))
    yield _case("backends-order", env(AIRFLOW__SECRETS__BACKENDS_ORDER="metastore"))


def _single_kwargs() -> Iterator[Case]:
    one = "AIRFLOW__SECRETS__BACKEND_KWARG__"
    yield _case("kwarg-url", env(**{KWARGS: "-", f"{one}VAULT_URL": URL}))
    yield _case("kwarg-over-json", env({"vault_url": "https://x.invalid"}, **{f"{one}VAULT_URL": URL}))
    yield _case("kwarg-bad-json", env("bad", **{f"{one}VAULT_URL": URL}))
    yield _case("kwarg-null", env(**{f"{one}VARIABLES_PREFIX": "null"}))
    yield _case("kwarg-empty", env(**{f"{one}VARIABLES_PREFIX": ""}))
    yield _case("kwarg-dollar", env(**{f"{one}VARIABLES_PREFIX": "$X", "X": "x"}))
    yield _case("kwarg-lower", env(**{KWARGS: "-", f"{one}vault_url": URL}))
    yield _case("kwarg-json", env(**{KWARGS: "-", f"{one}VAULT_URL": f'"{URL}"'}))
    yield _case("kwarg-nameless", env(**{one: "x"}))
    yield _case("kwarg-no-backend", env(**{"AIRFLOW__SECRETS__BACKEND": "-", f"{one}VAULT_URL": URL}))
    yield _case("kwarg-prefix", env(**{f"{one}VARIABLES_PREFIX": "x"}))


def _options() -> Iterator[Case]:
    """`conf.get` of a sensitive option whose `_SECRET` names a secret."""
    yield from _option("server", "api", "secret_key")
    yield from _option("airflow2", "smtp", "smtp_password")


def _option(way: str, section: str, option: str) -> Iterator[Case]:
    def one(name: str, key: str, kwargs: dict[str, Any] | None = None, **secrets: str) -> Case:
        vault = {f"airflow-config-{option.replace('_', '-')}": "of the vault"}
        return Case(
            f"config-option-{way}-{name}",
            key,
            "config",
            env(kwargs, **{f"AIRFLOW__{section.upper()}__{option.upper()}_SECRET": key}),
            vault | {secret.replace("_", "-"): text for secret, text in secrets.items()},
            option=(section, option),
            contexts=(way,),
        )

    yield one("found", option)
    yield one("missed", "not_there")
    yield one("null-prefix", option, {"config_prefix": None})
    yield one("own-prefix", "x_y", {"config_prefix": "conf"}, conf_x_y="found")
    yield one("empty", "empty", airflow_config_empty="")
    yield one("illegal", "smtp.password")
    yield one("double", "a__b", airflow_config_a__b="found")


def _case(name: str, environment: dict[str, str], *, refused: Refused | None = None) -> Case:
    vault = {"airflow-variables-k": "the value", "x-k": "another", "k": "bare"}
    return Case(f"config-{name}", "k", env=environment, vault=vault, refused=refused)
