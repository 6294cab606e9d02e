"""What expires soon, in the checklist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kvtui.app.checks.facts import CheckId, Facts, Outcome
from kvtui.app.checks.gathering import expiring_soon
from kvtui.app.expiry import Expiring, Thing
from kvtui.azure.model import SecretName
from kvtui.settings.model import Settings, VaultAddress
from tests.app.test_checklist import NOW, judged, with_facts


def expiring_in(days: int, **more: Any) -> Expiring:
    ends = NOW + timedelta(days=days, hours=1)
    return Expiring(Thing.VAULT_SECRET, "airflow-variables-a", "kv-demo", ends, **more)


def test_what_expires_soon_is_a_warning_with_its_date_and_how_many_more() -> None:
    found = judged(CheckId.EXPIRY, with_facts(expiring=(expiring_in(3), expiring_in(9))))
    assert found.outcome is Outcome.WARN
    assert "airflow-variables-a of kv-demo expires in 3 days" in found.detail
    assert "1 more has expired or will expire soon" in found.detail


def test_nothing_that_expires_is_fine() -> None:
    assert judged(CheckId.EXPIRY, with_facts(expiring=())).outcome is Outcome.OK


def test_it_is_said_that_the_dags_use_what_expires() -> None:
    assert (
        "The DAGs use it." in judged(CheckId.EXPIRY, with_facts(expiring=(expiring_in(3, used=True),))).detail
    )


def test_expiry_is_not_judged_before_the_names_are_there() -> None:
    assert judged(CheckId.EXPIRY, with_facts(expiring=None)).outcome is Outcome.SKIPPED


def test_after_an_audit_only_what_the_dags_use_is_looked_at() -> None:
    ends = NOW + timedelta(days=3)
    names = [SecretName(f"airflow-variables-{key}", expires=ends) for key in ("a", "b")]
    settings = Settings(vault=VaultAddress("kv-demo"))
    found = expiring_soon(Facts(now=NOW), settings, names, {"airflow-variables-b"})
    assert found is not None
    assert [each.key for each in found] == ["b"]
