"""Two lists of names side by side by key, and digests in place of values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kvtui.airflow.naming import Naming
from kvtui.app.at_once import at_once
from kvtui.app.compare.keys import (
    ComparedKey,
    Comparison,
    Difference,
    Status,
    ValueResult,
    compare,
    with_values,
)
from kvtui.app.compare.sides import SideKind, chosen
from kvtui.app.digests import Digests
from kvtui.azure.model import SecretName
from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings.model import Kind, Settings, VaultAddress

AT = datetime(2026, 11, 27, tzinfo=UTC)
ONE = SecretName("airflow-variables-one")
SETTINGS = Settings(vault=VaultAddress("kv-one"))


def compared(here: Iterable[SecretName], there: Iterable[SecretName]) -> Comparison:
    return compare(here, there, Naming(), AT)


def only(here: SecretName, there: SecretName) -> ComparedKey:
    return compared([here], [there]).keys[0]


def test_a_key_of_one_side_is_only_there() -> None:
    found = compared([ONE], [SecretName("airflow-connections-db")])
    assert [(each.kind, each.key, each.status) for each in found.keys] == [
        (Kind.VARIABLE, "one", Status.ONLY_HERE),
        (Kind.CONNECTION, "db", Status.ONLY_THERE),
    ]


def test_names_are_the_same_in_any_case() -> None:
    assert only(ONE, SecretName("Airflow-Variables-ONE")).status is Status.SAME


def test_a_name_without_a_prefix_is_left_out_and_counted() -> None:
    found = compared([ONE, SecretName("erp-password")], [ONE])
    assert (len(found.keys), found.left_out) == (1, 1)


def test_other_kinds_are_left_out_and_counted() -> None:
    found = compare([ONE, SecretName("airflow-config-a")], [], Naming(), AT, (Kind.VARIABLE,))
    assert ([each.key for each in found.keys], found.left_out, found.other_kinds) == (["one"], 1, 1)


@pytest.mark.parametrize(
    ("changed", "there"),
    [
        ({"enabled": False}, Difference.DISABLED_THERE),
        ({"expires": AT - timedelta(days=1)}, Difference.EXPIRED_THERE),
        ({"not_before": AT + timedelta(days=1)}, Difference.NOT_YET_VALID_THERE),
    ],
)
def test_a_state_of_one_side_is_a_difference(changed: dict[str, object], there: Difference) -> None:
    other = replace(ONE, **changed)  # type: ignore[arg-type]
    assert only(ONE, other).differences == (there,)


def test_a_state_of_both_sides_is_no_difference() -> None:
    disabled = replace(ONE, enabled=False)
    assert only(disabled, disabled).status is Status.SAME


def test_another_date_is_no_difference_while_neither_has_expired() -> None:
    assert only(ONE, replace(ONE, expires=AT + timedelta(days=1))).status is Status.SAME


def test_values_that_differ_make_the_key_differ() -> None:
    found = with_values(compared([ONE], [ONE]), {ONE.name: ValueResult.DIFFERS})
    assert (found.keys[0].status, found.differs) == (Status.DIFFERS, True)


def test_a_value_that_could_not_be_read_is_no_difference() -> None:
    found = with_values(compared([ONE], [ONE]), {ONE.name: ValueResult.UNREADABLE})
    assert not found.differs


def test_values_of_disabled_secrets_are_not_asked_for() -> None:
    assert compared([replace(ONE, enabled=False)], [ONE]).readable == ()


def test_what_is_on_one_side_only_comes_before_what_is_the_same() -> None:
    found = compared([ONE, SecretName("airflow-variables-two")], [ONE])
    assert [each.key for each in found.keys] == ["two", "one"]


def test_equal_values_have_equal_digests_within_one_comparison_only() -> None:
    one, other = Digests(), Digests()
    value = SecretText("kvtui-canary")
    assert (one.of(value) == one.of(SecretText("kvtui-canary")), one.of(value) == other.of(value)) == (
        True,
        False,
    )


def test_a_key_of_digests_does_not_show_itself() -> None:
    assert repr(Digests()) == "Digests()"


def test_a_directory_is_a_side_of_dags(tmp_path: Path) -> None:
    assert chosen(str(tmp_path), SETTINGS).kind is SideKind.DAGS


def test_a_file_is_a_list_of_names(tmp_path: Path) -> None:
    (tmp_path / "kv-two").touch()
    assert chosen(str(tmp_path / "kv-two"), SETTINGS).kind is SideKind.NAMES


def test_a_name_that_is_no_file_is_a_vault() -> None:
    assert chosen("kv-two", SETTINGS).vault == VaultAddress("kv-two")


@pytest.mark.parametrize("text", ["kv-one", "https://kv-one.vault.azure.net/"])
def test_a_vault_is_not_compared_with_itself(text: str) -> None:
    with pytest.raises(ProblemError, match="kv-one would be compared with itself"):
        chosen(text, SETTINGS)


def test_what_is_neither_a_file_nor_a_vault_is_not_repeated() -> None:
    with pytest.raises(ProblemError) as raised:
        chosen("https://user:kvtui-canary@example.org/x", SETTINGS)
    assert "kvtui-canary" not in raised.value.problem.sentence()


async def test_never_more_than_the_limit_is_at_work() -> None:
    import asyncio

    working, most = 0, 0

    async def work(_: int) -> None:
        nonlocal working, most
        working += 1
        most = max(most, working)
        await asyncio.sleep(0)
        working -= 1

    await at_once(range(20), work, 4)
    assert most == 4


async def test_the_first_error_stops_the_rest() -> None:
    done: list[int] = []

    async def work(number: int) -> None:
        if number == 3:
            raise ValueError("3")
        done.append(number)

    with pytest.raises(ValueError, match="3"):
        await at_once(range(100), work, 1)
    assert done == [0, 1, 2]
