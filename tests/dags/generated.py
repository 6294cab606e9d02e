"""A made-up project of any number of DAGs whose uses are known, and how well a scan finds them.

`python -m tests.dags.generated [files]` prints found, missed, false and seconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent

from kvtui.dags.scanning import Scanned, scan_project

Use = tuple[str, str, str]
"""File, kind and key."""


@dataclass
class Piece:
    """Some lines of a DAG, and what they use."""

    code: str
    variables: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    undecided: int = 0
    """Places that no reader of the text could decide."""
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Other files that it needs."""
    from_elsewhere: tuple[Use, ...] = ()
    """What those use."""


@dataclass
class Truth:
    """What a generated project uses."""

    uses: set[Use] = field(default_factory=set)
    undecided: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """How a scan compares with the truth."""

    found: int
    missed: frozenset[Use]
    false: frozenset[Use]
    undecided: int
    """Places listed as not decidable."""
    undecided_missed: frozenset[str]
    """Files where fewer places are listed than cannot be decided."""
    undecided_false: frozenset[str]
    seconds: float


def literal(n: int) -> Piece:
    return Piece(f'a = Variable.get("lit_{n}")', (f"lit_{n}",))


def keyword(n: int) -> Piece:
    return Piece(f'a = Variable.get(key="kw_{n}", default=None, deserialize_json=True)', (f"kw_{n}",))


def old_import(n: int) -> Piece:
    code = f'from airflow.models.variable import Variable as V\nb = V.get("old_{n}", default_var="x")'
    return Piece(code, (f"old_{n}",))


def module_alias(n: int) -> Piece:
    return Piece(f'import airflow.models as m\nb = m.Variable.get("mod_{n}")', (f"mod_{n}",))


def dotted(n: int) -> Piece:
    return Piece(f'import airflow.sdk\nb = airflow.sdk.Variable.get("dot_{n}")', (f"dot_{n}",))


def constant(n: int) -> Piece:
    return Piece(f'NAME = "const_{n}"\nb = Variable.get(NAME)', (f"const_{n}",))


def f_string(n: int) -> Piece:
    return Piece(f'TEAM = "team{n}"\nb = Variable.get(f"{{TEAM}}_fs")', (f"team{n}_fs",))


def sum_of(n: int) -> Piece:
    return Piece(f'HEAD = "head{n}"\nb = Variable.get(HEAD + "_sum")', (f"head{n}_sum",))


def attribute(n: int) -> Piece:
    code = f'class Names:\n    KEY = "attr_{n}"\n    DB = "attr_db_{n}"\nb = Variable.get(Names.KEY)\n'
    return Piece(code + "c = BaseHook.get_connection(Names.DB)", (f"attr_{n}",), (f"attr_db_{n}",))


def both_sides(n: int) -> Piece:
    code = f'b = Variable.get("yes_{n}" if datetime.now().day else "no_{n}")'
    return Piece(code, (f"yes_{n}", f"no_{n}"))


def loop(n: int) -> Piece:
    code = f'for each in ["loop_a_{n}", "loop_b_{n}"]:\n    Variable.get(each)'
    return Piece(code, (f"loop_a_{n}", f"loop_b_{n}"))


def comprehension(n: int) -> Piece:
    code = f'b = {{k: Variable.get(f"comp_{{k}}") for k in ("x{n}", "y{n}")}}'
    return Piece(code, (f"comp_x{n}", f"comp_y{n}"))


def pairs(n: int) -> Piece:
    code = (
        f'for env, db in (("dev{n}", "a"), ("prod{n}", "b")):\n    BaseHook.get_connection(f"{{env}}_{{db}}")'
    )
    return Piece(code, (), (f"dev{n}_a", f"prod{n}_b"))


def default_parameter(n: int) -> Piece:
    code = f'@task\ndef read(key="param_{n}"):\n    return Variable.get(key)\nread()'
    return Piece(code, (f"param_{n}",))


def other_file(n: int) -> Piece:
    code = f"from include.names_{n} import KEY as OTHER\nb = Variable.get(OTHER)"
    return Piece(code, (f"far_{n}",), elsewhere={f"include/names_{n}.py": f'KEY = "far_{n}"\n'})


def hook(n: int) -> Piece:
    return Piece(f'h = PostgresHook(postgres_conn_id="hook_{n}")', (), (f"hook_{n}",))


def get_connection(n: int) -> Piece:
    return Piece(f'c = BaseHook.get_connection("base_{n}")', (), (f"base_{n}",))


def sdk_connection(n: int) -> Piece:
    return Piece(f'c = Connection.get("sdk_{n}")', (), (f"sdk_{n}",))


def operator(n: int) -> Piece:
    sql = f"select {{{{ var.value.in_sql_{n} }}}}"
    code = f'o = SQLOp(\n    task_id="o",\n    conn_id="op_{n}",\n    sql="{sql}",\n)'
    return Piece(code, (f"in_sql_{n}",), (f"op_{n}",))


def default_args(n: int) -> Piece:
    code = f'ARGS = {{"owner": "x", "postgres_conn_id": "args_{n}"}}\nd2 = DAG("x{n}", default_args=ARGS)'
    return Piece(code, (), (f"args_{n}",))


def mapped(n: int) -> Piece:
    code = f'o = SQLOp.partial(task_id="m", sql="x").expand(conn_id=["map_a_{n}", "map_b_{n}"])'
    return Piece(code, (), (f"map_a_{n}", f"map_b_{n}"))


def template_json(n: int) -> Piece:
    code = f'''t = "echo {{{{- var.json.j_{n}.deep.er -}}}} {{{{ var.value.get('got_{n}', 'd') }}}}"'''
    return Piece(code, (f"j_{n}", f"got_{n}"))


def template_item(n: int) -> Piece:
    lines = f"{{{{ var.value['item_{n}'] }}}}\n{{{{ conn.c_{n}.host }}}} {{{{ conn.get('g_{n}') }}}}"
    code = f't = """\n{lines}\n"""'
    return Piece(code, (f"item_{n}",), (f"c_{n}", f"g_{n}"))


def template_f_string(n: int) -> Piece:
    code = f'PART = "p{n}"\nt = f"run {{{{{{{{ var.value.{{PART}}_t }}}}}}}} {{datetime.now()}}"'
    return Piece(code, (f"p{n}_t",))


def template_file(n: int) -> Piece:
    sql = f"-- a comment\nselect * from {{{{ var.value.file_{n} }}}}\n"
    path = f"include/sql/q_{n}.sql"
    return Piece(f'q = "sql/q_{n}.sql"', (), (), 0, {path: sql}, ((path, "variable", f"file_{n}"),))


def from_environment(n: int) -> Piece:
    return Piece(f'b = Variable.get(os.environ["KEY_{n}"])', undecided=1)


def with_environment_default(n: int) -> Piece:
    return Piece(f'b = Variable.get(os.getenv("KEY", "dev_{n}") + "_x")', undecided=1)


def from_call(n: int) -> Piece:
    return Piece(f'c = BaseHook.get_connection(pick("from_call_{n}"))', undecided=1)


def parameter(n: int) -> Piece:
    return Piece(f"def read_{n}(name):\n    return Variable.get(name)", undecided=1)


def computed_template(n: int) -> Piece:
    return Piece(f'''t = "{{{{ var.value.get(params.key_{n}) }}}}"''', undecided=1)


def other_variable(n: int) -> Piece:
    code = f'def form():\n    from tkinter import Variable\n    return Variable.get("tk_{n}")'
    return Piece(code)


def not_airflow(n: int) -> Piece:
    code = "class Store:\n    def get_connection(self, name):\n        return name\n"
    return Piece(code + f's = Store().get_connection("st_{n}")\n{{}}.get("dict_{n}")')


def no_reads(n: int) -> Piece:
    code = f'Variable.set("set_{n}", "x")\nVariable.delete("del_{n}")\no = SQLOp(task_id="n", conn_id=None)'
    return Piece(code + f'\n# Variable.get("comment_{n}")\nt = "Variable.get(\'text_{n}\')"')


def documentation(n: int) -> Piece:
    code = f'def told():\n    """Uses {{{{ var.value.doc_{n} }}}} and Variable.get("doc_{n}")."""'
    return Piece(
        code
        + f'\nt = "{{# {{{{ var.value.hidden_{n} }}}} #}}{{% raw %}}{{{{ conn.raw_{n} }}}}{{% endraw %}}"'
    )


PIECES: tuple[Callable[[int], Piece], ...] = (
    literal,
    keyword,
    old_import,
    module_alias,
    dotted,
    constant,
    f_string,
    sum_of,
    attribute,
    both_sides,
    loop,
    comprehension,
    pairs,
    default_parameter,
    other_file,
    hook,
    get_connection,
    sdk_connection,
    operator,
    default_args,
    mapped,
    template_json,
    template_item,
    template_f_string,
    template_file,
    from_environment,
    with_environment_default,
    from_call,
    parameter,
    computed_template,
    other_variable,
    not_airflow,
    no_reads,
    documentation,
)

HEADER = '''"""A DAG that was made up. It mentions {{ var.value.docstring }} here."""

import os
from datetime import datetime

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as SQLOp
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import DAG, BaseHook, Connection, Variable, dag, task

from somewhere import pick


'''


def generate(
    directory: Path,
    files: int,
    seed: int = 7,
    each: int = 6,
    pieces: Sequence[Callable[[int], Piece]] = PIECES,
) -> Truth:
    """Writes `files` DAGs of `each` pieces; returns what they use."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    truth = Truth()
    for number in range(files):
        name = f"dags/team_{number % 20}/dag_{number}.py"
        chosen = chance.sample(pieces, each)
        body = []
        for place, make in enumerate(chosen):
            piece = make(number * 100 + place)
            inside = chance.random() < 0.5 and make is not parameter
            code = f"@dag()\ndef made_{place}():\n{indent(piece.code, '    ')}\n" if inside else piece.code
            body.append(code)
            truth.uses |= {(name, "variable", key) for key in piece.variables}
            truth.uses |= {(name, "connection", key) for key in piece.connections}
            truth.uses |= set(piece.from_elsewhere)
            if piece.undecided:
                truth.undecided[name] = truth.undecided.get(name, 0) + piece.undecided
            for path, text in piece.elsewhere.items():
                _write(directory / path, text)
        _write(directory / name, HEADER + "\n\n".join(body) + "\n")
    return truth


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def score(scanned: Scanned, truth: Truth) -> Score:
    """The scan beside the truth."""
    found = {(place.file, key.kind, key.key) for key in scanned.keys for place in key.places}
    listed: dict[str, int] = {}
    for each in scanned.undecided:
        listed[each.file] = listed.get(each.file, 0) + 1
    names = {*listed, *truth.undecided}
    return Score(
        len(found & truth.uses),
        frozenset(truth.uses - found),
        frozenset(found - truth.uses),
        len(scanned.undecided),
        frozenset(name for name in names if listed.get(name, 0) < truth.undecided.get(name, 0)),
        frozenset(name for name in names if listed.get(name, 0) > truth.undecided.get(name, 0)),
        scanned.seconds,
    )


def main() -> None:
    """Prints one run."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as directory:
        truth = generate(Path(directory), files)
        scanned = scan_project(Path(directory))
    result = score(scanned, truth)
    print(
        f"{scanned.files} files ({files} DAGs): {result.found} found, {len(result.missed)} missed, "
        f"{len(result.false)} false, {result.undecided} not decidable "
        f"({len(result.undecided_missed)} missed, {len(result.undecided_false)} false), "
        f"{result.seconds:.1f} s"
    )
    for name, uses in (("missed", result.missed), ("false", result.false)):
        for use in sorted(uses)[:20]:
            print(name, *use)
    for name in sorted(result.undecided_missed | result.undecided_false)[:10]:
        print("not decidable, other than expected:", name)


if __name__ == "__main__":
    main()
