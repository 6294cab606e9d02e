"""Which names of Airflow ask for a variable or a connection, and which arguments name one; a project's own.

A new kind of use is a row of `_READS`, a constructor with a connection at a position one of `_POSITIONS`.
Mirrors `airflow/models/{variable,connection}.py`, `airflow/sdk/definitions/{variable,connection}.py` and
`airflow/hooks/base.py`, `airflow/sdk/bases/hook.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

HOOK_METHODS = ("get_connection", "get_connections", "aget_connection", "get_hook", "aget_hook")


@dataclass(frozen=True, slots=True)
class Read:
    """Functions of Airflow that ask for one key."""

    owner: str
    """A pattern of what the functions belong to, by its dotted name."""
    functions: tuple[str, ...]
    kind: str
    parameter: str
    """The key's parameter; it is the first."""
    may_default: bool = False
    """They take a default, as their second parameter or by name."""
    always_default: bool = False
    how: str = ""
    """What it is called in the report, if not by its last two names."""


@dataclass(frozen=True, slots=True)
class OwnLookup:
    """What an operator looks up by itself, if it has an argument; without `key`: what the argument names."""

    operator: str
    argument: str
    kind: str
    key: str = ""


_VIRTUALENV = r"airflow\.(?:.*\.)?(?:PythonVirtualenvOperator|task\.virtualenv)"
_OWN = (
    OwnLookup(_VIRTUALENV, "venv_cache_path", "variable", "PythonVirtualenvOperator.cache_key"),
    OwnLookup(_VIRTUALENV, "index_urls_from_connection_ids", "connection"),
)
_VARIABLE = r"airflow\.(?:models(?:\.variable)?|sdk(?:\.definitions\.variable)?)\.Variable"
_CONNECTION = r"airflow\.(?:models(?:\.connection)?|sdk(?:\.definitions\.connection)?)\.Connection"
_OF_CONTEXT = r"context\.var\.(?:value|json)"
_READS = (
    Read(_VARIABLE, ("get",), "variable", "key", may_default=True),
    Read(_VARIABLE, ("setdefault",), "variable", "key", always_default=True),
    Read(_VARIABLE, ("get_variable_from_secrets",), "variable", "key"),
    Read(_CONNECTION, ("get", "async_get", "get_connection_from_secrets"), "connection", "conn_id"),
    Read(r"airflow\.secrets", ("get_connections",), "connection", "conn_id"),
    Read(r"airflow\.secrets", ("get_variable",), "variable", "key"),
    Read(
        r"context\.var\.(?:value|json)", ("get",), "variable", "key", may_default=True, how="context['var']"
    ),
    Read(r"context\.conn", ("get",), "connection", "conn_id", may_default=True, how="context['conn']"),
    Read(r"(?:.*\.)?\w*Hook", HOOK_METHODS, "connection", "conn_id"),
)
HOOK_READ = _READS[-1]
_SECOND_OF_GOOGLE = (
    r"CloudSQL\w*|CloudFunctions|ComputeEngine|GoogleAds|GoogleDrive|GoogleAnalytics\w*|GoogleCampaignManager|"
    r"GoogleDisplayVideo360\w*|GoogleSearchAds\w*|LifeSciences|CloudDataTransferService|CloudTranslate"
)
_NONE = "GlueJob|DynamoDB|Firehose|SparkSql|Subprocess|Tableau|Pagerduty|SparkSubmit|Bedrock|SageMaker|Rds"
_POSITIONS = (
    (r"airflow\.providers\.google\..*\.GoogleDiscoveryApiHook", 2),
    (rf"airflow\.providers\.google\..*\.(?:{_SECOND_OF_GOOGLE})Hook", 1),
    (rf"airflow\.(?:.*\.)?(?:{_NONE})Hook", None),
    (r"airflow\.(?:.*\.)?(?:HttpHook|HttpAsyncHook)", 1),
    (r"cosmos\.(?:.*\.)?(?:get_automatic_profile_mapping|\w+ProfileMapping)", 0),
    (r"airflow\.(?:.*\.)?\w+Hook", 0),
    (r"(?!builtins\.|webhook)(?:.*\.)?\w*(?:^|\.)[A-Z]\w*Hook", 0),
)
"""Which positional argument of a constructor is the connection; None: none is. The first that fits counts."""
_DOES = (
    (rf"{_CONNECTION}(?:\..*)?", "connection"),
    (r"airflow\.(?:contrib|providers\.ssh)\.hooks\.\w+\.SSHHook", "ask"),
    (r"airflow\.providers\.google\.cloud\.hooks\.\w+\.(?!\w*Async|Looker)\w+Hook", "ask"),
    (rf"{_VARIABLE}\.(?:set|update)", "set"),
    (r"(?:.*\.)?AzureKeyVaultBackend", "backend"),
    (r"airflow\.(?:sdk|io\.path|sdk\.io\.path|io)\.ObjectStoragePath", "path"),
)
_OPERATOR = r"(?!.*airbyte).*(?:Operator|Sensor|Hook|DAG|TaskGroup|Transfer|Trigger|Notifier)(?:\.__init__)?"
"""Airbyte's `connection_id` is its own."""
MAKES_TASKS = ("partial", "expand", "expand_kwargs", "override")
"""Methods of operators and tasks that take the operator's arguments."""
NOT_A_LOOKUP = ("filter_by",)
"""Methods whose `conn_id=` searches Airflow's own database."""
DOCUMENTATION = ("doc", "doc_md", "doc_json", "doc_yaml", "doc_rst", "description")
"""Arguments that hold text that Airflow shows and never renders."""
CONTEXT_NAMES = ("context", "kwargs", "ctx", "airflow_context")
"""What a task's context is called."""
_ENDINGS = "sql|hql|sh|bash|jinja|jinja2|j2|tmpl|tpl|template|json|yaml|yml|html"
ENDINGS_NAMED = f"{_ENDINGS}|htm|md|txt|xml|cfg|conf|ini|csv|ddl|q"
"""Those of templates that the code names."""
ENDINGS = tuple(f".{ending}" for ending in _ENDINGS.split("|"))
"""Endings of files below `dags` and `include` that may be templates, named in the code or not."""
TEMPLATE_NAME = re.compile(rf"(?s:(?!.{{300}}))\s*[\w./ -]*\w\.(?:{ENDINGS_NAMED})\s*")
"""A text in the code that looks like the name of a template file."""


@dataclass(frozen=True, slots=True)
class Called:
    """What the tables say of something from outside the project that is called, by its dotted name."""

    how: str
    """How to call it: `Variable.get`."""
    read: Read | None
    position: int | None
    """Which positional argument is a connection."""
    takes_arguments: bool
    """A dict given to it may hold an operator's arguments."""
    does: str
    """`set` a variable; `ask` as soon as it is made; make a `backend`, a `path`, or a `connection`, whose
    `conn_id=` looks nothing up."""
    own: tuple[OwnLookup, ...]


@lru_cache(maxsize=20_000)
def _called(name: str, more: tuple[Read, ...]) -> Called:
    owner, _, last = name.rpartition(".")
    reads = (read for read in (*more, *_READS) if last in read.functions)
    read = next((read for read in reads if re.fullmatch(read.owner, owner)), None)
    is_decorator = name.startswith("airflow.") and last[:1].islower()
    return Called(
        (read and read.how) or f"{owner.rpartition('.')[2]}.{last}",
        read,
        next((place for pattern, place in _POSITIONS if re.fullmatch(pattern, name)), None),
        is_decorator or re.fullmatch(_OPERATOR, name) is not None,
        next((what for pattern, what in _DOES if re.fullmatch(pattern, name)), ""),
        tuple(own for own in _OWN if re.fullmatch(own.operator, name)),
    )


Names = Literal["none", "one", "several", "of Airflow"]
"""How many connections an argument, or a dict's key, names; `of Airflow`: one, if it is an argument of an
operator or a notifier that names none otherwise."""
_ARGUMENTS: tuple[tuple[str, Names], ...] = (
    (r"(?:\w+_)?conn_id|kafka_config_id", "one"),
    (r"(?:\w+_)?conn_ids", "several"),
    (r"(?:\w+_)?connection_id", "of Airflow"),
)


@lru_cache(maxsize=20_000)
def _names_connections(argument: str) -> Names:
    return next((kind for pattern, kind in _ARGUMENTS if re.fullmatch(pattern, argument)), "none")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """These tables, and what a project adds to them."""

    reads: tuple[Read, ...] = ()
    """Functions from outside the project that ask for one key."""
    connection_arguments: frozenset[str] = frozenset()
    """Names of arguments that name a connection as `conn_id` does."""

    def called(self, name: str) -> Called:
        """All that is known of the dotted name `name`."""
        return _called(name, self.reads)

    def names_connections(self, argument: str) -> Names:
        """How many connections an argument, or a dict's key, names: `conn_id`, `postgres_conn_ids`."""
        return "one" if argument in self.connection_arguments else _names_connections(argument)

    def that_name_one(self, arguments: Iterable[str]) -> list[str]:
        """Those of the arguments that each name one connection in any case."""
        return [each for each in arguments if self.names_connections(each) == "one"]

    def names(self) -> list[str]:
        """The words of the project's own that ask for something."""
        return [*(name for read in self.reads for name in read.functions), *sorted(self.connection_arguments)]


NOTHING_MORE = Vocabulary()
