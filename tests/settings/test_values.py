"""Which texts are taken for which setting."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kvtui.core.problems import ProblemError
from kvtui.headless.remedies import words
from kvtui.settings import values
from kvtui.settings.model import AuthMode

TENANT = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"


@pytest.mark.parametrize(
    "text", [TENANT, TENANT.upper(), " contoso.com ", "contoso.onmicrosoft.com", "a-b.c.io"]
)
def test_a_tenant_is_a_guid_or_a_domain(text: str) -> None:
    assert values.parse_tenant(text) == text.strip().lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "contoso",
        TENANT[:-1],
        f"{{{TENANT}}}",
        "contoso.com/",
        "-a.com",
        "a..com",
        "common",
        "ana@contoso.com",
        "a\n.com",
    ],
)
def test_anything_else_is_no_tenant(text: str) -> None:
    with pytest.raises(ProblemError):
        values.parse_tenant(text)


@pytest.mark.parametrize("text", ["", "astro-prod", TENANT + "0", "contoso.com"])
def test_a_client_id_is_a_guid_and_nothing_else(text: str) -> None:
    with pytest.raises(ProblemError) as raised:
        values.parse_client_id(text)
    assert "kvtui --apps" in words(raised.value.problem.remedy)


def test_a_secret_that_looks_like_its_id_is_rejected_and_not_repeated() -> None:
    with pytest.raises(ProblemError) as raised:
        values.parse_client_secret(TENANT)
    assert "id, not its value" in raised.value.problem.what
    assert TENANT not in str(raised.value)


def test_a_secrets_final_line_ending_is_dropped() -> None:
    assert values.parse_client_secret("abc~123\r\n").reveal() == "abc~123"


@pytest.mark.parametrize("text", ["", "\n", "a\nb", "a\x00b", " a", "a "])
def test_a_secret_is_one_clean_line(text: str) -> None:
    with pytest.raises(ProblemError):
        values.parse_client_secret(text)


@pytest.mark.parametrize("text", ["3.3.2", "3.1", "2.11.2", "3.2.0rc1"])
def test_an_airflow_version_is_of_2_or_3(text: str) -> None:
    assert values.parse_airflow_version(text) == text


@pytest.mark.parametrize("text", ["", "3", "1.10.15", "4.0", "latest", "3.1.x", "3.1; rm"])
def test_other_airflow_versions_are_unknown(text: str) -> None:
    with pytest.raises(ProblemError):
        values.parse_airflow_version(text)


@pytest.mark.parametrize("parse", [values.parse_prefix, values.parse_sep])
def test_names_take_no_control_characters(parse: Callable[[str], str]) -> None:
    with pytest.raises(ProblemError):
        parse("a\nb")


@pytest.mark.parametrize("text", ["air flow/x", "a.b", "é", "x" * 127])
def test_a_prefix_that_key_vault_cannot_store_is_rejected(text: str) -> None:
    with pytest.raises(ProblemError):
        values.parse_prefix(text)


def test_the_error_names_the_characters_that_a_prefix_may_have() -> None:
    with pytest.raises(ProblemError) as raised:
        values.parse_prefix("air flow/x")
    assert "letters, digits, hyphens and underscores" in raised.value.problem.remedy


def test_a_separator_has_no_underscore() -> None:
    with pytest.raises(ProblemError):
        values.parse_sep("_")


def test_a_path_after_an_at_sign_is_no_prefix_and_is_not_repeated() -> None:
    with pytest.raises(ProblemError) as raised:
        values.parse_prefix("@demo-secrets/astro-prod")
    assert raised.value.problem.what == "A prefix is not read from a file."


def test_an_empty_prefix_is_a_prefix() -> None:
    assert values.parse_prefix("") == ""


def test_a_misspelt_choice_gets_the_nearest_one() -> None:
    with pytest.raises(ProblemError) as raised:
        values.parse_choice(AuthMode, "client-secrets")
    assert raised.value.problem.remedy == "Did you mean client-secret?"


def test_a_word_of_a_choice_stands_for_the_first_that_has_it() -> None:
    assert values.nearest("light", ["kvtui-light", "ansi-light"]) == "kvtui-light"


def test_a_flag_in_the_environment_is_true_or_false_in_several_words() -> None:
    assert [values.parse_flag(word) for word in ("1", "True", "yes", "0", "off", "")] == [True] * 3 + [
        False
    ] * 3
    with pytest.raises(ProblemError):
        values.parse_flag("maybe")


@pytest.mark.parametrize("text", ["clx0abc123def456", " CLX0ABC123DEF456 "])
def test_a_deployments_id_is_letters_and_digits(text: str) -> None:
    assert values.parse_deployment_id(text) == "clx0abc123def456"


@pytest.mark.parametrize(
    "text", ["", "prod", "--force12345", "clx0abc 123def456", "<deployment-id>", "x" * 65]
)
def test_nothing_else_is_a_deployments_id(text: str) -> None:
    with pytest.raises(ProblemError):
        values.parse_deployment_id(text)


def test_a_rejected_deployment_id_gets_the_whole_rule() -> None:
    with pytest.raises(ProblemError, match="it must have 8 to 64 lower-case letters and digits"):
        values.parse_deployment_id("junk")


@pytest.mark.parametrize("parse", [values.parse_namespace, values.parse_release])
@pytest.mark.parametrize("text", ["", "-n", "a-", "Prod", "a_b", "a.b", "a b", "x" * 64])
def test_what_kubernetes_would_not_take_as_a_name_is_rejected(parse: Callable[[str], str], text: str) -> None:
    with pytest.raises(ProblemError):
        parse(text)


@pytest.mark.parametrize("parse", [values.parse_namespace, values.parse_release])
def test_small_letters_digits_and_hyphens_are_a_name(parse: Callable[[str], str]) -> None:
    assert parse(" astro-agents-2 ") == "astro-agents-2"
