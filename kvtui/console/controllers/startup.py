"""What starts after the first frame: the demo's Azure, the plan of the files, the sign-in."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass

from kvtui.console.controllers.profiles import ProfilesController
from kvtui.console.controllers.sign_in import WORK, SignInController
from kvtui.console.events import SettingsChanged
from kvtui.console.panes.output.controller import OutputController
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.console.state import SignInState
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.settings.model import Settings


@dataclass(eq=False, repr=False)
class StartupController:
    """Starts everything in order."""

    _store: Store
    _ui: Ui
    _start: ConsoleStart
    _output: OutputController
    _sign_in: SignInController
    _profiles: ProfilesController

    def begin(self) -> None:
        """Starts what was not needed for the first frame."""
        gc.freeze()
        gc.enable()
        self._output.plan_soon()
        self._profiles.settings_changed(SettingsChanged(Settings(), self._store.state.settings))
        self._ui.run(self._begin, WORK)

    async def _begin(self) -> None:
        self._store.change(sign_in=SignInState(Phase.BUSY))
        if self._start.start_demo is not None:
            try:
                await asyncio.to_thread(self._start.start_demo)
            except ProblemError as error:
                self._sign_in.fail(error)
                self._ui.notify_problem(error.problem)
                return
        self._ui.next(self._sign_in.sign_in)
