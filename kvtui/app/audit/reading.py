"""What a project uses, read by its own configuration. Takes seconds: never on an event loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kvtui.dags.audit_config import AuditConfig
from kvtui.dags.scanning import Progress, Scanned, merged, scan_project
from kvtui.dags.setting_aside import comments_in, set_aside
from kvtui.dags.walking import by_project


def read_uses(
    paths: Sequence[tuple[Path, str]], base: Path, config: AuditConfig, *, glob: bool, progress: Progress
) -> Scanned:
    """Everything that the paths use, with what comments and the configuration ignore marked.

    `paths`: each with the way from `base` to what its own report is relative to; `glob`: see `walk`. Raises
    `ProblemError` (usage) if there is nothing to audit, `StoppedError` when `progress` says to stop.
    """
    below = dict(paths)
    scans = [
        (
            below[together[0]],
            scan_project(
                *together,
                root=root,
                glob=glob,
                progress=progress,
                vocabulary=config.vocabulary,
                folders=config.folders_read(),
            ),
        )
        for root, together in by_project(below).items()
    ]
    scanned = scans[0][1] if len(below) == 1 else merged(scans, Scanned(base))
    scanned = set_aside(scanned, comments_in(scanned), config.ignore)
    return replace(scanned, notes=(*config.warnings, *config.folders_missing(), *scanned.notes))
