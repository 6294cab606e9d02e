"""Which variables and connections a project's code uses. Reads syntax trees and templates, runs nothing.

It is a small abstract interpreter: it goes through code as Python would, with sets of possible values.

1. `modules.Project` parses each file once, finds the modules that it imports (with `imports`), and at the end
   says what all of them use together. A file that nobody imports is forgotten as soon as it is read
   (`run.Module.close`).
2. `statements.StatementWalker` reads statements from top to bottom, `expressions.Evaluator` turns each
   expression into `values.Values` (alternatives, each known, or unknown with a reason and what it may be),
   with `objects`, `operators` and `files` (paths, and the data that the code loads).
3. `calls.CallReader` does calls, also those that `handing` finds of functions that are handed on, and
   compares each with the tables of `constructs`, `templates` reads texts as Jinja does, and
   `run.Run` keeps what is found in the `Reading` of that body.
4. `functions.FunctionReader` reads a body once with parameters that are not known. Only if that leaves
   something open (`Reading.depends`) the body is read again for each different call, in whichever file:
   what that decides is lifted to the call, "through" the place of the lookup, and again to the call of the
   caller, if it came from there. Objects work alike: a constructor is read with its arguments, then the
   methods that depend on its attributes. A default is a use only if some call, or nobody, uses it.
5. `looks` reads texts that are not parsed: newer Python, the data of DAG factories, Airflow's options.

Work is bounded: alternatives, elements and lengths in `values`, the depth of calls in `functions`, and what
is read again for one file, in steps, by `run.Module.may_repeat`; a file that needs more is said to be read
only in part. `imports` shows by the text which files cannot ask for anything: of those only short bodies
are read, when they are called. No body is read again that has no parameter, or no default, to change it.
The default connection of an operator that is given none (`aws_default`) is the provider's: it is not found.
"""

from __future__ import annotations

from kvtui.dags.reader.model import Findings, Hint, Undecided, Unreadable, Use
from kvtui.dags.reader.modules import Look, Project
from kvtui.dags.reader.templates import scan_template

__all__ = ["Findings", "Hint", "Look", "Project", "Undecided", "Unreadable", "Use", "scan_template"]
