"""Each check's result from the facts, and the exit code of them all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kvtui.airflow.provider_line import provider_line
from kvtui.airflow.releases import NEWEST_AIRFLOW, PROVIDER_PACKAGE
from kvtui.app.checks.facts import (
    AuditFacts,
    BackendFacts,
    CheckId,
    Facts,
    FileFacts,
    GitExposure,
    NetworkFacts,
    ProbeResult,
    ProviderPin,
)
from kvtui.app.checks.gathering import provider_pin
from kvtui.app.checks.results import CHECKS, CheckResult, checklist, checklist_exit
from kvtui.app.exits import Exit
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.secret_text import SecretText
from kvtui.headless.remedies import words
from kvtui.project.versions import known_airflow
from kvtui.settings.model import AuthMode, Settings, VaultAddress
from tests.outputs.samples import project

NOW = datetime(2026, 8, 1, tzinfo=UTC)
CHOSEN = Settings(
    vault=VaultAddress("kv-demo"),
    tenant_id="contoso.com",
    client_id="bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb",
    client_secret=SecretText("kv-canary-1"),
    identity_name="astro-prod",
)
WELL = Facts(
    sign_in=ProbeResult("ana@contoso.com (az CLI)", "52 min left"),
    listing=ProbeResult("ana@contoso.com (az CLI)", "2 names in 0.1 s"),
    names=("airflow-variables-a", "airflow-connections-b"),
    sample_read=ProbeResult("ana@contoso.com (az CLI)"),
    deployment_read=ProbeResult("astro-prod (client secret)"),
    network=NetworkFacts(vault_directly=True, addresses=("10.4.0.7",), private=True),
    backend=BackendFacts(),
    provider=ProviderPin("requirements.txt", named=True, exact=True, version="15.2.1"),
    git=GitExposure(found=True),
    files=FileFacts(settled=(".env",), differences=()),
    expiring=(),
    now=NOW,
)
DENIED = Problem("Not allowed to list.", "Grant it.", ProblemKind.DENIED, identity="ana")
NO_TOKEN = Problem("No sign-in worked.", "Run az login.", ProblemKind.SIGN_IN)
SILENT = Problem("The name cannot be resolved.", "Check the spelling.", ProblemKind.UNREACHABLE, code="dns")


def judged(name: str, facts: Facts, settings: Settings = CHOSEN) -> CheckResult:
    return next(result for result in checklist(facts, settings) if result.name == name)


def with_facts(**changes: object) -> Facts:
    return replace(WELL, **changes)  # type: ignore[arg-type]


def with_settings(**changes: object) -> Settings:
    return replace(CHOSEN, **changes)  # type: ignore[arg-type]


def test_when_all_is_well_every_check_is_ok() -> None:
    results = checklist(WELL, CHOSEN)
    assert [(result.name, result.outcome) for result in results] == [(name, "ok") for name, _ in CHECKS]
    assert checklist_exit(results) is Exit.OK


def test_every_check_is_judged() -> None:
    assert [name for name, _ in CHECKS] == list(CheckId)


def test_the_checks_stand_in_the_order_of_the_way_through() -> None:
    assert [name for name, _ in CHECKS] == [
        "vault found",
        "proxy",
        "private endpoint",
        "signed in",
        "can list",
        "can read",
        "identity chosen",
        "identity can read",
        "names resolve",
        "nothing expires soon",
        "backend configured",
        "provider pinned",
        "kept out of git",
        "files written",
        "files read back the same",
    ]


def test_before_anything_is_tried_most_is_skipped_and_says_what_comes_first() -> None:
    for result in checklist(Facts(), CHOSEN):
        if result.name != "identity chosen":
            assert (result.outcome, bool(result.remedy)) == ("skipped", True), result.name


def test_without_a_vault_the_first_check_fails() -> None:
    assert judged("vault found", Facts(), Settings()).outcome == "fail"


def test_a_vault_that_rejects_is_a_vault_that_was_found() -> None:
    assert judged("vault found", with_facts(listing=ProbeResult(problem=DENIED))).outcome == "ok"


def test_a_vault_without_an_answer_is_not_found() -> None:
    facts = Facts(listing=ProbeResult(problem=SILENT), sample_read=ProbeResult(problem=SILENT))
    result = judged("vault found", facts)
    assert (result.outcome, result.exit) == ("fail", Exit.UNREACHABLE)


def test_an_audit_says_more_about_the_names_than_the_names_alone() -> None:
    result = judged("names resolve", with_facts(audit=AuditFacts(4, 2, 20, 1)))
    assert (result.outcome, result.exit) == ("fail", Exit.UNRESOLVED)
    assert result.detail == "The audit of 4 files: 2 of 20 keys would not resolve."


def test_an_audit_without_a_miss_is_well() -> None:
    assert judged("names resolve", with_facts(audit=AuditFacts(4, 0, 20, 1))).outcome == "ok"


def test_an_audit_that_could_not_read_a_python_file_fails() -> None:
    result = judged("names resolve", with_facts(audit=AuditFacts(4, 0, 20, 1, unchecked=1)))
    assert (result.outcome, result.detail) == ("fail", "The audit of 4 files: 1 Python file cannot be read.")


def test_a_right_that_the_sign_in_lacks_is_a_warning_once_airflow_was_seen_to_read() -> None:
    assert judged("can list", with_facts(listing=ProbeResult(problem=DENIED))).outcome == "warn"
    unproven = with_facts(listing=ProbeResult(problem=DENIED), deployment_read=None)
    assert judged("can list", unproven).outcome == "fail"


def test_an_unreachable_vault_is_no_warning_whoever_could_read_before() -> None:
    assert judged("can list", with_facts(listing=ProbeResult(problem=SILENT))).outcome == "fail"


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"client_id": ""}, "Missing: client ID (auth mode"),
        ({"client_secret": None}, "Missing: client secret (auth mode"),
        ({"tenant_id": "", "client_id": ""}, "Missing: client ID and tenant (auth mode"),
    ],
)
def test_half_an_identity_is_none(lacking: dict[str, object], words: str) -> None:
    result = judged("identity chosen", WELL, with_settings(**lacking))
    assert (result.outcome, words in result.detail) == ("fail", True)


def test_a_managed_identity_needs_no_secret() -> None:
    settings = with_settings(client_secret=None, auth_mode=AuthMode.MANAGED_IDENTITY)
    assert judged("identity chosen", WELL, settings).outcome == "ok"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (
            {"identity_is_app": True, "auth_mode": AuthMode.MANAGED_IDENTITY},
            "is an app registration; a managed identity is needed for this auth mode.",
        ),
        ({"identity_is_managed": True}, "is a managed identity; an app registration is needed"),
    ],
)
def test_an_identity_of_the_wrong_kind_for_the_auth_mode_fails(chosen: dict[str, object], words: str) -> None:
    result = judged("identity chosen", WELL, with_settings(**chosen))
    assert (result.outcome, words in result.detail) == ("fail", True)


@pytest.mark.parametrize(("days", "outcome"), [(-1, "fail"), (12, "warn"), (90, "ok")])
def test_a_secret_that_ends_soon_is_reported(days: int, outcome: str) -> None:
    facts = with_facts(secrets_end=(NOW + timedelta(days=days, hours=1),))
    assert judged("identity chosen", facts).outcome == outcome


def test_an_identity_of_another_host_cannot_be_proved_here() -> None:
    facts = with_facts(deployment_read=None, deployment_elsewhere="Only where Airflow runs.")
    assert judged("identity can read", facts).outcome == "warn"


def test_a_name_that_no_key_reaches_is_reported() -> None:
    facts = with_facts(names=("airflow-variables-a", "airflow-variables-a--b"), provider_version="13.2.0")
    result = judged("names resolve", facts)
    assert (result.outcome, "airflow-variables-a--b" in result.detail) == ("warn", True)


def test_prefixes_that_match_nothing_are_reported() -> None:
    assert judged("names resolve", with_facts(names=("other",))).outcome == "warn"


@pytest.mark.parametrize(
    ("pin", "outcome"),
    [
        (ProviderPin("requirements.txt", named=True, exact=False, version="15.2.1"), "warn"),
        (ProviderPin("requirements.txt", named=False, exact=False, version="10.5.1", built_in=True), "warn"),
        (ProviderPin("requirements.txt", named=False, exact=False, version="15.2.1"), "fail"),
    ],
)
def test_a_provider_that_is_not_pinned_is_reported(pin: ProviderPin, outcome: str) -> None:
    assert judged("provider pinned", with_facts(provider=pin)).outcome == outcome


def test_without_a_requirements_file_the_check_says_that_there_is_none() -> None:
    pin = ProviderPin("requirements.txt", named=False, exact=False, version="15.2.1", exists=False)
    detail = judged("provider pinned", with_facts(provider=pin)).detail
    assert detail.startswith("There is no requirements.txt")


def pinned(mode: AuthMode, **texts: str) -> CheckResult:
    """The result for a project's own files."""
    chosen = with_settings(auth_mode=mode)
    pin = provider_pin(chosen, project(**texts), known_airflow(chosen, project(**texts)) or NEWEST_AIRFLOW)
    return judged("provider pinned", with_facts(provider=pin), chosen)


@pytest.mark.parametrize("mode", list(AuthMode))
@pytest.mark.parametrize("image", ["", "FROM apache/airflow:2.9.3\n", "FROM apache/airflow:3.3.2\n"])
def test_the_line_that_kvtui_writes_is_all_right(mode: AuthMode, image: str) -> None:
    airflow = image.partition(":")[2].strip()
    assert pinned(mode, dockerfile=image, requirements=provider_line(mode, airflow)).outcome == "ok"


def test_a_pin_that_does_not_know_the_mode_fails_with_the_line_that_does() -> None:
    result = pinned(AuthMode.MANAGED_IDENTITY, requirements=f"{PROVIDER_PACKAGE}==8.1.0\n")
    assert result.outcome == "fail"
    assert result.remedy == f"Write {PROVIDER_PACKAGE}>=8.2.0 in requirements.txt."


def test_a_file_with_hashes_gets_its_line_where_it_is_compiled_from() -> None:
    result = pinned(AuthMode.CLIENT_SECRET, requirements=f"pandas==2.0.0 --hash=sha256:{'0' * 64}\n")
    assert "requirements.txt has hashes: add" in result.remedy


def test_files_that_differ_from_the_settings_are_named() -> None:
    result = judged("files written", with_facts(files=FileFacts(pending=(".env", "requirements.txt"))))
    assert (result.outcome, result.detail.startswith(".env and requirements.txt differ")) == ("fail", True)


@pytest.mark.parametrize(
    ("missing", "detail"),
    [
        ((".env", "requirements.txt"), ".env and requirements.txt are not written yet."),
        ((".env",), ".env is not written yet; requirements.txt differs from the settings."),
    ],
)
def test_files_that_do_not_exist_are_not_written_yet(missing: tuple[str, ...], detail: str) -> None:
    files = FileFacts(pending=(".env", "requirements.txt"), missing=missing)
    result = judged("files written", with_facts(files=files))
    assert (result.outcome, result.detail) == ("fail", detail)


@pytest.mark.parametrize(
    ("missing", "detail"),
    [
        ((".env", "requirements.txt"), "The files are not written yet."),
        ((), "The files differ from the settings."),
    ],
)
def test_files_that_are_not_read_back_yet_have_a_reason(missing: tuple[str, ...], detail: str) -> None:
    files = FileFacts(pending=(".env", "requirements.txt"), missing=missing)
    assert judged("files read back the same", with_facts(files=files)).detail == detail


def test_after_an_audit_what_the_dags_do_not_use_is_not_said_to_last() -> None:
    used = with_facts(audit=AuditFacts(files=1, failing=0, keys=3, undecided=0))
    assert (
        judged("nothing expires soon", used).detail
        == "Nothing that the DAGs use expires in the next 30 days."
    )


def test_files_wait_for_an_identity_that_is_not_chosen_yet() -> None:
    facts = with_facts(
        files=FileFacts(problem=Problem("The tenant is missing.", "Give it.", ProblemKind.USAGE))
    )
    assert judged("files written", facts, with_settings(tenant_id="")).outcome == "skipped"


def test_files_that_cannot_be_planned_fail_with_their_own_words() -> None:
    problem = Problem("values.yaml has the key labels twice.", "Remove one.", ProblemKind.USAGE)
    assert judged("files written", with_facts(files=FileFacts(problem=problem))).detail == problem.what


def test_what_reads_back_differently_is_reported() -> None:
    facts = with_facts(files=FileFacts(settled=(".env",), differences=("vault_url differs.",)))
    assert judged("files read back the same", facts).detail == "vault_url differs."


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (
            {"sign_in": ProbeResult(problem=NO_TOKEN), "deployment_read": ProbeResult(problem=DENIED)},
            Exit.SIGN_IN,
        ),
        (
            {"deployment_read": ProbeResult(problem=DENIED), "listing": ProbeResult(problem=SILENT)},
            Exit.DENIED,
        ),
        ({"listing": ProbeResult(problem=SILENT)}, Exit.UNREACHABLE),
        ({"files": FileFacts(pending=(".env",))}, Exit.UNRESOLVED),
        ({"names": ("other",)}, Exit.OK),
    ],
)
def test_the_worst_failure_is_the_exit_code(facts: dict[str, object], code: Exit) -> None:
    assert checklist_exit(checklist(with_facts(**facts), CHOSEN)) is code


def test_a_secret_that_git_tracks_is_a_failure_with_the_way_out() -> None:
    result = judged("kept out of git", with_facts(git=GitExposure(found=True, tracked=(".env",))))
    assert (result.outcome, result.exit) == ("fail", Exit.UNRESOLVED)
    assert result.remedy == "git rm --cached .env, commit, and rotate the secrets."


def test_without_a_client_secret_a_tracked_env_is_a_warning() -> None:
    managed = with_settings(auth_mode=AuthMode.MANAGED_IDENTITY, client_secret=None)
    facts = with_facts(git=GitExposure(found=True, tracked=(".env",)))
    assert judged("kept out of git", facts, managed).outcome == "warn"


def test_an_env_that_no_gitignore_covers_is_a_warning() -> None:
    result = judged("kept out of git", with_facts(git=GitExposure(found=True, uncovered=(".env",))))
    assert (result.outcome, result.detail) == ("warn", ".gitignore does not cover .env.")


def test_outside_a_repository_nothing_can_be_committed() -> None:
    assert (
        judged("kept out of git", with_facts(git=GitExposure(found=False, uncovered=(".env",)))).outcome
        == "ok"
    )


def test_an_index_that_cannot_be_read_is_no_result() -> None:
    facts = with_facts(git=GitExposure(found=True, tracked=None))
    assert judged("kept out of git", facts).outcome == "skipped"


def test_a_reader_that_the_target_uses_and_that_stumbles_fails_the_check() -> None:
    result = judged(
        "files read back the same", with_facts(files=FileFacts(differences=("astro dev start …",)))
    )
    assert (result.outcome, result.exit) == ("fail", Exit.UNRESOLVED)


def test_a_reader_that_the_target_does_not_use_is_a_warning_by_name() -> None:
    files = FileFacts(differences=(), warnings=("python-dotenv does not get X: line 3 …",))
    result = judged("files read back the same", with_facts(files=files))
    assert (result.outcome, result.detail, result.exit) == ("warn", files.warnings[0], Exit.OK)


def test_the_readers_that_count_are_named() -> None:
    files = FileFacts(differences=(), readers=("astro dev start",))
    assert judged("files read back the same", with_facts(files=files)).detail == (
        "astro dev start reads .env as written."
    )


def test_an_expired_secret_is_said_before_the_secret_is_asked_for() -> None:
    facts = with_facts(secrets_end=(NOW - timedelta(days=12),))
    result = judged("identity chosen", facts, with_settings(client_secret=None))
    assert (result.outcome, result.detail, words(result.remedy)) == (
        "fail",
        f"The client secret of astro-prod expired on {NOW - timedelta(days=12):%Y-%m-%d}.",
        "Add a new client secret (x in pane 2 of the console).",
    )


def test_a_second_secret_that_ends_soon_is_a_warning() -> None:
    facts = with_facts(secrets_end=(NOW + timedelta(days=300), NOW + timedelta(days=5)))
    result = judged("identity chosen", facts)
    assert (result.outcome, result.detail) == (
        "warn",
        f"One of the 2 client secrets of astro-prod expires in 5 days ({NOW + timedelta(days=5):%Y-%m-%d}).",
    )


def test_the_directorys_secrets_say_nothing_of_an_identity_without_any() -> None:
    facts = with_facts(secrets_end=(NOW - timedelta(days=12),))
    assert (
        judged("identity chosen", facts, with_settings(auth_mode=AuthMode.WORKLOAD_IDENTITY)).outcome == "ok"
    )


def test_a_backend_that_does_not_load_fails_with_how_to_write_it() -> None:
    result = judged("backend configured", with_facts(backend=BackendFacts(broken=("Write x.Y.",))))
    assert (result.outcome, result.detail, result.exit) == ("fail", "Write x.Y.", Exit.UNRESOLVED)


def test_what_the_dockerfile_should_not_set_is_a_warning() -> None:
    result = judged("backend configured", with_facts(backend=BackendFacts(image=("Dockerfile sets it.",))))
    assert (result.outcome, result.detail) == ("warn", "Dockerfile sets it.")


def test_files_that_are_checked_as_they_are_are_not_compared_with_the_settings() -> None:
    facts = with_facts(backend=BackendFacts(from_files=True))
    assert (
        judged("files written", facts).outcome
        == judged("files read back the same", facts).outcome
        == "skipped"
    )


def test_the_names_come_with_the_word_that_airflows_lists_never_show_them() -> None:
    assert (
        "The Airflow UI and `airflow variables list` do not show them" in judged("names resolve", WELL).detail
    )


def test_a_failed_sign_in_fails_and_says_how_to_sign_in() -> None:
    result = judged("signed in", with_facts(sign_in=ProbeResult(problem=NO_TOKEN)))
    assert (result.outcome, words(result.remedy)) == ("fail", "Sign in with --sign-in. Run az login.")


def test_no_variable_under_the_prefix_is_a_warning() -> None:
    result = judged("names resolve", with_facts(names=("airflow-connections-b",)))
    assert (result.outcome, result.detail) == ("warn", "0 variables, 1 connection, 0 config options.")


def test_no_variable_is_well_where_variables_are_never_asked_for() -> None:
    settings = with_settings(variables_prefix=None)
    assert judged("names resolve", with_facts(names=("airflow-connections-b",)), settings).outcome == "ok"


def test_a_backend_that_the_settings_name_is_not_said_to_load() -> None:
    assert (
        judged("backend configured", with_facts(backend=BackendFacts())).detail
        == "kvtui has all settings that the Key Vault backend needs."
    )


def test_an_audit_that_found_nothing_beside_unread_files_fails() -> None:
    result = judged("names resolve", with_facts(audit=AuditFacts(4, 0, 0, 0, unread=1)))
    assert (result.outcome, "nothing was found; not read: 1 Python file" in result.detail) == ("fail", True)
