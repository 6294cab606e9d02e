"""The connection types of Airflow's providers: which fields their forms have, and what the forms call them.

From `ui-field-behaviour` of the providers' `provider.yaml` and `get_ui_field_behaviour` of their hooks: the
fields that a form hides, and its own labels. Extra is shown for every type, because most forms write to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FORM = ("host", "port", "schema", "login", "password", "extra")
"""The fields of a form, in this order."""
_LABELS = {name: name.capitalize() for name in FORM}


@dataclass(frozen=True, slots=True)
class ConnectionType:
    """One connection type."""

    name: str
    """As `conn_type` has it."""
    relabelled: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    secret: tuple[str, ...] = ("password",)
    """The fields that hold a secret."""

    def label(self, name: str) -> str:
        """What the type's form calls a field."""
        return self.relabelled.get(name, _LABELS[name])

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that its form shows."""
        return tuple(name for name in FORM if name not in self.hidden)


_NO_SERVER = ("host", "port", "schema")
_AZURE = {"login": "Azure Client ID", "password": "Azure Secret"}
_CLIENT = {"login": "Client ID", "password": "Client Secret"}
_AWS = {"login": "AWS Access Key ID", "password": "AWS Secret Access Key"}
_ONLY_EXTRA = ("host", "port", "schema", "login", "password")
_DATABASE = {"schema": "Database"}
_USER = {"login": "Username"}

_TABLE: tuple[tuple[str, Mapping[str, str], tuple[str, ...]], ...] = (
    ("adls", {**_CLIENT, "host": "ADLS Gen2 Account Name"}, ("schema", "port")),
    ("airbyte", {}, ()),
    ("aws", _AWS, _NO_SERVER),
    ("azure", _AZURE, _NO_SERVER),
    ("azure_batch", {"login": "Batch Account Name", "password": "Batch Account Access Key"}, _NO_SERVER),
    (
        "azure_container_registry",
        {"host": "Registry Server", "login": "Registry Username", "password": "Registry Password"},
        ("schema", "port"),
    ),
    ("azure_container_volume", _AZURE, _NO_SERVER),
    (
        "azure_cosmos",
        {"login": "Cosmos Endpoint URI", "password": "Cosmos Master Key Token"},
        _NO_SERVER,
    ),
    ("azure_data_explorer", {**_USER, "host": "Data Explorer Cluster URL"}, ("schema", "port")),
    ("azure_data_factory", {"login": "Client ID", "password": "Secret"}, _NO_SERVER),
    ("azure_data_lake", {"login": "Azure Client ID", "password": "Azure Client Secret"}, _NO_SERVER),
    ("azure_fileshare", {"login": "Blob Storage Login", "password": "Blob Storage Key"}, _NO_SERVER),
    ("azure_service_bus", {"schema": "Connection String"}, ("host", "port", "login", "password")),
    (
        "azure_synapse",
        {"host": "Synapse Workspace URL", "login": "Client ID", "password": "Secret"},
        ("schema", "port"),
    ),
    ("databricks", {}, ()),
    ("dbt_cloud", {"host": "Tenant", "login": "Account ID", "password": "API Token"}, ("schema", "port")),
    ("docker", {**_USER, "host": "Registry URL"}, ("schema",)),
    ("elasticsearch", {}, ()),
    ("fivetran", {}, ()),
    ("fs", {}, _ONLY_EXTRA),
    ("ftp", {}, ()),
    ("generic", {}, ()),
    ("google_cloud_platform", {}, _ONLY_EXTRA),
    ("hive_cli", {}, ()),
    ("hiveserver2", {}, ()),
    ("http", {}, ()),
    ("imap", {}, ()),
    ("jdbc", {"host": "Connection URL"}, ("port", "schema")),
    ("kafka", {"extra": "Config Dict"}, _ONLY_EXTRA),
    ("kubernetes", {}, _ONLY_EXTRA),
    ("livy", {}, ()),
    ("mongo", {}, ()),
    ("msgraph", _CLIENT, ()),
    ("mssql", _DATABASE, ()),
    ("mysql", {}, ()),
    ("odbc", {}, ()),
    ("oracle", {}, ()),
    ("package_index", {"host": "Package Index URL"}, ("schema", "port")),
    ("postgres", _DATABASE, ()),
    ("powerbi", _CLIENT, _NO_SERVER),
    ("presto", {}, ()),
    ("redis", {}, ("schema",)),
    ("redshift", _DATABASE, ()),
    ("salesforce", _USER, _NO_SERVER),
    ("sftp", _USER, ("schema",)),
    ("slack", {"password": "Slack API Token"}, (*_NO_SERVER, "login")),
    ("slackwebhook", {"password": "Webhook Token"}, ("port", "login")),
    ("smtp", {}, ("schema",)),
    ("snowflake", {}, ("port", "host")),
    ("spark", {}, ()),
    ("sqlite", {}, ()),
    ("ssh", _USER, ("schema",)),
    ("tableau", {}, ()),
    ("trino", {}, ()),
    (
        "wasb",
        {"host": "Account URL", "login": "Blob Storage Login", "password": "Blob Storage Key"},
        ("schema", "port"),
    ),
)
_SECRET = {"azure_service_bus": ("password", "schema")}
TYPES = {
    name: ConnectionType(name, labels, hidden, _SECRET.get(name, ("password",)))
    for name, labels, hidden in _TABLE
}
"""The types that kvtui knows, by name, in order."""


def type_of(name: str) -> ConnectionType:
    """The type of that name; one that is not in `TYPES` has all fields, with Airflow's own labels."""
    return TYPES.get(name) or ConnectionType(name)
