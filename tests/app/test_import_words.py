"""What an import found, in words."""

from __future__ import annotations

import pytest

from kvtui.app.importing.results import Imported, Outcome, Proof, checked, counted, status_words, why
from kvtui.core.secret_text import SecretText
from kvtui.migration.items import Item
from kvtui.migration.plan import Entry, Status
from kvtui.settings.model import Kind


def entry(status: Status, *, disabled: bool = False) -> Entry:
    item = Item(Kind.VARIABLE, "k", SecretText("x"), "line 1")
    return Entry(item, "k", "airflow-variables-k", status, disabled=disabled)


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ([Status.NEW], "1 is new"),
        ([Status.EXISTS, Status.EXISTS, Status.IMPOSSIBLE], "2 exist already and 1 cannot be stored"),
        ([Status.DIFFERS, Status.NEW, Status.DIFFERS], "1 is new and 2 differ"),
        ([], ""),
    ],
)
def test_the_verb_agrees_with_each_number(statuses: list[Status], words: str) -> None:
    assert counted(map(entry, statuses), "kv-prod") == words


def test_a_disabled_secret_is_not_counted_among_those_that_differ() -> None:
    found = [entry(Status.DIFFERS), entry(Status.DIFFERS, disabled=True)]
    assert counted(found, "kv-prod") == "1 differs and 1 is disabled in kv-prod"
    assert [status_words(each) for each in found] == ["differs", "disabled"]


def test_a_disabled_secret_is_reported_with_its_vault() -> None:
    said = why(entry(Status.DIFFERS, disabled=True), "kv-prod")
    assert said == "Disabled in kv-prod: its value cannot be read, so it is not compared."


ASTRO = "astro-prod (client secret)"
OWN = "Airflow's own access was not checked."
FROM = "a lookup gives the value from a.env."


def looked_up(*proofs: Proof | None) -> list[Imported]:
    return [Imported(entry(Status.NEW), Outcome.WRITTEN, proof=proof) for proof in proofs]


@pytest.mark.parametrize(
    ("proofs", "words"),
    [
        (
            (Proof(True, "", ASTRO, True),),
            f"Checked as the deployment identity {ASTRO}: for 1 of 1 key {FROM}",
        ),
        ((Proof(False, "", "", True),), f"Checked as the deployment identity: for 0 of 1 key {FROM}"),
        (
            (Proof(True, "", "ana"), None),
            f"Checked as the signed-in user ana: for 1 of 2 keys {FROM} {OWN}",
        ),
        ((None,), "No key was looked up."),
    ],
)
def test_who_looked_the_keys_up_is_said(proofs: tuple[Proof | None, ...], words: str) -> None:
    assert checked(looked_up(*proofs), "a.env") == words
