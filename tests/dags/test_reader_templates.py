"""What Jinja templates ask for, in Python's texts and in files of their own."""

from __future__ import annotations

import pytest

from kvtui.dags.reader import scan_template
from tests.dags.scan_desk import keys, scan


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("{{ var.value.k }}", "variable"),
        ("{{var.value.k}}", "variable"),
        ("{{- var.value.k -}}", "variable"),
        ("{{ var.value['k'] }}", "variable"),
        ("{{ var['value']['k'] }}", "variable"),
        ("{{ var.value.get('k') }}", "variable"),
        ("{{ var.value.get(key='k', default='d') }}", "variable"),
        ("{{ var.json.k.deep.er }}", "variable"),
        ("{{ var.json.get('k')['deep'] }}", "variable"),
        ("{{ var.value.k | upper | default('x') }}", "variable"),
        ("{% if var.value.k == 'x' %}a{% endif %}", "variable"),
        ("{% set name = 'k' %}{{ var.value.get(name) }}", "variable"),
        ("{% for name in ['k'] %}{{ var.value[name] }}{% endfor %}", "variable"),
        ("{{ var.value.get('k' ~ '') }}", "variable"),
        ("{{ conn.k }}", "connection"),
        ("{{ conn.k.password }}", "connection"),
        ("{{ conn['k'].extra_dejson.x }}", "connection"),
        ("{{ conn.get('k').host }}", "connection"),
    ],
)
def test_a_template_asks_for(template: str, kind: str) -> None:
    assert [(use.kind, use.key) for use in scan_template(template).uses] == [(kind, "k")]


@pytest.mark.parametrize(
    "template",
    [
        "var.value.k",
        "{# {{ var.value.k }} #}",
        "{% raw %}{{ var.value.k }}{% endraw %}",
        "{{ var('k') }}",
        "{{ params.var.value.k }}",
        "{{ my.conn.k }}",
        "{{ 'var.value.k' }}",
        "{% for conn in params.all %}{{ conn.k }}{% endfor %}",
        "{% set var = params %}{{ var.value.k }}",
        "{% macro show(conn) %}{{ conn.k }}{% endmacro %}",
        "{% dbt_only %}{{ ref('k') }}",
    ],
)
def test_a_template_does_not_ask(template: str) -> None:
    found = scan_template(template)
    assert (found.uses, found.undecided, found.unreadable) == ((), (), ())


@pytest.mark.parametrize(
    "inside",
    [
        "{% for conn in all if conn.k %}{{ conn.k }}{% endfor %}",
        "{% macro m(conn) %}{{ conn.k }}{% endmacro %}",
    ],
)
def test_a_name_of_a_loop_or_a_macro_hides_the_connections_only_there(inside: str) -> None:
    found = scan_template(f"{{{{ conn.before }}}}{inside}{{{{ conn.after }}}}")
    assert [use.key for use in found.uses] == ["before", "after"]


def test_a_name_that_is_set_hides_the_variables_from_there_on() -> None:
    found = scan_template("{{ var.value.before }}{% set var = f(var.value.last) %}{{ var.value.none }}")
    assert [use.key for use in found.uses] == ["before", "last"]


def test_a_text_that_is_set_within_a_loop_is_a_key_only_there() -> None:
    found = scan_template("{% for i in x %}{% set k = 'in' %}{{ conn[k].a }}{% endfor %}{{ conn[k].b }}")
    assert [use.key for use in found.uses] == ["in"]
    assert [each.expression for each in found.undecided] == ["k"]


def test_a_default_in_a_template_is_seen() -> None:
    assert [use.default_given for use in scan_template("{{ var.value.get('k', 'd') }}").uses] == [True]


def test_a_file_gives_the_line() -> None:
    assert [use.line for use in scan_template("select 1\n\nfrom {{ var.value.k }}").uses] == [3]


@pytest.mark.parametrize(
    "before",
    [
        "{# {{ conn.c }}\n#}\n",
        "{%- raw -%} {{ conn.c }}\n{%- endraw %}\n",
        "{# {% raw %}\n #}\n",
        "{{ '{# {%' }}\n\n",
    ],
)
def test_a_key_after_a_comment_or_raw_text_has_its_line(before: str) -> None:
    found = scan_template(f"{before}{{{{ var.value.k }}}} {{# {{{{ conn.d }}}} #}}")
    assert [(use.key, use.line) for use in found.uses] == [("k", 3)]


@pytest.mark.parametrize("opened", ["{# ", "{% raw %}"])
def test_a_comment_or_raw_text_without_an_end_is_said_to_be_broken(opened: str) -> None:
    found = scan_template("{{ var.value.k }}" + opened * 3)
    assert keys(found) == {"k"}
    assert found.unreadable[0].by_looks


@pytest.mark.parametrize("template", ["{{ var.value.get(params.k) }}", "{{ var.value[params.k] }}"])
def test_a_key_that_the_template_computes_is_listed(template: str) -> None:
    assert [each.expression for each in scan_template(template).undecided] == ["params.k"]


def test_a_template_that_does_not_parse_is_read_by_its_looks_and_said() -> None:
    found = scan_template("{{ var.value.k }\n{{ conn.get('c') ")
    assert keys(found) == {"k", "c"}
    assert found.unreadable[0].by_looks


@pytest.mark.parametrize(
    "code",
    [
        'x = "{{ var.value.k }}"',
        'x = ["{{ var.value.k }}"]',
        'run(env={"A": "{{ var.value.k }}"})',
        'P = "k"\nx = f"{{{{ var.value.{P} }}}}"',
        'P = "k"\nx = "{{ var.value." + P + " }}"',
        'P = "k"\nx = "{{{{ var.value.{} }}}}".format(P)',
        'P = "k"\nT = "{{{{ var.value.{} }}}}"\nx = T.format(P)',
        'P = "k"\nx = "{{ var.value.%s }}" % P',
        'x = f"select {table()} {{{{ var.value.k }}}}"',
        'x = ("a "\n     "{{ var.value.k }}")',
        'x = "{{ var.value.k }}" + suffix()',
        'x = "{{ var.value.k }}".strip()',
    ],
)
def test_a_text_of_the_code_is_a_template(code: str) -> None:
    assert keys(scan(code)) == {"k"}


@pytest.mark.parametrize(
    "code",
    [
        '"""{{ var.value.k }}"""',
        'def f():\n    """{{ var.value.k }}"""',
        'class C:\n    """{{ var.value.k }}"""',
        "# {{ var.value.k }}",
        'x = f"{{ var.value.k }}"',
        'dag(doc_md="{{ var.value.k }}")',
        'task.doc_md = "{{ var.value.k }}"',
    ],
)
def test_a_text_that_airflow_does_not_render_is_no_template(code: str) -> None:
    assert keys(scan(code)) == set()


def test_the_line_is_that_within_a_long_text() -> None:
    code = 'x = """\nselect *\nfrom {{ var.value.k }}\n"""\ny = (\n    "a"\n    "{{ conn.c }}"\n)'
    assert [(use.key, use.line) for use in scan(code).uses] == [("k", 3), ("c", 7)]


def test_a_key_that_the_code_fills_in_is_listed() -> None:
    found = scan('x = f"{{{{ var.value.{name()} }}}}"')
    assert [each.why for each in found.undecided] == ["the code fills in the key"]
    assert found.uses == ()


def test_files_that_the_code_names_are_reported() -> None:
    found = scan(
        'run(sql="sql/load.sql", bash_command="x.sh ", template_searchpath=["/opt/airflow/include"])'
    )
    assert found.templates == (("sql/load.sql", "dags/x.py"), ("x.sh", "dags/x.py"))
    assert found.search_path == (("/opt/airflow/include", "dags/x.py"),)


def test_what_is_wrong_with_a_template_ends_without_a_full_stop() -> None:
    found = scan_template("{{ var.value.k }}{{ a b }}")
    assert not found.unreadable[0].why.endswith(".")
