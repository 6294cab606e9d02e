"""The checklist: each check is a name and a function from facts to a verdict. Pure.

A check that cannot be judged yet is `skipped`, and its remedy says what comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kvtui.airflow.naming import Naming
from kvtui.app.checks.facts import AuditFacts, BackendFacts, Facts, Tried
from kvtui.core.exits import Exit
from kvtui.settings.change import wrong_kind
from kvtui.settings.model import AuthMode, Kind, Settings, Target

Verdict = Literal["ok", "warn", "fail", "skipped"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the checklist."""

    name: str
    verdict: Verdict
    detail: str
    """What was found, one sentence or less."""
    remedy: str = ""
    """The one thing to do; empty when there is nothing."""
    exit: Exit = Exit.OK
    """What a headless run ends with because of it: not OK only for `fail`."""


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    detail: str
    remedy: str = ""
    exit: Exit = Exit.UNRESOLVED


def checklist(facts: Facts, settings: Settings) -> tuple[CheckResult, ...]:
    """Every check's verdict, in the order of the way through."""
    results = []
    for name, judge in CHECKS:
        judged = judge(facts, settings)
        code = judged.exit if judged.verdict == "fail" else Exit.OK
        results.append(CheckResult(name, judged.verdict, judged.detail, judged.remedy, code))
    return tuple(results)


def checklist_exit(results: Sequence[CheckResult]) -> Exit:
    """What a headless run ends with: sign-in before denied before unreachable before everything else."""
    failed = {result.exit for result in results if result.verdict == "fail"}
    for code in (Exit.SIGN_IN, Exit.DENIED, Exit.UNREACHABLE):
        if code in failed:
            return code
    return Exit.UNRESOLVED if failed else Exit.OK


def _vault_found(facts: Facts, settings: Settings) -> _Judged:
    if settings.vault is None:
        return _Judged("fail", "No vault is chosen.", "Choose the vault in pane 1, or with --vault-url.")
    tried = [each for each in (facts.listing, facts.sample_read, facts.deployment_read) if each]
    for each in tried:
        if each.problem is None or each.problem.exit in (Exit.DENIED, Exit.UNRESOLVED):
            return _closed(facts, settings) or _Judged("ok", f"{settings.vault.host} answers.")
    for each in tried:
        if each.problem is not None and each.problem.exit is Exit.UNREACHABLE:
            return _Judged("fail", each.problem.what, each.problem.remedy, Exit.UNREACHABLE)
    return _Judged("skipped", "Not asked yet.", "Sign in first.")


def _closed(facts: Facts, settings: Settings) -> _Judged | None:
    """A vault that Astro, outside its network, may not reach; None if it is open, or that is not known."""
    if settings.target is not Target.ASTRO or not facts.closed_network or settings.vault is None:
        return None
    what = f"{settings.vault.host} answers here, but not on every network. {facts.closed_network}"
    remedy = "Connect the Astro Deployment to it by a private link."
    if "firewall" in facts.closed_network:
        remedy = f"Allow the egress addresses of the Astro Deployment in its firewall. Or: {remedy}"
    return _Judged("warn", what, remedy)


def _signed_in(facts: Facts, settings: Settings) -> _Judged:
    tried = facts.sign_in
    if tried is None:
        return _Judged("skipped", "Not tried yet.", f"Sign in: s, or --sign-in {settings.sign_in.value}.")
    if tried.problem is not None:
        failed = _failed(tried)
        return replace(failed, remedy=f"Sign in: s, or --sign-in. {failed.remedy}".rstrip())
    return _Judged("ok", ", ".join(part for part in (tried.as_whom, tried.detail) if part) + ".")


def _can_list(facts: Facts, settings: Settings) -> _Judged:
    if facts.listing is None:
        return _Judged("skipped", "Not tried yet.", "Choose the vault and sign in first.")
    if facts.listing.problem is None:
        return _Judged("ok", facts.listing.detail or "The names can be listed.")
    return _less_serious(facts, facts.listing, "Browsing names is not possible; Airflow never lists.")


def _can_read(facts: Facts, settings: Settings) -> _Judged:
    if facts.sample_read is None:
        if facts.listing is not None and facts.listing.ok and not facts.names:
            return _Judged("skipped", "The vault holds no secret to read.", "Create one.")
        return _Judged("skipped", "Not tried yet.", _how_to_try(facts, settings))
    if facts.sample_read.problem is None:
        return _Judged("ok", facts.sample_read.detail or "A value can be read.")
    return _less_serious(facts, facts.sample_read, "You may not read values; Airflow may.")


def _how_to_try(facts: Facts, settings: Settings) -> str:
    signed_in = facts.sign_in is not None and facts.sign_in.ok
    if settings.vault is None or not signed_in:
        return "Choose the vault and sign in first."
    return "Try it: c in pane 6, or kvtui --check."


def _missing(settings: Settings) -> list[str]:
    """What the chosen kind of deployment identity lacks."""
    missing = []
    if not settings.client_id:
        missing.append("the client id")
    if not settings.tenant_id:
        missing.append("the tenant")
    if settings.auth_mode is AuthMode.CLIENT_SECRET and not settings.client_secret:
        missing.append("the client secret")
    return missing


SOON_DAYS = 30
_AS_THEY_ARE = _Judged("skipped", "The files are checked as they are, not compared with the settings.")


def _secrets_of(facts: Facts, settings: Settings) -> _Judged | None:
    """What is to be said of the app's client secrets; None when they last."""
    ends, now, who = facts.secrets_end, facts.now, settings.deployment_name
    if settings.auth_mode is not AuthMode.CLIENT_SECRET or not settings.client_id or not ends or now is None:
        return None
    rotate = "x in pane 2 rotates it."
    last = max(ends)
    if last <= now:
        which, have = ("only secret", "has") if len(ends) == 1 else (f"{len(ends)} secrets", "have")
        return _Judged("fail", f"{who}: its {which} {have} expired.", f"Its {which} {have} expired: {rotate}")
    soon = min(end for end in ends if end > now)
    days = (soon - now).days
    if days >= SOON_DAYS:
        return None
    left = f"{days} day{'' if days == 1 else 's'}"
    if soon == last:
        return _Judged("warn", f"{who}: the secret expires in {left}.", f"Renew it in time: {rotate}")
    return _Judged(
        "warn",
        f"{who}: of its {len(ends)} secrets one expires in {left}.",
        f"See that Airflow has the other one; {rotate}",
    )


def _identity_chosen(facts: Facts, settings: Settings) -> _Judged:
    if wrong := wrong_kind(settings):
        return _Judged("fail", wrong, "Choose another one in pane 2, or another auth mode in pane 1.")
    missing = _missing(settings)
    of_secrets = _secrets_of(facts, settings)
    if of_secrets is not None and of_secrets.verdict == "fail":
        return of_secrets
    if facts.mistaken_id:
        return _Judged("fail", facts.mistaken_id, "Give the client id: pane 1, or --client-id.")
    mode = settings.auth_mode.value.replace("-", " ")
    if missing:
        remedy = "Give the client secret: pane 1, AZURE_CLIENT_SECRET or --client-secret-file."
        if not settings.client_id:
            remedy = "Find the app in pane 2, or with kvtui --apps TEXT."
        elif not settings.tenant_id:
            remedy = "Give the tenant's id: pane 1, or --tenant-id."
        return _Judged("fail", f"For a {mode}, {_and(missing)} {_is(missing)} missing.", remedy)
    return of_secrets or _Judged("ok", f"{settings.deployment_name} ({mode}).")


def _identity_can_read(facts: Facts, settings: Settings) -> _Judged:
    tried = facts.deployment_read
    if tried is not None:
        return _failed(tried) if tried.problem else _Judged("ok", tried.detail or f"As {tried.as_whom}.")
    if facts.deployment_elsewhere:
        remedy = "Run kvtui --check where Airflow runs, or look at its role in pane 2."
        return _Judged("warn", facts.deployment_elsewhere, remedy)
    if _missing(settings):
        return _Judged("skipped", "Not tried yet.", "Choose the vault and the identity first.")
    return _Judged("skipped", "Not tried yet.", _how_to_try(facts, settings))


def _names_resolve(facts: Facts, settings: Settings) -> _Judged:
    if facts.names is None:
        return _Judged("skipped", "The names are not known.", "List them first.")
    if facts.audit is not None:
        return _audited(facts.audit)
    naming = Naming.of(settings, facts.provider_version or settings.provider_version)
    counts = dict.fromkeys(Kind, 0)
    lost: list[str] = []
    for name in facts.names:
        read = naming.read(name)
        if read is None:
            continue
        counts[read[0]] += 1
        if naming.unreachable(name):
            lost.append(name)
    found = (
        f"{counts[Kind.VARIABLE]} variables, {counts[Kind.CONNECTION]} connections, "
        f"{counts[Kind.CONFIG]} config"
    )
    if not any(counts.values()):
        return _Judged("warn", "No name in the vault begins with a chosen prefix.", "Look at the prefixes.")
    if settings.variables_prefix is not None and not counts[Kind.VARIABLE]:
        return _Judged("warn", f"{found}.", "Check the variables prefix: pane 1, or --variables-prefix.")
    if lost:
        some = ", ".join(lost[:2]) + (", …" if len(lost) > 2 else "")
        return _Judged(
            "warn", f"{found}; no key reaches {len(lost)} of them: {some}.", "Rename these secrets."
        )
    return _Judged("ok", f"{found}. Airflow's UI and the lists of its CLI never show them.")


def _audited(audit: AuditFacts) -> _Judged:
    """The DAGs' own keys say more than the names alone."""
    found = f"The audit of {audit.files} {'file' if audit.files == 1 else 'files'}: "
    failing = [f"{audit.failing} of {audit.keys} keys would not resolve"] if audit.failing else []
    if audit.unchecked:
        failing.append(
            f"{audit.unchecked} Python {'file' if audit.unchecked == 1 else 'files'} cannot be read"
        )
    if failing:
        what = f"{found}{'; '.join(failing)}."
        return _Judged("fail", what, "Look at them in pane 7, or with kvtui --audit PATH.")
    unknown = f", {audit.undecided} places not decidable" if audit.undecided else ""
    return _Judged("ok", f"{found}all of {audit.keys} keys have a value or a default{unknown}.")


def _backend_configured(facts: Facts, settings: Settings) -> _Judged:
    backend = facts.backend
    if backend is None:
        return _Judged("skipped", "No Astro project is read.", "Give it: --project DIR.")
    incomplete = not backend.from_files and (settings.vault is None or _missing(settings))
    if backend.broken and not incomplete:
        how = "Correct the file that says so, or write the files anew: w, or --export all -o DIR."
        return _Judged("fail", " ".join(backend.broken), how)
    warnings = [*backend.image, *(() if incomplete else backend.warnings)]
    if warnings:
        return _Judged("warn", warnings[0], " ".join(warnings[1:]))
    if incomplete:
        return _Judged(
            "skipped", "The settings are not complete.", "Choose the vault and the identity first."
        )
    return _Judged("ok", f"{_whose(backend)} load Airflow's Key Vault backend.")


def _whose(backend: BackendFacts) -> str:
    return "The files on disk" if backend.from_files else "The settings, with the project's files,"


def _provider_pinned(facts: Facts, settings: Settings) -> _Judged:
    pin = facts.provider
    if pin is None:
        return _Judged("skipped", "No Astro project is read.", "Give it: --project DIR.")
    if pin.objection:
        how = f"Write {pin.line} in {pin.file}." if pin.line else "Build on a newer image."
        return _Judged("fail", pin.objection, how)
    if pin.named and pin.exact:
        return _Judged("ok", f"{pin.file} has {pin.version}.")
    if pin.named and pin.bounded:
        return _Judged("ok", f"{pin.file} asks for a range, of which {pin.version} is the newest.")
    if pin.named:
        return _Judged("warn", f"{pin.file} names the provider without a version.", f"Write {pin.line}")
    how = f"{pin.file} gains the provider when the files are written: w, or --export all -o DIR."
    if pin.by_hand:
        how = f"Add {pin.line} to the file that {pin.file} is compiled from: it has hashes."
    if pin.built_in:
        return _Judged("warn", f"{pin.file} does not name the provider; the image brings one.", how)
    return _Judged("fail", f"{pin.file} does not name the provider: Airflow cannot load the backend.", how)


def _kept_out_of_git(facts: Facts, settings: Settings) -> _Judged:
    git = facts.git
    if git is None:
        return _Judged("skipped", "No Astro project is read.", "Give it: --project DIR.")
    if not git.found:
        return _Judged("ok", "The project is in no git repository.")
    if git.tracked is None:
        return _Judged("skipped", "git's index cannot be read.", "Ask git: git ls-files .env")
    if git.tracked:
        names = _and(list(git.tracked))
        what = f"git tracks {names}: whoever gets the repository gets the secrets in it."
        remedy = f"git rm --cached {' '.join(git.tracked)}, commit, and renew the secrets."
        return _Judged("fail" if settings.auth_mode is AuthMode.CLIENT_SECRET else "warn", what, remedy)
    if git.uncovered:
        what = f"No line of .gitignore covers {_and(list(git.uncovered))}."
        return _Judged("warn", what, "The line is added with the files: w, or --export all -o DIR.")
    return _Judged("ok", "git ignores .env.")


def _files_written(facts: Facts, settings: Settings) -> _Judged:
    files = facts.files
    if facts.backend is not None and facts.backend.from_files:
        return _AS_THEY_ARE
    if files is None:
        return _Judged("skipped", "Not looked at yet.", "Complete the settings first.")
    if files.problem is not None and (settings.vault is None or _missing(settings)):
        return _Judged(
            "skipped", "The settings are not complete.", "Choose the vault and the identity first."
        )
    if files.problem is not None:
        return _Judged("fail", files.problem.what, files.problem.remedy)
    if files.pending:
        are = "differs" if len(files.pending) == 1 else "differ"
        what = f"{_and(list(files.pending))} {are} from what the settings give."
        return _Judged(
            "fail", what, "Look at the diff in pane 5 and write it with w, or: kvtui --export all -o DIR."
        )
    words = [f"{_and(list(files.settled))} as the settings give"] if files.settled else []
    words += [f"{_and(list(files.left_out))} without ours, on purpose"] if files.left_out else []
    return _Judged("ok", f"{'; '.join(words)}." if words else "Nothing to write.")


def _files_read_back(facts: Facts, settings: Settings) -> _Judged:
    files = facts.files
    if facts.backend is not None and facts.backend.from_files:
        return _AS_THEY_ARE
    if files is None or files.differences is None:
        return _Judged("skipped", "Nothing is written yet.", "Write the files first.")
    if files.differences:
        return _Judged("fail", files.differences[0], "Write the files again and look at the diff.")
    if files.warnings:
        remedy = "The target does not use that reader; pane 5 and --export env name the lines."
        return _Judged("warn", files.warnings[0], remedy)
    if not files.readers:
        return _Judged("ok", "They read back the same.")
    gets = "gets" if len(files.readers) == 1 else "get"
    return _Judged("ok", f"{_and(list(files.readers))} {gets} these settings from .env.")


CHECKS: tuple[tuple[str, Callable[[Facts, Settings], _Judged]], ...] = (
    ("vault found", _vault_found),
    ("signed in", _signed_in),
    ("can list", _can_list),
    ("can read", _can_read),
    ("identity chosen", _identity_chosen),
    ("identity can read", _identity_can_read),
    ("names resolve", _names_resolve),
    ("backend configured", _backend_configured),
    ("provider pinned", _provider_pinned),
    ("kept out of git", _kept_out_of_git),
    ("files written", _files_written),
    ("files read back the same", _files_read_back),
)


def _failed(tried: Tried) -> _Judged:
    assert tried.problem is not None  # noqa: S101  # callers ask first
    what = tried.problem.what
    if tried.as_whom and tried.as_whom.partition(" (")[0] not in what:
        what = f"As {tried.as_whom}: {what}"
    return _Judged("fail", what, tried.problem.remedy, tried.problem.exit)


def _less_serious(facts: Facts, tried: Tried, why: str) -> _Judged:
    """A right that the sign-in lacks matters little once the deployment identity was seen to read."""
    proven = facts.deployment_read is not None and facts.deployment_read.ok
    denied = tried.problem is not None and tried.problem.exit is Exit.DENIED
    return (
        _Judged("warn", why, tried.problem.remedy if tried.problem else "")
        if proven and denied
        else _failed(tried)
    )


def _and(words: list[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def _is(words: list[str]) -> str:
    return "are" if len(words) > 1 else "is"
