"""The project's files: which one an import means, what its names are, and what all of them say together."""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from kvtui.dags.reader import looks
from kvtui.dags.reader import values as v
from kvtui.dags.reader.calls import CallReader
from kvtui.dags.reader.expressions import Evaluator
from kvtui.dags.reader.files import Files
from kvtui.dags.reader.functions import FunctionReader
from kvtui.dags.reader.imports import Overview, folders_of
from kvtui.dags.reader.model import Findings, Undecided, Unreadable, Use
from kvtui.dags.reader.run import Module, Reading, Run, Scope, Site
from kvtui.dags.reader.statements import StatementWalker

Look = Callable[[str], str | None]
"""A path relative to the project, with `/`, in; the file's text out, None if there is none."""
TESTS = re.compile(r"(?:^|/)(?:tests?/|conftest\.py$|test_[^/]*\.py$|[^/]*_test\.py$)")
_IMPORTS_TESTING = re.compile(r"^[ \t]*(?:from|import)[ \t]+(?:pytest|unittest)\b", re.MULTILINE)
_PARSED = "<audited>"
"""What Python calls a file that is parsed; nobody wants its warnings of the project's code."""
_EMPTY = ((v.Items(()),), (v.Table(()),))
"""A list, or a dict, that has nothing yet."""
Place = tuple[str, int, str, str]
"""File, line, kind and key of a use."""


class Project:
    """Reads the modules of one project, each once, and collects what they use. Opens no file itself."""

    def __init__(
        self,
        look: Look,
        files: Files,
        overview: Overview | None = None,
        dags: Collection[str] = (),
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`look`: reads a code file; `dags`: files that make DAGs; `environment`: what the project sets."""
        self._look = look
        self._dags = dags
        self._overview = overview or Overview(files.has)
        self._modules: dict[str, Module | None] = {}
        """None: it cannot be read."""
        self._places: dict[tuple[str, str], str] = {}
        """The file that a name means in a folder; empty: none of the project's."""
        self._uses: dict[Place, Use] = {}
        self._direct: set[Place] = set()
        """Of these and the undecided ones, what is asked for as soon as the file runs, not only in a test."""
        self._undecided: dict[Site, Undecided] = {}
        self._open: set[Site] = set()
        """Of these, what no caller gives: a module asks for it with what functions left."""
        self._partial: dict[str, int] = {}
        self._imports: dict[str, set[str]] = {}
        """The project's modules that each file imports."""
        warnings.filterwarnings("ignore", module=re.escape(_PARSED))
        self._run = run = Run(self._overview.vocabulary, environment, files)
        calls = CallReader(run, self._overview)
        evaluator = Evaluator(run, calls, lambda of, name: self._member(of, name, run.module))
        self._walker = StatementWalker(run, self, evaluator)
        self._functions = FunctionReader(run, self._walker.block)
        calls.evaluator, calls.functions = evaluator, self._functions

    # Reading

    def read(self, path: str) -> None:
        """Reads a file with every module that it imports; one that asks for nothing only has to parse."""
        self._module(path, only_parses=not self._overview.may_ask(path))

    def has_read(self, path: str) -> bool:
        """Whether the file was read: itself, or because another imports it."""
        return path in self._modules

    def not_found(self) -> set[str]:
        """The packages and modules that the files read so far import, and that are none of the project's."""
        return {name.partition(".")[0] for (name, _), path in self._places.items() if not path} - {""}

    def _module(self, path: str, *, only_parses: bool = False) -> Module | None:
        if path in self._modules:
            return self._modules[path]
        self._modules[path] = None
        text = self._look(path)
        if text is None:
            return None
        aside = "test" if self._is_test(path, text) else ""
        module = Module(path, text, Scope("module", path), aside, self._overview.may_ask(path))
        tree = _parsed(text)
        if isinstance(tree, Unreadable):
            self._by_looks(module, tree)
            return None
        if only_parses:
            return None
        self._modules[path] = module  # while it is read: modules that import each other
        with self._reading_in(module, module.reading):
            self._walker.block(tree.body)
            module.is_done = True
            self._functions.finish_file(module)
        if module.imports:
            self._imports[path] = module.imports
        if not self._overview.may_be_imported(path):
            self._collect(module)
            self._modules[path] = None
            module.close()
        return module

    def _is_test(self, path: str, text: str) -> bool:
        """By its name, unless place and words make it a DAG, or a file that is deployed imports it."""
        importer = self._run.module
        if TESTS.search(path) is None or (importer.path and not importer.aside):
            return False
        above, is_in_dags, _ = f"/{path}".partition("/dags/")
        is_dag = is_in_dags and path in self._dags and TESTS.search(f"{above}/") is None
        return not is_dag or _IMPORTS_TESTING.search(text) is not None

    @contextmanager
    def _reading_in(self, module: Module, reading: Reading) -> Iterator[None]:
        """Reads there. One file never ends the audit of all."""
        try:
            with self._run.body(module, module.scope, reading, module, is_call=False, depth=self._run.depth):
                yield
        except RecursionError:
            self._by_looks(module, Unreadable(1, "its code is nested too deeply", python=True))
        except Exception as error:
            why = f"kvtui failed to read it ({type(error).__name__})"
            self._by_looks(module, Unreadable(1, why, python=True))

    def _by_looks(self, module: Module, error: Unreadable) -> None:
        """A file that cannot be read as code: what its text shows."""
        found = replace(error, file=module.path)
        self._run.unreadable[found] = None
        for use in looks.in_python(module.text) if found.by_looks else ():
            self._take(use._replace(file=module.path, aside=module.aside))

    # What imports mean

    def import_module(self, name: str, into: Module) -> v.Values:
        """`import name`: the project's module, or one from outside."""
        found = self._find(name, into)
        return (found.scope,) if found is not None else v.external(name)

    def source(self, node: ast.ImportFrom, into: Module) -> tuple[str, Module | None]:
        """The absolute name of a statement's module, and the module, if it is the project's.

        The name in a relative import is a path's folders as packages: `/dags.etl`.
        """
        named = node.module or ""
        if node.level:
            folders = folders_of(into.path)
            folder = folders[min(node.level, len(folders)) - 1].replace("/", ".")
            named = "/" + ".".join(part for part in (folder, named) if part)
        return named, self._find(named, into)

    def import_from(self, named: str, module: Module | None, name: str, into: Module) -> v.Values:
        """One name of a module as `source` gives it."""
        if module is not None:
            return self._member(module.scope, name, into)
        full = f"{named}.{name}" if named.strip("/") else named + name
        if named.partition(".")[0] != "airflow" and (below := self._find(full, into)) is not None:
            return (below.scope,)
        if named[:1] == "/":
            return v.unknown(f"the module of {name} is not in the project")
        return v.external(full)

    def _member(self, scope: Scope, name: str, into: Module) -> v.Values:
        """What a module has under a name: what is bound to it, or a submodule of a package."""
        held = scope.names.get(name)
        if held in _EMPTY:
            return v.unknown(f"{name} is empty in {scope.path}, and other files may fill it")
        if held is not None:
            return held
        folder, _, file = scope.path.rpartition("/")
        if file == "__init__.py":
            for path in (f"{folder}/{name}.py", f"{folder}/{name}/__init__.py"):
                found = self._module(path.lstrip("/"))
                if found is not None:
                    into.imports.add(found.path)
                    return (found.scope,)
        return v.unknown(f"{name} is not assigned in {scope.path}")

    def _find(self, name: str, into: Module) -> Module | None:
        """The project's module of that name, seen from `into`."""
        if name == "airflow" or name.startswith("airflow."):
            return None
        place = (name, into.path if into.path in self._overview.added else into.path.rpartition("/")[0])
        found = self._places.get(place)
        if found is None:
            found = self._places[place] = self._overview.path_of(name, into.path)
        module = self._module(found) if found else None
        if module is not None:
            into.imports.add(module.path)
        return module

    # What all say together

    def findings(self) -> Findings:
        """Everything that the files read so far say, said once."""
        left = [module for module in self._modules.values() if module is not None]
        for module in left:
            self._collect(module)
        for module in left:
            module.close()
        self._modules = dict.fromkeys(self._modules)
        counts = _loads(self._dags, self._imports)
        uses = [
            use._replace(loads=max(counts[use.file], 1)) if place in self._direct else use
            for place, use in self._uses.items()
        ]
        decided = {place[:3] for place in self._uses}
        undecided = [
            (at, replace(each, loads=max(counts[each.file], 1)) if at in self._direct else each)
            for at, each in sorted(self._undecided.items())
        ]
        return Findings(
            tuple(uses),
            tuple(each for at, each in undecided if at not in self._open or at[:3] not in decided),
            tuple(self._run.unreadable),
            tuple(self._run.hints),
            tuple(self._run.templates),
            tuple(self._run.search),
            tuple(self._partial.items()),
        )

    def _collect(self, module: Module) -> None:
        """Takes what a file says; its trees are not needed any more then."""
        found = module.reading
        self._open.update(site for site, each in found.undecided.items() if each.why is v.BY_CALLER)
        with self._reading_in(module, Reading()):
            _mark_parsed(each for each in found.functions if each.is_dag)
            _mark_parsed(() if module.aside else found.callees)
            self._functions.finish(found, lambda function: function.is_parsed)
        for use in found.uses:
            self._take(use)
        self._undecided |= found.undecided
        self._direct.update(site for site, each in found.undecided.items() if each.loads)
        if module.is_partial:
            self._partial[module.path] = module.most_steps

    def _take(self, use: Use) -> None:
        """One use; of several at one place the one that says more."""
        place = (use.file, use.line, use.kind, use.key)
        known = self._uses.get(place)
        if known is None or (known.aside and not use.aside) or (use.through and not known.through):
            known = use
        self._uses[place] = known
        if use.direct and not use.aside:
            self._direct.add(place)


def _mark_parsed(functions: Iterable[v.Function]) -> None:
    """They run while the scheduler reads the file, and what they call."""
    todo = [*functions]
    while todo:
        each = todo.pop()
        if not each.is_parsed and not each.is_task:
            each.is_parsed = True
            todo += each.generic.callees if each.generic is not None else ()


def _loads(dags: Iterable[str], imports: dict[str, set[str]]) -> Counter[str]:
    """How many DAG files load each file when the scheduler reads them."""
    counts: Counter[str] = Counter()
    for dag in dags:
        seen, todo = {dag}, [dag]
        while todo:
            more = imports.get(todo.pop(), set()) - seen
            seen |= more
            todo += more
        counts.update(seen)
    return counts


def _parsed(text: str) -> ast.Module | Unreadable:
    try:
        return ast.parse(text, _PARSED)
    except SyntaxError as error:
        return looks.of_syntax_error(text, error)
    except ValueError:
        return Unreadable(1, "not Python: it holds null bytes", python=True)
    except (RecursionError, MemoryError):
        return Unreadable(1, "its code is nested too deeply", python=True)
