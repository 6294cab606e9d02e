"""Files written and read back, and taken out again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.app.files import (
    WrittenFile,
    plan_files,
    plan_removal,
    read_back_all,
    remember_written,
    write_files,
)
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.outputs.model import Plan, PlannedFile, Removal
from kvtui.project.files import read_project
from tests.outputs.samples import CLIENT_SECRET as SETTINGS


def planned(directory: Path) -> Plan:
    return plan_files(SETTINGS, read_project(directory))


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    write_files(planned(tmp_path).files, SETTINGS)
    assert read_back_all(SETTINGS, planned(tmp_path).files) == ((), ())


def test_each_file_is_reported_before_and_after_it_is_written(tmp_path: Path) -> None:
    said: list[tuple[str, bool]] = []

    def report(file: PlannedFile, after: WrittenFile | None) -> None:
        said.append((file.path.name, after is not None))

    (first, *_) = write_files(planned(tmp_path).files, SETTINGS, report=report)
    assert said[:2] == [(first.file.path.name, False), (first.file.path.name, True)]


def test_what_was_written_before_a_failure_was_reported(tmp_path: Path) -> None:
    files = planned(tmp_path).files
    written: list[str] = []

    def spoil_the_next(file: PlannedFile, after: WrittenFile | None) -> None:
        if after is not None:
            written.append(file.path.name)
        elif file is not files[0]:
            file.path.write_text("somebody else's")

    with pytest.raises(ProblemError) as raised:
        write_files(files, SETTINGS, report=spoil_the_next)
    assert (raised.value.problem.kind, written) == (ProblemKind.NOT_WRITTEN, [files[0].path.name])


def test_all_files_are_checked_before_the_first_is_written(tmp_path: Path) -> None:
    files = planned(tmp_path).files
    files[-1].path.write_text("somebody else's")
    with pytest.raises(ProblemError):
        write_files(files, SETTINGS)
    assert not files[0].path.exists()


def test_an_undo_puts_back_what_was_there_before_the_first_write(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OTHER=1\n")
    plan = planned(tmp_path)
    write_files(plan.files, SETTINGS)
    wrote = remember_written({}, plan.files)
    undo = plan_removal(read_project(tmp_path), Removal.UNDO, wrote=wrote)
    write_files(undo.files, SETTINGS, Removal.UNDO)
    assert (tmp_path / ".env").read_text() == "OTHER=1\n"


def test_what_was_undone_is_forgotten(tmp_path: Path) -> None:
    files = planned(tmp_path).files
    assert remember_written(remember_written({}, files), files, undone=True) == {}


def test_a_second_write_remembers_what_was_before_the_first(tmp_path: Path) -> None:
    file = planned(tmp_path).files[0]
    wrote = remember_written({}, [file])
    again = replace(file, state=replace(file.state, text=file.after), after="more")
    assert remember_written(wrote, [again])[file.path].before == file.state.text
