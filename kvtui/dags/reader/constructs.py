"""Which names of Airflow ask for a variable or a connection, and which arguments name one. Data only.

Mirrors `airflow/models/{variable,connection}.py`, `airflow/sdk/definitions/{variable,connection}.py` and
`airflow/hooks/base.py`, `airflow/sdk/bases/hook.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_VARIABLE = re.compile(
    r"airflow\.(?:models(?:\.variable)?|sdk(?:\.definitions\.variable)?)\.Variable"
    r"\.(get|setdefault|get_variable_from_secrets)"
)
_CONNECTION_CLASS = re.compile(
    r"airflow\.(?:models(?:\.connection)?|sdk(?:\.definitions\.connection)?)\.Connection(?:\..*)?"
)
_CONNECTION = re.compile(
    r"airflow\.(?:models(?:\.connection)?|sdk(?:\.definitions\.connection)?)\.Connection"
    r"\.(get|async_get|get_connection_from_secrets)"
)
_HOOK = re.compile(r"(?:.*\.)?(\w*Hook)\.(get_connection|get_connections|aget_connection|get_hook|aget_hook)")
_CONN_ID = re.compile(r"(?:\w+_)?conn_id")
_CONN_IDS = re.compile(r"(?:\w+_)?conn_ids")
_OPERATOR = re.compile(r"\w*(?:Operator|Sensor|Hook|DAG|TaskGroup|Transfer|Trigger)")
_HOOK_CLASS = re.compile(r"airflow\.(?:.*\.)?(\w+Hook)")
HOOK_METHODS = ("get_connection", "get_connections", "aget_connection", "get_hook", "aget_hook")
MAKES_TASKS = ("partial", "expand", "expand_kwargs", "override")
"""Methods of operators and tasks that take the operator's arguments."""
NOT_A_LOOKUP = ("filter_by",)
"""Methods whose `conn_id=` searches Airflow's own database."""
NO_CONN_ID_FIRST = re.compile(
    r"airflow\.providers\.google\..*|.*\.(?:GlueJobHook|DynamoDBHook|FirehoseHook|SparkSqlHook|SubprocessHook|"
    r"TableauHook|PagerdutyHook|SparkSubmitHook|BedrockHook|SageMakerHook|RdsHook)"
)
"""Hooks whose first positional argument is something else."""
CONN_ID_SECOND = ("HttpHook", "HttpAsyncHook")
_DOCUMENTATION = ("doc", "doc_md", "doc_json", "doc_yaml", "doc_rst", "description")
STORAGE_PATH = re.compile(r"airflow\.(?:sdk|io\.path|sdk\.io\.path|io)\.ObjectStoragePath")
CONTEXT_NAMES = ("context", "kwargs", "ctx", "airflow_context")
"""What a task's context is called."""


@dataclass(frozen=True, slots=True)
class Read:
    """A function of Airflow that asks for one key."""

    kind: str
    how: str
    parameter: str
    """The key's parameter; it is the first."""
    may_default: bool = False
    """It takes a default, as its second parameter or by name."""
    always_default: bool = False


def read_of(name: str) -> Read | None:
    """What the function with that dotted name asks for; None if it asks for nothing."""
    found = _VARIABLE.fullmatch(name)
    if found:
        method = found[1]
        keeps = method == "setdefault"
        return Read("variable", f"Variable.{method}", "key", method == "get", keeps)
    found = _CONNECTION.fullmatch(name)
    if found:
        return Read("connection", f"Connection.{found[1]}", "conn_id")
    found = _HOOK.fullmatch(name)
    return Read("connection", f"{found[1]}.{found[2]}", "conn_id") if found else None


def names_connection(argument: str) -> bool:
    """Whether an argument or a dict's key of that name names a connection: `conn_id`, `postgres_conn_id`."""
    return _CONN_ID.fullmatch(argument) is not None


def names_connections(argument: str) -> bool:
    """Whether it names several: `conn_ids`."""
    return _CONN_IDS.fullmatch(argument) is not None


def makes_connection(name: str) -> bool:
    """Whether the call makes a connection, so that its `conn_id=` looks nothing up."""
    return _CONNECTION_CLASS.fullmatch(name) is not None


def takes_operator_arguments(name: str) -> bool:
    """Whether a dict given to what is called `name` may hold an operator's arguments."""
    last = name.rpartition(".")[2]
    is_decorator = name.startswith("airflow.") and last[:1].islower()
    return is_decorator or _OPERATOR.fullmatch(last) is not None


def place_of_conn_id(name: str) -> int | None:
    """Which positional argument of a hook's constructor is the connection; None if `name` is no such hook."""
    found = _HOOK_CLASS.fullmatch(name)
    if not found or NO_CONN_ID_FIRST.fullmatch(name):
        return None
    return 1 if found[1] in CONN_ID_SECOND else 0


def documents(argument: str) -> bool:
    """Whether an argument of that name holds text that Airflow shows and never renders."""
    return argument in _DOCUMENTATION


def template_name(text: str) -> bool:
    """Whether a text in the code looks like the name of a template file."""
    return _TEMPLATE_NAME.fullmatch(text) is not None


_ENDINGS = "sql|hql|sh|bash|jinja|jinja2|j2|tmpl|tpl|template|json|yaml|yml|html"
_ONLY_NAMED = "htm|md|txt|xml|cfg|conf|ini|csv|ddl|q"
ENDINGS = tuple(f".{ending}" for ending in _ENDINGS.split("|"))
"""Endings of files below `dags` and `include` that may be templates, named in the code or not."""
_TEMPLATE_NAME = re.compile(rf"\s*[\w./ -]*\w\.(?:{_ENDINGS}|{_ONLY_NAMED})\s*")
