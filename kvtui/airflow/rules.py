"""The versions at which each rule of Airflow and the provider begins and ends, as data.

Older releases than Airflow 2.10 and provider 6.3 are treated as these, with a warning. All other modules of
this package use a rule by its name and never compare version numbers. Read from the released wheels of
`apache-airflow-providers-microsoft-azure`, `apache-airflow-core` and `apache-airflow-task-sdk`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kvtui.core.problems import Problem, ProblemError, ProblemKind

Numbers = tuple[int, int, int]

_LEADING = re.compile(r"\s*v?([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?")


@lru_cache(maxsize=256)
def numbers(version: str) -> Numbers:
    """`3.1` becomes `(3, 1, 0)`; what follows the third number (`rc1`, `+astro.2`) is dropped.

    Raises `ProblemError` (usage) for a text that does not begin with a number.
    """
    found = _LEADING.match(version)
    if not found:
        raise no_version(version)
    major, minor, patch = found.groups(default="0")
    return int(major), int(minor), int(patch)


def no_version(text: str) -> ProblemError:
    """The error for a text that is not a version."""
    remedy = "Write it as three numbers, for instance 3.3.2."
    return ProblemError(Problem(f"{text[:40]!r} is not a version.", remedy, ProblemKind.USAGE))


@dataclass(frozen=True, slots=True)
class Rule:
    """One behaviour and the versions that have it."""

    what: str
    """The behaviour, one sentence."""
    since: Numbers = (0, 0, 0)
    """The first version that has it."""
    until: Numbers | None = None
    """The first version that no longer has it; None: still there in the newest known."""
    source: str = "wheels"
    """The source of the rule: the wheels' own code, or only an issue (`apache/airflow#63929`)."""

    def holds(self, version: str) -> bool:
        """Whether `version` has it."""
        have = numbers(version)
        return self.since <= have and (self.until is None or have < self.until)


# --- rules of the provider, by its version ---

CLIENT_SECRET_KWARGS = Rule("tenant_id, client_id and client_secret are kwargs of the backend.", (8, 0, 0))
IDENTITY_KWARGS = Rule(
    "managed_identity_client_id and workload_identity_tenant_id are kwargs of the backend.", (8, 2, 0)
)
STRICT_PREFIX_TYPE = Rule(
    "Any prefix but null is stripped, so one that is not text stops Airflow.", until=(12, 7, 0)
)
TEAM_REFUSAL_ALWAYS = Rule(
    "A variable or connection whose name has text on both sides of `--` is not looked up.",
    (13, 2, 0),
    (14, 1, 0),
)
LEGAL_NAME_CHECK = Rule(
    "A name that Key Vault does not allow is not asked for; a warning is logged.", (13, 3, 0)
)
TEAM_REFUSAL_MULTI_TEAM = Rule(
    ("With [core] multi_team, a key whose name contains `--` is not looked up; a warning is logged."),
    (14, 1, 0),
)

# --- rules of Airflow, by its version ---

TASK_SDK = Rule("Tasks look up through the SDK and, on a miss, through the API server.", (3, 0, 0))
WORKERS_SECTION = Rule("[workers] secrets_backend replaces [secrets] backend in tasks.", (3, 0, 0))
WORKERS_KWARGS_ARE_ASKED_FOR = Rule(
    (
        "[workers] secrets_backend_kwargs_secret is asked of the backend in [secrets]; an empty "
        "answer means no kwargs."
    ),
    (3, 0, 0),
    (3, 2, 0),
)
PER_KEY_KWARGS = Rule("AIRFLOW__SECRETS__BACKEND_KWARG__NAME sets one kwarg.", (3, 2, 0))
PER_KEY_KWARGS_LEAK = Rule(
    "The Config API shows BACKEND_KWARG__ values unmasked (CVE-2026-48892).", (3, 2, 0), (3, 3, 0)
)
MISSING_KEY_FULL_STOP = Rule("The server's `does not exist.` ends with a full stop.", (3, 2, 0))
SDK_IGNORES_JSON = Rule(
    "In a task deserialize_json is ignored for what a backend answers.", (3, 0, 0), (3, 0, 2)
)
CONNECTION_MISS_TRANSLATED = Rule(
    "In a task a connection that is nowhere raises AirflowNotFoundException.", (3, 0, 4)
)
MISSING_VARIABLE_AT_ERROR = Rule(
    "The task's supervisor logs a missing variable at ERROR.", (3, 0, 0), (3, 2, 0)
)
MISSING_CONNECTION_AT_ERROR = Rule(
    "The task's supervisor logs a missing connection at ERROR.", (3, 0, 0), (3, 1, 2)
)
SERVER_ERROR_AT_WARNING = Rule(
    "The task's supervisor logs an answer that is an error at WARNING.", (3, 0, 0), (3, 1, 0)
)
BACKEND_VALUES_UNMASKED = Rule(
    "Task logs show a connection's password and a variable's value from a backend.", (3, 0, 0), (3, 0, 5)
)
QUOTED_PASSWORD_UNMASKED = Rule(
    "Task logs mask a password, and not its form with % escapes.",
    (3, 0, 5),
)
CONFIG_SECRETS_UNMASKED = Rule(
    "Task logs show a secret option that a task prints.", (3, 1, 8), source="apache/airflow#63921"
)
QUIET_CONNECTION_ERRORS = Rule("A backend's failure on a connection is logged at DEBUG only.", (3, 0, 0))
QUERY_IS_JSON_DECODED = Rule("The server decodes values in a connection URI's query as JSON.", (3, 1, 6))
SDK_PARSES_JSON_CONNECTIONS = Rule("A task reads JSON connections by the SDK's own rules.", (3, 1, 0))
SDK_PARSES_CONNECTIONS = Rule("A task reads every connection by the SDK's own rules.", (3, 2, 0))
EXECUTION_API_BACKEND = Rule("The API server is the last backend in a task's list.", (3, 1, 1))
CONNECTION_ERRORS_IN_TASK_LOG = Rule(
    "In a task a backend's failure on a connection is logged at ERROR.", until=(3, 1, 1)
)
EXTRA_MUST_BE_OBJECT = Rule("The server takes a connection's extra only as a JSON object.", (3, 0, 0))
JSON_URI_EXTRA_IS_DICT = Rule(
    "In a task the extra of a JSON connection with a uri is a dict.", (3, 2, 0), (3, 3, 0)
)
CONNECTION_IDS_ARE_QUOTED = Rule(
    "A task escapes a connection's id in the request's URL (read from the beta 3.4.0b2).", (3, 4, 0)
)
WARNS_OF_SCHEME = Rule("The server warns of a `_` in a connection's scheme.", until=(3, 4, 0))
SCHEME_AS_WRITTEN = Rule(
    "The server's warning about `_` in a scheme looks at the scheme as it is written.", (3, 2, 1)
)
KEYS_ROUTE = Rule("The API server lists variables under the name `keys`.", (3, 3, 0))
MULTI_TEAM = Rule("Connections and variables may belong to a team.", (3, 2, 0))
ENV_REFUSES_TEAM_NAMES = Rule(
    "The environment is not asked for a key such as `_TEAM___key`.", (3, 2, 0), (3, 3, 1)
)
ENV_REFUSES_TEAM_SEP = Rule(
    "With [core] multi_team the environment is not asked for a key that contains `___`.", (3, 3, 1)
)
RECURSIVE_KWARGS_STOP = Rule("BACKEND_KWARGS_SECRET ends in RecursionError at import.", (3, 2, 0))
CONTRIB_PATH = Rule("The old airflow.contrib path of the backend class still loads.", until=(3, 0, 0))
SHARED_CONFIGURATION = Rule("The configuration parser is shared and logs under its own name.", (3, 2, 0))

# --- rules of the triggerer, and of hooks on the server, by Airflow's version ---

TRIGGER_LOSES_VALUES = Rule(
    "A trigger that looks up in its event loop gets a RuntimeError even for what the vault has: "
    "masking the value asks the supervisor.",
    (3, 0, 5),
    (3, 1, 0),
)
TRIGGER_CANNOT_ASK_SERVER = Rule(
    "A trigger that looks up in its event loop gets a RuntimeError for what the vault does not have.",
    (3, 0, 0),
    (3, 1, 0),
)
TRIGGER_VARIABLES_NOT_ASKED = Rule(
    "A variable that a trigger looks up in its event loop is not found in the metastore.",
    (3, 1, 0),
    (3, 2, 2),
)
TRIGGER_CROSSES_LOOPS = Rule(
    "A lookup from a trigger's thread that reaches the API server can fail: attached to a different loop.",
    (3, 0, 0),
    (3, 2, 2),
    "apache/airflow#64213, apache/airflow#70398; the code that ends it is in the wheels of 3.2.2",
)
TRIGGERER_LOGS_WITHOUT_METASTORE = Rule(
    "To upload its logs, the triggerer finds only connections in the vault or the environment.",
    (3, 1, 1),
    (3, 3, 0),
)
DEADLINES_WITHOUT_METASTORE = Rule(
    "A deadline's callback, which runs in the triggerer, finds no connection of the metastore.",
    (3, 1, 0),
    source="apache/airflow#63929",
)
SERVER_HOOKS_NEED_SUPERVISOR = Rule(
    "A hook on the server (log handler, plugin) ends in ImportError: SUPERVISOR_COMMS for what the "
    "vault does not have.",
    (3, 1, 0),
    (3, 1, 1),
)
