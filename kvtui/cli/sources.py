"""Reads the options, the environment and `.env` as sources of settings. Decides nothing."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from kvtui.cli.options import OPTIONS, option
from kvtui.core.problems import ProblemError
from kvtui.core.sanitize import path_shown, sanitized
from kvtui.core.secret_text import SecretText
from kvtui.settings.catalogue import BY_FIELD, CATALOGUE
from kvtui.settings.model import From
from kvtui.settings.sources import Given, Source
from kvtui.settings.values import nearest, parse_choice, parse_flag, usage_error

Options = Mapping[str, object]
"""The parsed command line by `Option.dest`; options that were not given are absent."""

_LARGEST_SECRET = 25_600
"""Bytes. Far more than a client secret has; reading `/dev/zero` by mistake must end."""


def options_source(options: Options, demo_project: Path | None = None) -> Source:
    """The settings given on the command line. The demo's project has the apps' secrets in files."""
    given: dict[str, Given] = {}
    for setting in CATALOGUE:
        if setting.off and options.get(setting.off.dest):
            given[setting.name] = Given(None, setting.off.flag)
        elif setting.option and (value := options.get(setting.option.dest)) is not None:
            if setting.secret:
                text: str | SecretText = read_secret_file(_secret_path(str(value), demo_project))
            else:
                text = str(value).lower() if isinstance(value, bool) else str(value)
            given[setting.name] = Given(text, setting.option.flag)
    return Source(given)


def _secret_path(named: str, demo_project: Path | None) -> str:
    """A file that does not exist is looked for in the demo's project, also with the console's @."""
    if demo_project is None or named == "-" or Path(named).exists():
        return named
    there = demo_project / named.removeprefix("@")
    return str(there) if there.exists() else named


def environment_source(environment: Mapping[str, str], *, with_secret_file: bool = True) -> Source:
    """The settings of the `KVTUI_*` variables, and of `AZURE_TENANT_ID`, `_CLIENT_ID` and `_CLIENT_SECRET`.

    An empty variable counts as not set, but for prefixes and the separator, where empty is a value.
    """
    given: dict[str, Given] = {}
    for setting in CATALOGUE:
        if not setting.option:
            continue
        own, azure = setting.option.variable, setting.azure_variable
        if setting.off and _flag_of(environment, setting.off.variable):
            given[setting.name] = Given(None, setting.off.variable)
        elif not setting.secret:
            for variable in (own, azure):
                value = environment.get(variable)
                if value or (setting.empty and value is not None):
                    given[setting.name] = Given(value, variable)
                    break
        elif with_secret_file and environment.get(own):
            given[setting.name] = Given(read_secret_file(environment[own]), own)
        elif environment.get(azure):
            beside = environment.get("AZURE_CLIENT_ID", "")
            given[setting.name] = Given(SecretText(environment[azure]), azure, belongs_to=beside)
    return Source(given)


def env_file_source(text: str | None) -> tuple[Source, tuple[str, ...]]:
    """The settings in the project's `.env`, and its warnings.

    The source is lenient: a value that is not valid becomes a notice, because kvtui can repair the file.
    """
    if not text or "AIRFLOW__SECRETS__" not in text:
        return Source({}), ()
    from kvtui.airflow.kwargs import BACKEND_CLASS, settings_from_kwargs
    from kvtui.outputs.env.file import read_env

    existing = read_env(text)
    if existing.kwargs is None or existing.backend not in (None, BACKEND_CLASS):
        return Source({}), existing.warnings
    fields = settings_from_kwargs(existing.kwargs)
    given = {
        BY_FIELD[field].name: Given(None if value is None else str(value), ".env")
        for field, value in fields.items()
        if field not in ("vault", "cloud_name", "client_secret")
    }
    if "cloud_name" in fields:
        given["cloud"] = Given(str(fields["cloud_name"]), ".env", implied=True)
    # The address as written: it is validated in one place only.
    if isinstance(existing.kwargs.get("vault_url"), str):
        given["vault-url"] = Given(str(existing.kwargs["vault_url"]), ".env")
    secret = fields.get("client_secret")
    if isinstance(secret, SecretText):
        given["client-secret"] = Given(secret, ".env", belongs_to=str(fields.get("client_id", "")))
    return Source(given, lenient=True), existing.warnings


def text_option(options: Options, name: str) -> str:
    """An option such as `project`, `profile` or `theme`, else its variable, else an empty text."""
    one = option(name)
    return str(options[one.dest]) if one.dest in options else os.environ.get(one.variable, "")


def words_option(options: Options, name: str) -> tuple[str, ...]:
    """Every word of an option that takes several."""
    given = options.get(option(name).dest, ())
    return tuple(map(str, given)) if isinstance(given, list) else ()


def source_option(options: Options) -> From:
    """`--from`, else `KVTUI_FROM`. Raises `ProblemError` (usage) for any other word."""
    return parse_choice(From, text_option(options, "from") or From.SETTINGS.value)


def flag_option(options: Options, name: str) -> bool:
    """The same for an option without a value."""
    one = option(name)
    return bool(options.get(one.dest)) or _flag_of(os.environ, one.variable)


def unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """One notice for each `KVTUI_*` variable that does not exist: it may be a typing error."""
    known = [each.variable for each in OPTIONS if each.variable]
    notices = []
    for name in sorted(environment):
        if name.startswith("KVTUI_") and name not in known:
            near = nearest(name, [each.lower() for each in known]).upper()
            hint = f"; did you mean {near}?" if near else "."
            notices.append(f"kvtui has no variable {sanitized(name, 60)}{hint}")
    return tuple(notices)


def read_secret_file(path: str) -> SecretText:
    """The text of the file at `path`; `-` is stdin, which does not echo on a terminal.

    Raises `ProblemError` (usage) when it cannot be read. The text is validated where it is used.
    """
    if path == "-":
        return _secret_from_stdin()
    try:
        with Path(path).expanduser().open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_LARGEST_SECRET + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise _no_secret(f"{path_shown(path)} cannot be read: {reason}.") from None
    if stat.S_ISREG(mode) and mode & 0o077:
        sys.stderr.write(f"note: {sanitized(path, 200)} is readable by other users; run chmod 600 on it.\n")
    return _decoded(data, sanitized(path, 200))


def _secret_from_stdin() -> SecretText:
    if sys.stdin is None:
        raise _no_secret("stdin is closed.")
    if sys.stdin.isatty():
        from getpass import getpass

        return SecretText(getpass("Client secret (not shown): ", stream=sys.stderr))
    return _decoded(sys.stdin.buffer.read(_LARGEST_SECRET + 1), "stdin")


def _decoded(data: bytes, where: str) -> SecretText:
    if len(data) > _LARGEST_SECRET:
        raise _no_secret(f"{where} is too large for a client secret.")
    try:
        return SecretText(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise _no_secret(f"{where} is not UTF-8 text.") from None


def _no_secret(what: str) -> ProblemError:
    return usage_error(f"--client-secret-file: {what}", "Use a file that contains only the client secret.")


def _flag_of(environment: Mapping[str, str], variable: str) -> bool:
    try:
        return parse_flag(environment.get(variable, ""))
    except ProblemError as error:
        raise usage_error(f"{variable}: {error.problem.what}", error.problem.remedy) from None
