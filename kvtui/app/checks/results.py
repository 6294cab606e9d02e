"""The checklist: each check is a name and a function from facts to a result. Pure.

A check that cannot be judged yet is `skipped`, and its remedy says what comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.app.checks import network
from kvtui.app.checks.facts import CheckId, Outcome
from kvtui.app.checks.finding import Finding, fail, ok, skipped, warn
from kvtui.app.exits import Exit, exit_of
from kvtui.core.ages import expiry, whole_days
from kvtui.core.problems import ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy, Sentences
from kvtui.core.words import count, listed
from kvtui.settings.change import wrong_kind
from kvtui.settings.model import AuthMode, Kind, Target

if TYPE_CHECKING:
    from kvtui.app.checks.facts import AuditFacts, Facts, FileFacts, ProbeResult
    from kvtui.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult(Finding):
    """One line of the checklist."""

    name: CheckId


def checklist(facts: Facts, settings: Settings) -> tuple[CheckResult, ...]:
    """Every check's result, in order."""
    found = ((name, judge(facts, settings)) for name, judge in CHECKS)
    return tuple(CheckResult(f.outcome, f.detail, f.remedy, f.exit, name=name) for name, f in found)


def checklist_exit(results: Sequence[CheckResult]) -> Exit:
    """The exit code of a headless run: sign-in first, then denied, then unreachable, then the rest."""
    failed = {result.exit for result in results if result.outcome is Outcome.FAIL}
    for code in (Exit.SIGN_IN, Exit.DENIED, Exit.UNREACHABLE):
        if code in failed:
            return code
    return Exit.UNRESOLVED if failed else Exit.OK


def _vault_found(facts: Facts, settings: Settings) -> Finding:
    if settings.vault is None:
        return fail("No vault is chosen.", Remedy(Do.CHOOSE_VAULT, f"Choose the vault {HOW}."))
    tried = [each for each in (facts.listing, facts.sample_read, facts.deployment_read) if each]
    for each in tried:
        if each.problem is None or each.problem.kind in (ProblemKind.DENIED, ProblemKind.UNRESOLVED):
            return _closed(facts, settings) or ok(f"{settings.vault.host} answers.")
    for each in tried:
        if each.problem is not None and each.problem.kind is ProblemKind.UNREACHABLE:
            return fail(each.problem.what, each.problem.remedy, Exit.UNREACHABLE)
    return skipped("Not checked yet.", "Sign in first.")


def _closed(facts: Facts, settings: Settings) -> Finding | None:
    """The warning that Astro may not reach the vault; None if it is open to every network, or not known."""
    if settings.target is not Target.ASTRO or not facts.closed_network or settings.vault is None:
        return None
    what = (
        f"The address {settings.vault.host} answers, but the vault may block requests from Astro. "
        f"{facts.closed_network}"
    )
    remedy = "Connect the Astro Deployment to it through a private endpoint."
    if "firewall" in facts.closed_network:
        remedy = f"In the vault's firewall, allow the egress addresses of the Astro Deployment. Or: {remedy}"
    return warn(what, remedy)


def _signed_in(facts: Facts, settings: Settings) -> Finding:
    tried = facts.sign_in
    if tried is None:
        remedy = Remedy(Do.SIGN_IN, f"Sign in {HOW}.", f" {settings.sign_in.value}")
        return skipped("Not checked yet.", remedy)
    if tried.problem is not None:
        failed = _failed(tried)
        return replace(failed, remedy=Sentences(Remedy(Do.SIGN_IN, f"Sign in {HOW}.", ""), failed.remedy))
    return ok(", ".join(part for part in (tried.identity, tried.detail) if part) + ".")


def _can_list(facts: Facts, settings: Settings) -> Finding:
    if facts.listing is None:
        return skipped("Not checked yet.", "Choose the vault and sign in first.")
    if facts.listing.problem is None:
        return ok(facts.listing.detail or "The names can be listed.")
    return _less_serious(
        facts, facts.listing, "The names cannot be listed. Airflow does not need to list them."
    )


def _can_read(facts: Facts, settings: Settings) -> Finding:
    if facts.sample_read is None:
        if facts.listing is not None and facts.listing.ok and not facts.names:
            return skipped("The vault has no secrets to read.", "Create a secret.")
        return skipped("Not checked yet.", _how_to_try(facts, settings))
    if facts.sample_read.problem is None:
        return ok(facts.sample_read.detail or "A value can be read.")
    return _less_serious(
        facts, facts.sample_read, "The signed-in user cannot read values; the deployment identity can."
    )


def _how_to_try(facts: Facts, settings: Settings) -> str:
    signed_in = facts.sign_in is not None and facts.sign_in.ok
    if settings.vault is None or not signed_in:
        return "Choose the vault and sign in first."
    return Remedy(Do.RUN_CHECKS, f"Run the checks {HOW}.")


_GIVE_PROJECT = Remedy(Do.GIVE_PROJECT, f"Set the project {HOW}.")
_AS_THEY_ARE = skipped("The files on disk are checked. They are not compared with the settings.")


def _secrets_of(facts: Facts, settings: Settings) -> Finding | None:
    """The result for client secrets of the app that have expired or expire soon; None if none does."""
    ends, now, who = facts.secrets_end, facts.now, facts.who(settings)
    if settings.auth_mode is not AuthMode.CLIENT_SECRET or not settings.client_id or not ends or now is None:
        return None
    from kvtui.azure.entries import SOON_DAYS  # the first frame does without it

    last = max(ends)
    if last <= now:
        what = f"The client secret of {who} expired on {last:%Y-%m-%d}."
        if len(ends) > 1:
            what = f"All {len(ends)} client secrets of {who} have expired (the last on {last:%Y-%m-%d})."
        return fail(what, Remedy(Do.ROTATE_SECRET, f"Add a new client secret {HOW}."))
    soon = min(end for end in ends if end > now)
    if whole_days(soon, now) >= SOON_DAYS:
        return None
    expires = f"{expiry(soon, now)} ({soon:%Y-%m-%d})."
    if soon == last:
        remedy = Remedy(Do.ROTATE_SECRET, f"Add a new client secret before then {HOW}.")
        return warn(f"The client secret of {who} {expires}", remedy)
    remedy = Remedy(Do.ROTATE_SECRET, f"If Airflow uses the one that expires, add a new one {HOW}.")
    return warn(f"One of the {len(ends)} client secrets of {who} {expires}", remedy)


def _identity_chosen(facts: Facts, settings: Settings) -> Finding:
    if wrong := wrong_kind(settings) or facts.wrong_kind:
        return fail(wrong, Remedy(Do.CHOOSE_AUTH_MODE, f"Choose another identity {HOW}."))
    missing = settings.identity_lacks
    of_secrets = _secrets_of(facts, settings)
    if of_secrets is not None and of_secrets.outcome is Outcome.FAIL:
        return of_secrets
    if facts.mistaken_id:
        return fail(facts.mistaken_id, Remedy(Do.GIVE_CLIENT_ID, f"Set the client ID {HOW}."))
    mode = settings.auth_mode.value.replace("-", " ")
    if missing:
        remedy = Remedy(Do.GIVE_CLIENT_SECRET, f"Set the client secret {HOW}.")
        if not settings.client_id:
            remedy = Remedy(Do.CHOOSE_IDENTITY, f"Choose the deployment identity {HOW}.")
        elif not settings.tenant_id:
            remedy = Remedy(Do.GIVE_TENANT, f"Set the tenant ID {HOW}.")
        return fail(f"Missing: {listed(missing)} (auth mode {mode}).", remedy)
    proved = settings.identity_is_managed or (facts.deployment_read is not None and facts.deployment_read.ok)
    if settings.auth_mode is AuthMode.MANAGED_IDENTITY and facts.kind_unknown and not proved:
        what = f"{facts.who(settings)} ({mode}): the directory does not show whether it is one."
        return warn(what, Remedy(Do.FIND_APP, f"Look it up {HOW}."))
    who = facts.who(settings)
    named = "" if who == settings.client_id else f", client ID {settings.client_id}"
    return of_secrets or ok(f"{who} ({mode}){named}.")


def _identity_can_read(facts: Facts, settings: Settings) -> Finding:
    tried = facts.deployment_read
    if tried is not None:
        return _failed(tried) if tried.problem else ok(tried.detail or f"Read as {tried.identity}.")
    if facts.deployment_elsewhere:
        remedy = Remedy(
            Do.SHOW_RIGHTS, f"Run kvtui's checks where Airflow runs, or look at the identity's role {HOW}."
        )
        return warn(facts.deployment_elsewhere, remedy)
    if settings.identity_lacks:
        return skipped("Not checked yet.", _choose_first(settings))
    return skipped("Not checked yet.", _how_to_try(facts, settings))


def _names_resolve(facts: Facts, settings: Settings) -> Finding:
    if facts.names is None:
        return skipped("The secret names are not loaded.", "List the names first.")
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
        f"{count(counts[Kind.VARIABLE], 'variable')}, {count(counts[Kind.CONNECTION], 'connection')}, "
        f"{count(counts[Kind.CONFIG], 'config option')}"
    )
    if not any(counts.values()):
        return warn("No secret name in the vault begins with one of the prefixes.", "Check the prefixes.")
    if settings.variables_prefix is not None and not counts[Kind.VARIABLE]:
        return warn(f"{found}.", Remedy(Do.SET_PREFIX, f"Check the variables prefix {HOW}."))
    if lost:
        some = ", ".join(lost[:2]) + (", …" if len(lost) > 2 else "")
        return warn(
            f"{found}; {len(lost)} of them cannot be reached by any key: {some}.", "Rename these secrets."
        )
    return ok(f"{found}. The Airflow UI and `airflow variables list` do not show them.")


def _expiry(facts: Facts, settings: Settings) -> Finding:
    if facts.expiring is None or facts.now is None:
        return skipped("Not checked yet.", "List the names first.")
    from kvtui.azure.entries import SOON_DAYS  # the first frame does without it

    if not facts.expiring:
        of_dags = " that the DAGs use" if facts.audit is not None and facts.audit.keys else ""
        return ok(f"Nothing{of_dags} expires in the next {SOON_DAYS} days.")
    first, *others = facts.expiring
    more = f" {count(len(others), 'more has', 'more have')} expired or will expire soon." if others else ""
    used = " The DAGs use it." if first.used else ""
    what = f"The {first.thing.words} {first.shown} of {first.of} {first.when(facts.now)}.{used}{more}"
    return warn(what, Remedy(Do.LIST_EXPIRING, f"Renew what is still used {HOW}."))


def _audited(audit: AuditFacts) -> Finding:
    """The result of the audit, which replaces the one for names only."""
    found = f"The audit of {count(audit.files, 'file')}: "
    failing = [f"{audit.failing} of {count(audit.keys, 'key')} would not resolve"] if audit.failing else []
    if audit.unchecked:
        failing.append(f"{count(audit.unchecked, 'Python file')} cannot be read")
    if audit.unread:
        failing.append(f"nothing was found; not read: {count(audit.unread, 'Python file')}")
    if failing:
        what = f"{found}{'; '.join(failing)}."
        return fail(what, Remedy(Do.REVIEW_AUDIT, f"Review the failing keys {HOW}."))
    unknown = f", {count(audit.undecided, 'key')} unknown until run time" if audit.undecided else ""
    have = "the only key has" if audit.keys == 1 else f"all {audit.keys} keys have"
    return ok(f"{found}{have} a value or a default{unknown}.")


def _backend_configured(facts: Facts, settings: Settings) -> Finding:
    backend = facts.backend
    if backend is None:
        return skipped("No Astro project is loaded.", _GIVE_PROJECT)
    incomplete = not backend.from_files and (settings.vault is None or settings.identity_lacks)
    if backend.broken and not incomplete:
        how = Remedy(Do.WRITE_FILES, f"Correct that file, or write the files again {HOW}.")
        return fail(" ".join(backend.broken), how)
    warnings = [*backend.image, *(() if incomplete else backend.warnings)]
    if warnings:
        return warn(warnings[0], " ".join(warnings[1:]))
    if incomplete:
        return _incomplete(settings)
    if backend.from_files:
        return ok("The files on disk have all settings that the Key Vault backend needs.")
    return ok("kvtui has all settings that the Key Vault backend needs.")


def _incomplete(settings: Settings) -> Finding:
    missing = [*(["vault"] if settings.vault is None else []), *settings.identity_lacks]
    return skipped(f"Missing: {listed(missing)}.", _choose_first(settings))


def _choose_first(settings: Settings) -> str:
    if not settings.identity_lacks:
        return "Choose the vault first."
    which = "the identity" if settings.vault else "the vault and the identity"
    sets = " and set its client secret" if "client secret" in settings.identity_lacks else ""
    return f"Choose {which}{sets} first."


def _provider_pinned(facts: Facts, settings: Settings) -> Finding:
    pin = facts.provider
    if pin is None:
        return skipped("No Astro project is loaded.", _GIVE_PROJECT)
    if pin.objection:
        line = f"Write {pin.line} in {pin.file}." if pin.line else "Build on a newer image."
        return fail(pin.objection, line)
    if pin.named and pin.exact:
        return ok(f"{pin.file} has {pin.version}.")
    if pin.named and pin.bounded:
        return ok(f"{pin.file} has a version range; {pin.version} is the newest release that fits.")
    if pin.named:
        return warn(f"{pin.file} names the provider without a version.", f"Write {pin.line}")
    how: str = Remedy(Do.WRITE_FILES, f"Write the files to add the provider {HOW}.")
    if pin.by_hand:
        how = f"{pin.file} has hashes: add {pin.line} to the file that it is compiled from."
    lacks = f"{pin.file} does not name the provider" if pin.exists else f"There is no {pin.file}"
    if pin.built_in:
        return warn(f"{lacks}; the image includes a provider.", how)
    return fail(f"{lacks}: Airflow cannot load the backend without the provider.", how)


def _kept_out_of_git(facts: Facts, settings: Settings) -> Finding:
    git = facts.git
    if git is None:
        return skipped("No Astro project is loaded.", _GIVE_PROJECT)
    if not git.found:
        return ok("The project is not in a git repository.")
    if git.tracked is None:
        return skipped("git's index cannot be read.", "Check with: git ls-files .env")
    if git.tracked:
        names = listed(git.tracked)
        what = f"git tracks {names}: anyone with access to the repository can read the secrets in it."
        remedy = f"git rm --cached {' '.join(git.tracked)}, commit, and rotate the secrets."
        return (fail if settings.auth_mode is AuthMode.CLIENT_SECRET else warn)(what, remedy)
    if git.uncovered:
        what = f".gitignore does not cover {listed(git.uncovered)}."
        return warn(what, Remedy(Do.WRITE_FILES, f"Write the files to add the line {HOW}."))
    return ok("git ignores .env.")


def _files_written(facts: Facts, settings: Settings) -> Finding:
    files = facts.files
    if facts.backend is not None and facts.backend.from_files:
        return _AS_THEY_ARE
    if (files is None or files.problem is not None) and (settings.vault is None or settings.identity_lacks):
        return _incomplete(settings)
    if files is None:
        return skipped("Not checked yet.", "Complete the settings first.")
    if files.problem is not None:
        return fail(files.problem.what, files.problem.remedy)
    if files.pending:
        there = [name for name in files.pending if name not in files.missing]
        absent = [name for name in files.pending if name in files.missing]
        says = [f"{listed(absent)} {'is' if len(absent) == 1 else 'are'} not written yet"] if absent else []
        differ = "differs" if len(there) == 1 else "differ"
        says += [f"{listed(there)} {differ} from the settings"] if there else []
        return fail(f"{'; '.join(says)}.", Remedy(Do.REVIEW_FILES, f"Review the diff {HOW}."))
    match = "matches" if len(files.settled) == 1 else "match"
    words = [f"{listed(files.settled)} {match} the settings"] if files.settled else []
    if files.left_out:
        return skipped(f"{'; '.join([*words, _removed(files)])}.")
    return ok(f"{'; '.join(words)}." if words else "Nothing to write.")


def _removed(files: FileFacts) -> str:
    return f"you removed kvtui's lines from {listed(files.left_out)}"


def _files_read_back(facts: Facts, settings: Settings) -> Finding:
    files = facts.files
    if facts.backend is not None and facts.backend.from_files:
        return _AS_THEY_ARE
    if files is None or files.differences is None:
        differ = files is not None and set(files.pending) > set(files.missing)
        state = "differ from the settings" if differ else "are not written yet"
        return skipped(f"The files {state}.", "Write the files first.")
    if files.differences:
        return fail(files.differences[0], "Write the files again and review the diff.")
    if files.left_out:
        return skipped(f"Nothing to read back: {_removed(files)}.")
    if files.warnings:
        remedy = Remedy(Do.REVIEW_PARSERS, f"The target does not use that parser; {HOW}.")
        return warn(files.warnings[0], remedy)
    if not files.readers:
        return ok("The files on disk were read back and match.")
    reads = "reads" if len(files.readers) == 1 else "read"
    return ok(f"{listed(files.readers)} {reads} .env as written.")


CHECKS: tuple[tuple[CheckId, Callable[[Facts, Settings], Finding]], ...] = (
    (CheckId.VAULT_FOUND, _vault_found),
    (CheckId.PROXY, network.proxy),
    (CheckId.PRIVATE_ENDPOINT, network.private_endpoint),
    (CheckId.SIGNED_IN, _signed_in),
    (CheckId.CAN_LIST, _can_list),
    (CheckId.CAN_READ, _can_read),
    (CheckId.IDENTITY_CHOSEN, _identity_chosen),
    (CheckId.IDENTITY_CAN_READ, _identity_can_read),
    (CheckId.NAMES_RESOLVE, _names_resolve),
    (CheckId.EXPIRY, _expiry),
    (CheckId.BACKEND_CONFIGURED, _backend_configured),
    (CheckId.PROVIDER_PINNED, _provider_pinned),
    (CheckId.KEPT_OUT_OF_GIT, _kept_out_of_git),
    (CheckId.FILES_WRITTEN, _files_written),
    (CheckId.FILES_READ_BACK, _files_read_back),
)


def _failed(tried: ProbeResult) -> Finding:
    assert tried.problem is not None  # noqa: S101  # callers ask first
    what = tried.problem.what
    if tried.identity and tried.identity.partition(" (")[0] not in what:
        what = f"As {tried.identity}: {what}"
    return fail(what, tried.problem.remedy, exit_of(tried.problem))


def _less_serious(facts: Facts, tried: ProbeResult, why: str) -> Finding:
    """A missing right of the signed-in user is only a warning if the deployment identity can read."""
    proven = facts.deployment_read is not None and facts.deployment_read.ok
    denied = tried.problem is not None and tried.problem.kind is ProblemKind.DENIED
    return warn(why, tried.problem.remedy if tried.problem else "") if proven and denied else _failed(tried)
