"""From the parsed command line to the console or a command, with the settings of all sources."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.app.exits import Exit
from kvtui.cli.demo import MOST_SECRETS, Demo, demo_source, drop_real_credentials, no_such_vault
from kvtui.cli.sources import (
    env_file_source,
    environment_source,
    flag_option,
    options_source,
    source_option,
    text_option,
    unknown_variables,
    words_option,
)
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized
from kvtui.project.files import NOT_REPLACEABLE, project_around, read_project
from kvtui.settings.model import From, SignInKind
from kvtui.settings.sources import Resolved, resolve
from kvtui.settings.store.profiles import profile_names, profile_path, read_profile, save_profile
from kvtui.settings.values import nearest, parse_choice, usage_error

if TYPE_CHECKING:
    from kvtui.console.terminal.surroundings import Ascii
    from kvtui.project.model import Project
    from kvtui.settings.model import Settings
    from kvtui.settings.sources import Source


@dataclass(frozen=True, slots=True)
class Startup:
    """What both front ends start with."""

    resolved: Resolved
    project: Project


def begin_headless(options: Mapping[str, object], command: str) -> int:
    """Runs one headless command (an empty one only saves the profile) and returns its exit code.

    With `--json` a `ProblemError` is also the document on stdout, before it is raised. For an export, a
    symbolic link or a directory at the path to write is reported as a file not written.
    """
    if options.get("format") == "json":
        options = {**options, "json": True}
    try:
        return _run_command(options, command)
    except ProblemError as error:
        problem = error.problem
        if command == "export" and "output" in options and problem.code == NOT_REPLACEABLE:
            problem = replace(problem, kind=ProblemKind.NOT_WRITTEN)
        if options.get("demo"):
            from kvtui.headless.remedies import worded_problem

            problem = worded_problem(problem, demo=True)
        if options.get("json"):
            from kvtui.headless.text import document, problem_data

            document({**error.done, "problem": problem_data(problem)})
        raise ProblemError(problem, error.done) from None


def _run_command(options: Mapping[str, object], command: str) -> int:
    demo = _demo(options)
    try:
        startup = gather(options, demo)
        settings = startup.resolved.settings
        _report(startup.resolved.notices)
        if "save_profile" in options:
            sys.stderr.write(sanitized(_save(str(options["save_profile"]), settings, options), 1000) + "\n")
            if not command:
                return Exit.OK
        _forget_secret(settings.sign_in)
        if demo is not None and (command != "export" or "client_id" in options):
            demo.start()
        if command in ("simulate", "check", "audit"):
            options = {**options, "from": source_option(options)}
        from kvtui.headless import run

        sample = demo is not None and demo.is_sample(startup.project.directory)
        return run(command, startup.resolved, startup.project, options, sample=sample)
    finally:
        if demo is not None:
            demo.close()


def _save(name: str, settings: Settings, options: Mapping[str, object]) -> str:
    """Saves the profile, unless with `--dry-run`, and reports whether one of that name was replaced.

    A profile of the demo would be deleted with it: none is saved.
    """
    path, held = profile_path(name), name in profile_names()
    if options.get("demo"):
        return f"The profile {name} was not saved: the demo keeps none. Save it without --demo."
    if options.get("dry_run"):
        return f"Nothing was saved: without --dry-run {path} would be {'replaced' if held else 'written'}."
    save_profile(name, settings)
    return f"Replaced the profile {name}: {path}" if held else f"Saved: {path}"


def begin_console(options: Mapping[str, object]) -> int:
    """Opens the console and returns its exit code. The demo's Azure starts behind the first frame."""
    import gc

    gc.disable()  # until the first frame is drawn: collecting the imports' garbage takes a tenth of its time
    dropped = drop_textual_variables()
    if dropped:
        sys.stderr.write(f"note: {dropped}\n")
    from kvtui.settings.store.memory import remember, remembered

    theme, ascii_marks = _theme(options), _ascii(options)
    demo = _demo(options)
    try:
        memory = demo is None and not flag_option(options, "no-memory")
        startup = gather(options, demo, remembered() if memory else None)
        _forget_secret(startup.resolved.settings.sign_in)
        from kvtui.console.start import ConsoleStart

        start = ConsoleStart(
            settings=startup.resolved.settings,
            origins=startup.resolved.origins,
            notices=(*startup.resolved.notices, *([dropped] if dropped else [])),
            project_directory=startup.project.directory,
            theme=theme,
            ascii=ascii_marks,
            mouse=not flag_option(options, "no-mouse"),
            remember=remember if memory else None,
            allow_changes=bool(options.get("allow_changes")),
            from_files=source_option(options) is From.FILES,
            demo=demo is not None,
            start_demo=demo.start if demo is not None else None,
        )
        from kvtui.console.app import run_console

        return run_console(start)
    finally:
        gc.enable()
        if demo is not None:
            demo.close()


def gather(options: Mapping[str, object], demo: Demo | None = None, last: Source | None = None) -> Startup:
    """The settings from all sources, in order, and the project. Raises `ProblemError` (usage).

    `last` is what the console saved in its last run.
    """
    notices: list[str] = []
    given = options_source(options, demo.project() if demo is not None else None)
    if demo is not None:
        # Options and variables are read before variables are removed: a user can choose the demo's own apps
        # with them.
        variables = environment_source(os.environ, with_secret_file=False).given
        notices += filter(None, [drop_real_credentials({**variables, **given.given})])
    environment = environment_source(os.environ, with_secret_file="client-secret" not in given.given)
    project = read_project(
        _project_directory(options, demo),
        git=bool({"check", "export"} & options.keys()),
        left_out=notices if "audit" in options else None,
    )
    env_file, warnings = env_file_source(project.env.text)
    sources: list[Source] = [given, environment, env_file]
    profile = text_option(options, "profile")
    if profile:
        sources.append(read_profile(profile))
    if last is not None:
        sources.append(last)
    if demo is not None:
        sources.append(demo_source(sources))
    resolved = resolve(sources)
    if demo is not None and resolved.settings.vault is not None:
        notices += filter(None, [no_such_vault(resolved.settings.vault.name)])
    notices += [*unknown_variables(os.environ), *warnings, *resolved.notices]
    return Startup(Resolved(resolved.settings, resolved.origins, tuple(notices)), project)


def drop_textual_variables() -> str:
    """Removes `TEXTUAL*` variables, which can log keys, run classes and write files; returns one warning.

    `NO_COLOR` is kept: it is the user's choice.
    """
    names = sorted(name for name in os.environ if name.startswith("TEXTUAL"))
    for name in names:
        del os.environ[name]
    if not names:
        return ""
    shown = ", ".join(sanitized(name, 60) for name in names)
    return f"{shown} {'is' if len(names) == 1 else 'are'} not used here."


def check_looks(options: Mapping[str, object]) -> None:
    """Raises `ProblemError` (usage) for a `--theme` or `--ascii` that does not exist, whatever is run."""
    given = {name: options[name] for name in ("theme", "ascii") if name in options}
    if "theme" in given:
        _theme(given)
    if "ascii" in given:
        _ascii(given)


def _theme(options: Mapping[str, object]) -> str:
    """The console's theme; empty: its default. Raises `ProblemError` (usage) for an unknown one."""
    name = text_option(options, "theme")
    if not name:
        return ""
    from kvtui.cli.completion import THEMES  # without Textual

    if name in THEMES:
        return name
    where = "--theme" if "theme" in options else "KVTUI_THEME"
    near = nearest(name, list(THEMES))
    known = f"Known themes: {', '.join(THEMES)}."
    what = f"{where}: there is no theme of that name."
    raise usage_error(what, f"Did you mean {near}? {known}" if near else known, "theme")


def _ascii(options: Mapping[str, object]) -> Ascii:
    """When the console draws in ASCII; `--ascii` with no choice: always. Raises `ProblemError` (usage)."""
    from kvtui.console.terminal.surroundings import Ascii

    if "ascii" in options and not options["ascii"]:
        return Ascii.ALWAYS
    word = text_option(options, "ascii") or Ascii.AUTO
    word = {"1": Ascii.ALWAYS, "0": Ascii.NEVER}.get(word, word)
    try:
        return parse_choice(Ascii, word)
    except ProblemError as error:
        where = "--ascii" if "ascii" in options else "KVTUI_ASCII"
        raise usage_error(f"{where}: {error.problem.what}", error.problem.remedy) from None


def demo_secrets(options: Mapping[str, object]) -> int | None:
    """`--demo-secrets`; None if it was not given. `ProblemError` (usage) for anything but such a number."""
    if "demo_secrets" not in options:
        return None
    typed = str(options["demo_secrets"])
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= MOST_SECRETS:
        return int(typed)
    what = f"--demo-secrets: this is not a number from 1 to {MOST_SECRETS}."
    raise usage_error(what, "Give a number such as 25000.")


def _demo(options: Mapping[str, object]) -> Demo | None:
    secrets = demo_secrets(options)
    return Demo(secrets) if options.get("demo") else None


def _project_directory(options: Mapping[str, object], demo: Demo | None) -> Path:
    directory = text_option(options, "project")
    if directory:
        return Path(directory)
    if demo is not None:
        return demo.project()
    compared = Path(text_option(options, "compare") or ".")
    read = [*map(Path, words_option(options, "audit"))] or ([compared] if compared.is_dir() else [])
    for path in read:
        around = project_around(path)
        if around is not None:
            return around
    here, outside = os.path.realpath("."), next((path for path in read if path.exists()), None)
    if outside is None or any(Path(os.path.realpath(path)).is_relative_to(here) for path in read):
        return Path()
    return outside if outside.is_dir() else outside.parent  # the current directory may be of another project


def _forget_secret(sign_in: SignInKind) -> None:
    """Removes the client secret from the environment, where child processes and crash dumps could expose it.

    The sign-in kinds `environment` and `auto` read it there when they sign in, so for them it is kept.
    """
    if sign_in not in (SignInKind.ENVIRONMENT, SignInKind.AUTO):
        os.environ.pop("AZURE_CLIENT_SECRET", None)


def _report(notices: tuple[str, ...]) -> None:
    for notice in notices:
        sys.stderr.write(f"note: {sanitized(notice, 1000)}\n")
