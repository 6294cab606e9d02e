"""`--import FILE`: previews what a file or another vault defines, or stores it. Prints no value."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from kvtui.app.configuration import configuration
from kvtui.app.exits import Exit
from kvtui.app.importing.given import STDIN, Given, read_given
from kvtui.app.importing.importer import Importer
from kvtui.app.importing.results import (
    Imported,
    ImportResult,
    Outcome,
    Proof,
    checked,
    counted,
    numbers,
    status_words,
    warned,
    why,
)
from kvtui.app.session import Session, chosen_vault
from kvtui.core.problems import ProblemError
from kvtui.core.words import count, listed
from kvtui.headless.request import Request
from kvtui.headless.text import document, out, problem_data, say, show_code
from kvtui.migration.items import Item, Source, SourceFormat
from kvtui.migration.plan import Entry, Status
from kvtui.project.versions import versions_in_use
from kvtui.settings.model import From
from kvtui.settings.values import usage_error

EVERY = 100
"""Items between two lines about the progress."""
_REPLACED = {
    Status.DIFFERS: "--overwrite replaces it.",
    Status.EXISTS: "--overwrite replaces it if the values differ.",
}
"""What a preview with --overwrite says of an entry."""
_WORDS = {Outcome.UNCONFIRMED: "not confirmed", Outcome.NOT_TRIED: "not tried", Outcome.LEFT_OUT: "left out"}


def run(request: Request) -> int:
    """Exits 0 for a preview, and if all keys arrived; 5 if one did not; raises `ProblemError`."""
    if not request.flag("dry_run") and not request.flag("yes"):
        remedy = "Preview it with --dry-run, then store it with --yes."
        raise usage_error("--import changes the vault only with --yes.", remedy)
    chosen_vault(request.settings)
    format_ = SourceFormat(request.text("import_format")) if request.text("import_format") else None
    named = request.text("import")
    of_demo = request.sample and named != STDIN and not Path(named).exists()
    directory = request.project.directory if of_demo else None
    given = read_given(named, request.settings, format_, directory=directory)
    done: list[Imported] = []
    try:
        return asyncio.run(_import(request, given, done))
    except (KeyboardInterrupt, SystemExit):
        say(f"Interrupted: {_written(done)}. The same command continues.")
        raise


def _written(done: Sequence[Imported]) -> str:
    """How many secrets were written, and how many may have been."""
    outcomes = [each.outcome for each in done]
    written = f"{count(outcomes.count(Outcome.WRITTEN), 'secret')} written"
    maybe = outcomes.count(Outcome.UNCONFIRMED)
    return f"{written}, {maybe:,} more may have arrived" if maybe else written


async def _import(request: Request, given: Given, done: list[Imported]) -> int:
    settings = request.settings
    versions = versions_in_use(settings, request.project)
    chosen = configuration(From.SETTINGS, settings, request.project, versions)
    for note in (*versions.notes, *chosen.differs):
        say(f"note: {note}")
    default = "deployment" if settings.signs_in_anywhere else "sign-in"
    as_deployment = request.text("as", default) == "deployment"
    async with Session(show_code, on_demand=True, allow_changes=request.flag("yes")) as session:
        importer = Importer(session, settings, chosen, versions, given, as_deployment=as_deployment)
        source = await importer.source()
        say(f"{given.shown}: {count(len(source.items), 'item')} (format: {source.format}).")
        for note in source.notes:
            say(f"note: {note}")
        items = _chosen(request, source)
        vault = await session.vault(settings)
        say(f"Using {vault.identity} on {chosen_vault(settings).host}.")
        plan = importer.plan(await importer.names())
        entries = await importer.preview(plan, items, rename=request.flag("rename"))
        if request.flag("dry_run"):
            if request.flag("values"):
                entries = await importer.compare(entries, _progress("Compared", _existing(entries)))
            return _show(request, given, source, entries)
        _warn(entries)
        overwrite = request.flag("overwrite")
        result = await importer.write(
            entries,
            overwrite=lambda _: overwrite,
            done=done,
            report=_progress("Done", len(entries)),
        )
    return _report(request, given, source, result)


def _chosen(request: Request, source: Source) -> Sequence[Item]:
    """The items of `--only`; all without it. Raises `ProblemError` (usage) for a key that is not there."""
    wanted = request.words("only")
    if not wanted:
        return source.items
    known = {item.key for item in source.items}
    missing = [number for number, key in enumerate(wanted, 1) if key not in known]
    if missing:
        which = listed([str(number) for number in missing])
        what = f"--only: the source has no {'key' if len(missing) == 1 else 'keys'} like KEY {which}."
        raise usage_error(what, "Print its keys with --dry-run.")
    return [item for item in source.items if item.key in wanted]


def _existing(entries: Sequence[Entry]) -> int:
    return sum(entry.status is Status.EXISTS for entry in entries)


def _progress(verb: str, total: int) -> Callable[[int], None]:
    def report(number: int) -> None:
        if number % EVERY == 0 and number < total:
            say(f"{verb}: {number:,} of {total:,}.")

    return report


# The preview


def _show(request: Request, given: Given, source: Source, entries: Sequence[Entry]) -> int:
    found, vault = numbers(entries), chosen_vault(request.settings).name
    if request.json:
        items = [_entry_data(entry) for entry in entries]
        summary = {str(status): found.get(status, 0) for status in Status}
        document({**_data(request, given, source), "summary": summary, "items": items})
    else:
        width = max(len(status_words(entry)) for entry in entries)
        for entry in entries:
            replaced = _REPLACED.get(entry.status, "") if request.flag("overwrite") else ""
            about = " ".join(filter(None, (_why(entry, vault), replaced)))
            out("  ".join((status_words(entry).ljust(width), *_columns(entry), about)).rstrip())
    _warn(entries)
    say(f"{counted(entries, vault)}. Nothing was written.")
    disabled = sum(entry.disabled for entry in entries)
    if done := _next(found, disabled, overwrite=request.flag("overwrite")):
        say(f"next: {done}")
    return Exit.OK


def _warn(entries: Iterable[Entry]) -> None:
    if warning := warned(entries):
        say(f"warning: {warning}")


def _if_different(exist: int) -> str:
    if exist == 1:
        return "the existing secret if its value differs"
    return f"each of the {exist:,} existing secrets whose value differs"


def _next(found: Mapping[Status, int], disabled: int, *, overwrite: bool) -> str:
    """What stores or replaces how many secrets of a preview; empty if nothing would be written.

    `disabled`: how many of those that differ are disabled in the vault.
    """
    new, differ, exist = (found.get(each, 0) for each in (Status.NEW, Status.DIFFERS, Status.EXISTS))
    differ -= disabled
    differing = [
        *([f"the {differ:,} that {'differs' if differ == 1 else 'differ'}"] if differ else []),
        *(["the disabled one" if disabled == 1 else f"the {disabled:,} disabled ones"] if disabled else []),
        *([_if_different(exist)] if exist else []),
    ]
    store = f"store the {count(new, 'new secret')}" if new else ""
    if not differing:
        return f"{store} with --yes in place of --dry-run" if new else ""
    replaced = listed(differing)
    if not new:
        return f"replace {replaced} with --yes --overwrite in place of --dry-run"
    if overwrite:
        return f"{store} and replace {replaced} with --yes in place of --dry-run"
    return f"{store} with --yes in place of --dry-run; with --overwrite also replace {replaced}"


def _columns(entry: Entry) -> tuple[str, ...]:
    """The kind, the key and the name of an entry."""
    name = entry.name or "(name not allowed)"
    return (entry.kind.ljust(len("connection")), f"{_key(entry)} -> {name}")


def _key(entry: Entry) -> str:
    return f"{entry.item.key} as {entry.key}" if entry.renamed else entry.key


def _why(entry: Entry, vault: str) -> str:
    rename = f"--rename stores it as {entry.rename}." if entry.rename else ""
    return " ".join(filter(None, (why(entry, vault), rename)))


# The result


def _report(request: Request, given: Given, source: Source, result: ImportResult) -> int:
    data = {
        **_data(request, given, source),
        "summary": {**{str(each): result.number(each) for each in Outcome}, "proved": result.arrived},
        "items": [_imported_data(each) for each in result.items],
    }
    done = [f"{result.number(each):,} {_WORDS.get(each, each)}" for each in Outcome if result.number(each)]
    if not request.json:
        _print_result(result, chosen_vault(request.settings).name)
    say(f"{listed(done)}. {checked(result.items, given.shown)}")
    if result.number(Outcome.KEPT):
        say("next: replace the values that differ with --overwrite")
    if result.stopped is not None:
        say("The import ended early. The same command continues.")
        raise ProblemError(result.stopped, data)
    if request.json:
        document(data)
    return Exit.OK if all(each.arrived for each in result.items) else Exit.UNRESOLVED


def _print_result(result: ImportResult, vault: str) -> None:
    words = [_WORDS.get(each.outcome, str(each.outcome)) for each in result.items]
    width = max(map(len, words), default=0)
    for each, outcome in zip(result.items, words, strict=True):
        out("  ".join((outcome.ljust(width), *_columns(each.entry), _what(each, vault))).rstrip())


def _what(each: Imported, vault: str) -> str:
    """What the lookup gave, or why there was none."""
    if each.problem is not None:
        return each.problem.what
    if each.proof is not None:
        found = f"{'checked: the lookup gives' if each.proof.proved else 'check failed:'} {each.proof.words}"
        return f"{found}. {each.entry.warning}" if each.entry.warning else found
    if each.outcome is Outcome.KEPT:
        return why(each.entry, vault) or f"{vault} has another value."
    return _why(each.entry, vault)


def _data(request: Request, given: Given, source: Source) -> dict[str, object]:
    return {
        "source": {"name": given.shown, "format": source.format, "notes": list(source.notes)},
        "vault": chosen_vault(request.settings).url,
        "dry_run": request.flag("dry_run"),
    }


def _entry_data(entry: Entry) -> dict[str, object]:
    return {
        "kind": entry.kind,
        "key": entry.item.key,
        "stored_as": entry.key,
        "secret_name": entry.name or None,
        "status": entry.status,
        "disabled": entry.disabled,
        "why": entry.why,
        "warning": entry.warning,
        "rename": entry.rename,
        "where": entry.item.where,
    }


def _proof_data(proof: Proof) -> dict[str, object]:
    runs_as = {"kind": "deployment" if proof.as_deployment else "sign-in", "name": proof.runs_as}
    return {"proved": proof.proved, "lookup": proof.words, "runs_as": runs_as}


def _imported_data(each: Imported) -> dict[str, object]:
    proof = _proof_data(each.proof) if each.proof else None
    problem = problem_data(each.problem) if each.problem else None
    return {**_entry_data(each.entry), "outcome": each.outcome, "proof": proof, "problem": problem}
