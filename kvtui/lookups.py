"""What a lookup needs besides Airflow's rules: the deployed environment, and a reader of the live vault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kvtui.airflow.kwargs import (
    BACKEND_CLASS,
    BACKEND_VARIABLE,
    DEFAULTS,
    KWARGS_VARIABLE,
    backend_kwargs,
    parse_backend_kwargs,
)
from kvtui.airflow.refusals import Refusal
from kvtui.azure.ports import Vault
from kvtui.exits import Exit
from kvtui.outputs.dotenv_reader import dotenv_read
from kvtui.outputs.env_file import other_backend
from kvtui.outputs.escape import kwargs_json
from kvtui.problems import Problem, ProblemError
from kvtui.settings.model import Settings

if TYPE_CHECKING:
    from kvtui.project import Project


Read = Callable[[str], Awaitable[str | None]]
"""A secret's name in; its value out, None or a `Refusal` if there is none."""


def deployed_environment(settings: Settings, project: Project | None) -> dict[str, str]:
    """The environment that Airflow will have: the project's `.env`, and over it what the settings write.

    The kwargs are escaped as they are written, so that nothing in a secret is taken for a `$NAME`.
    """
    out: dict[str, str] = {}
    if project is not None and project.env.text:
        found = dotenv_read(project.env.text)
        out = {name: value for name, value in found.items() if value is not None}
    kwargs = kwargs_json(backend_kwargs(settings))
    return {**out, BACKEND_VARIABLE: BACKEND_CLASS, KWARGS_VARIABLE: kwargs}


def differs_on_disk(settings: Settings, project: Project | None) -> tuple[str, ...]:
    """What the project's `.env` says now that the simulated configuration, the one kvtui writes, does not.

    One sentence, or none where it says the same or nothing.
    """
    if project is None or not project.env.text:
        return ()
    found = dotenv_read(project.env.text)
    backend, text = found.get(BACKEND_VARIABLE), found.get(KWARGS_VARIABLE)
    others = [f"{KWARGS_VARIABLE}{end}" for end in ("_CMD", "_SECRET") if f"{KWARGS_VARIABLE}{end}" in found]
    if backend is None and text is None and not others:
        return ()
    why = ""
    if backend not in (None, BACKEND_CLASS):
        why = f"names another backend, {other_backend(project.env.text)}"
    elif text is None and others:
        why = f"has the kwargs in {' and '.join(others)}, which the plain option comes before"
    elif text is not None:
        why = _kwargs_differ(text, settings)
    if not why:
        return ()
    return (f"What is simulated is the configuration that kvtui writes; .env on disk {why}.",)


def _kwargs_differ(text: str, settings: Settings) -> str:
    try:
        parsed = parse_backend_kwargs(text)
    except RecursionError:
        return "has kwargs that are nested too deeply to be read"
    if parsed.warnings or not parsed.values:
        return "has kwargs that are no JSON object, and Airflow would use none of them"
    wanted = backend_kwargs(settings)
    names = [
        name
        for name in dict.fromkeys((*wanted, *parsed.values))
        if parsed.values.get(name, DEFAULTS.get(name)) != wanted.get(name, DEFAULTS.get(name))
    ]
    return f"differs in {', '.join(names)}" if names else ""


def live_reader(vault: Callable[[], Awaitable[Vault]], *, deployment: bool) -> Read:
    """A reader for `simulate` that asks the vault which `vault` opens.

    Asked as the deployment identity, a refusal is what Airflow would meet, and the simulation goes on
    with it. Asked as the sign-in, it says nothing about Airflow: the `ProblemError` is raised. So is
    the failure to reach the vault at all, whoever asks.
    """

    async def read(name: str) -> str | None:
        try:
            return (await (await vault()).value(name)).value.reveal()
        except ProblemError as error:
            refusal = _refusal(error.problem, deployment=deployment)
            if refusal is None:
                raise
            raise refusal from None

    return read


def _refusal(problem: Problem, *, deployment: bool) -> Refusal | None:
    """What Airflow's backend would meet; None when it is only kvtui that could not find out."""
    if problem.status == 404 or problem.code == "SecretDisabled" or problem.exit is Exit.USAGE:
        status = problem.status or 400
    elif not deployment or problem.exit is Exit.UNREACHABLE:
        return None
    elif problem.exit is Exit.SIGN_IN:
        if not problem.code.startswith("AADSTS"):
            return None  # this host cannot be that identity; where Airflow runs it may well be
        status = 401
    elif problem.status is not None:
        status = problem.status
    else:
        return None
    return Refusal(status, problem.code)
