"""Reading the project, planning what is written, writing it, reading it back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from kvtui.airflow.versions import Detected, detect_airflow, detect_provider
from kvtui.console.flows.base import Flow
from kvtui.console.state import OutputState
from kvtui.problems import ProblemError
from kvtui.project import Project, read_project
from kvtui.settings.model import Settings, Target


def versions(settings: Settings, project: Project | None) -> tuple[tuple[str, str], tuple[str, str]]:
    """The Airflow and the provider that are simulated, each with where it was read."""
    remote = settings.target is Target.REMOTE_EXECUTION
    docker = project and (
        project.dockerfile_client if remote and project.dockerfile_client.exists else project.dockerfile
    )
    named = project and (
        project.requirements_client if remote and project.requirements_client.exists else project.requirements
    )
    detected: Detected | None = None
    if docker and docker.text:
        detected = detect_airflow(docker.text, docker.path.name)
    from kvtui.airflow.versions import NEWEST_AIRFLOW

    airflow = (NEWEST_AIRFLOW, "newest known")
    if settings.airflow_version:
        airflow = (settings.airflow_version, "you")
    elif detected:
        airflow = (detected.version, detected.source + ("" if detected.exact else ", newest patch"))
    provider = detect_provider(
        (named.text if named else None) or "", airflow[0], named.path.name if named else ""
    )
    source = provider.source if provider.exact else "not pinned: newest"
    if settings.provider_version:
        return airflow, (settings.provider_version, "you")
    return airflow, (provider.version, source)


class Files(Flow):
    """Pane 5."""

    def plan_soon(self) -> None:
        """Plans what would be written with the present settings, in a thread: it imports a YAML library."""
        self.work(self._plan(), "plan")

    async def _plan(self) -> None:
        settings, directory = self.state.settings, self.start.project_directory
        try:
            project = await asyncio.to_thread(read_project, directory)
        except ProblemError as error:
            self.change(
                project=None,
                project_problem=error.problem,
                output=OutputState(problem=error.problem, tab=self.state.output.tab),
            )
            return
        airflow, provider = versions(settings, project)
        self.change(project=project, project_problem=None, airflow=airflow, provider=provider)
        from kvtui.outputs.faults import faults
        from kvtui.outputs.plan import plan

        held = replace(self.state.output, problem=None)
        missing = faults(settings, "all")
        if missing:
            self.change(output=replace(held, plan=None, faults=missing))
            self.planned()
            return
        try:
            planned = await asyncio.to_thread(plan, settings, project, "all")
        except ProblemError as error:
            self.change(output=replace(held, plan=None, faults=(), problem=error.problem))
        else:
            written = held.written if not any(f.changed for f in planned.files) else ()
            self.change(output=replace(held, plan=planned, faults=(), written=written))
        self.planned()

    def planned(self) -> None:
        """What follows when it is known what would be written."""
        raise NotImplementedError

    def turn_tab(self, step: int) -> None:
        """The next or the previous file."""
        output = self.state.output
        if output.plan is not None:
            count = len(output.plan.files) + 1
            self.change(output=replace(output, tab=(output.tab + step) % count))

    def write_files(self) -> None:
        """Writes what pane 5 shows, then reads it back."""
        self.work(self._write(), "write")

    async def _write(self) -> None:
        from kvtui.outputs.readback import read_back
        from kvtui.outputs.writer import write

        output, settings = self.state.output, self.state.settings
        if output.plan is None:
            return
        written: list[str] = []
        differences: list[str] = []
        for planned in output.plan.files:
            if not planned.changed:
                continue
            try:
                await asyncio.to_thread(write, planned)
            except ProblemError as error:
                self.change(output=replace(output, problem=error.problem, written=tuple(written)))
                return
            found = await asyncio.to_thread(read_back, settings, planned)
            differences += found
            if not found:
                mode = ", mode 0600" if planned.secret else ""
                written.append(f"{planned.path.name} written and read back the same{mode}.")
        last = len(output.plan.files)
        self.change(output=replace(output, written=tuple(written), read_back=tuple(differences), tab=last))
        self.say("; ".join(written) or "Nothing had to be written.")
        self.plan_soon()
