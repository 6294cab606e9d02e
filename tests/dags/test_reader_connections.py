"""Which calls and arguments in Python code ask for a connection."""

from __future__ import annotations

import pytest

from tests.dags.scan_desk import connections, scan

HOOK = "from airflow.providers.postgres.hooks.postgres import PostgresHook\n"
OPERATOR = "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as Op\n"
AIRBYTE = "from airflow.providers.airbyte.operators.airbyte import AirbyteTriggerSyncOperator as Sync\n"


@pytest.mark.parametrize(
    "code",
    [
        'from airflow.sdk import Connection\nConnection.get("c")',
        'from airflow.models import Connection\nConnection.get_connection_from_secrets("c")',
        'from airflow.hooks.base import BaseHook\nBaseHook.get_connection("c")',
        'from airflow.sdk import BaseHook\nBaseHook.get_connection(conn_id="c").host',
        'from airflow.sdk import BaseHook\nBaseHook.get_hook("c")',
        f'{HOOK}PostgresHook.get_connection("c")',
        f'{HOOK}PostgresHook(postgres_conn_id="c").get_records("x")',
        f'{HOOK}PostgresHook("c")',
        'from airflow.providers.http.hooks.http import HttpHook\nHttpHook("GET", "c")',
        f'{OPERATOR}Op(task_id="t", conn_id="c")',
        f'{OPERATOR}Op.partial(task_id="t", conn_id="c").expand(sql=["x"])',
        f'{OPERATOR}Op.partial(task_id="t").expand(conn_id=["c"])',
        f'{OPERATOR}Op.partial(task_id="t").expand_kwargs([{{"conn_id": "c"}}])',
        f'{OPERATOR}Op(**{{"task_id": "t", "conn_id": "c"}})',
        f'{OPERATOR}Op(**dict(conn_id="c"))',
        f'{OPERATOR}Op(task_id="t", hook_params={{"ssh_conn_id": "c"}})',
        'from airflow.sdk import DAG\nDAG("d", default_args={"postgres_conn_id": "c"})',
        'from airflow.sdk import dag\nargs = {"conn_id": "c"}\n@dag(default_args=args)\ndef d(): ...',
        'from airflow.sdk import DAG\nargs = {}\nargs["conn_id"] = "c"\nDAG("d", default_args=args)',
        'from airflow.sdk import DAG\nargs = {"a": 1}\nargs.update(conn_id="c")\nDAG("d", default_args=args)',
        'from airflow.sdk import task\n@task.sql(conn_id="c")\ndef t(): ...',
        "from airflow.sdk import BaseHook\nclass H(BaseHook):\n"
        '    def go(self):\n        return self.get_connection("c")',
        "from airflow.sdk import BaseHook\nclass H(BaseHook):\n    name = 'c'\n"
        "    def __init__(self, conn=name):\n        self.conn = conn\n"
        "    def go(self):\n        return super().get_connection(self.conn)",
        'def f(my_hook):\n    my_hook.get_connection("c")',
        'def f(**context):\n    context["conn"].get("c")',
        'from airflow.sdk import ObjectStoragePath\nObjectStoragePath("s3://c@bucket/x")',
        'anything(source_conn_id="c")',
        'anything(kafka_config_id="c")',
        f'{HOOK}class H(PostgresHook):\n    default_conn_name = "c"\nH(schema="x")',
        'from cosmos.profiles import get_automatic_profile_mapping as mapping\nmapping("c", {})',
        'from cosmos.profiles import SnowflakeUserPasswordProfileMapping as Mapping\nMapping("c", {})',
        "from airflow.sdk import BaseOperator\nclass O(BaseOperator):\n"
        "    def __init__(self, connection_id):\n        super().__init__(connection_id=connection_id)\n"
        'O("c")\nO(connection_id="c")',
    ],
)
def test_a_connection_is_found_however_it_is_asked_for(code: str) -> None:
    assert connections(code) == {"c"}


@pytest.mark.parametrize(
    "code",
    [
        'from airflow.models import Connection\nConnection(conn_id="c", conn_type="http")',
        "from airflow.models import Connection\nConnection.from_uri('http://h', conn_id='c')",
        'session.query(C).filter_by(conn_id="c")',
        f"{OPERATOR}Op(task_id='t', conn_id=None)",
        f"{OPERATOR}Op(task_id='t', conn_id='')",
        'pool.get_connection("c")',
        'def get_connection(name): ...\nget_connection("c")',
        'settings = {"conn_id": "c"}',
        'from airflow.sdk import Asset\nAsset("s3://b", extra={"conn_id": "c"})',
        'print({"conn_id": "c"})',
        'op.conn_id = "c"',
        'anything(connection_id="c")',
        f'{HOOK}class H(PostgresHook):\n    default_conn_name = "c"\nH(**given())',
        f"{AIRBYTE}Sync(connection_id='c')",
        f"{OPERATOR}Op(conn_id='', connection_id='c')",
        "from airflow.sdk import BaseOperator\nclass O(BaseOperator):\n"
        "    def __init__(self, connection_id):\n        self.other = connection_id\nO(connection_id='c')",
    ],
)
def test_what_looks_no_connection_up_is_not_found(code: str) -> None:
    assert connections(code) == set()


def test_several_connections_in_one_argument_are_each_found() -> None:
    assert connections('anything(http_conn_ids=["a", "b"])') == {"a", "b"}


def test_the_line_is_that_of_the_argument() -> None:
    found = scan(f'{OPERATOR}Op(\n    task_id="t",\n    conn_id="c",\n)')
    assert [(use.line, use.how) for use in found.uses] == [(4, "conn_id=")]


def test_the_line_in_a_dict_is_that_of_its_key() -> None:
    found = scan(
        'from airflow.sdk import DAG\nargs = {\n    "a": 1,\n    "conn_id": "c",\n}\nDAG(default_args=args)'
    )
    assert [(use.line, use.how) for use in found.uses] == [(4, "'conn_id':")]


def test_a_computed_connection_is_listed() -> None:
    found = scan(f"{OPERATOR}Op(task_id='t', conn_id=choose())").undecided
    assert [(each.kind, each.expression) for each in found] == [("connection", "choose()")]


def test_a_connection_that_a_template_names_is_listed() -> None:
    found = scan(f"{OPERATOR}Op(task_id='t', conn_id='{{{{ var.value.name }}}}')")
    assert [(use.kind, use.key) for use in found.uses] == [("variable", "name")]
    assert [each.why for each in found.undecided] == ["the key is a template itself"]
