"""The connection types of Airflow's providers: which fields their forms have, and what the forms call them.

From `ui-field-behaviour` of the providers' `get_provider_info.py` as of November 2026 (amazon 9.39.0, google
22.8.0, microsoft-azure 15.2.1, the others of then): the fields that a form hides, and its own labels, here
without "(optional)". Extra is shown for every type, because most forms write to it. A type without a row
has all fields and Airflow's labels; some such types have a row all the same, so that they can be chosen.
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
_NO_PORT = ("port", "schema")
_ONLY_PASSWORD = (*_NO_SERVER, "login")
_ONLY_EXTRA = (*_ONLY_PASSWORD, "password")
_AZURE = {"login": "Azure Client ID", "password": "Azure Secret"}
_CLIENT = {"login": "Client ID", "password": "Client Secret"}
_AWS = {"login": "AWS Access Key ID", "password": "AWS Secret Access Key"}
_DATABASE = {"schema": "Database"}
_USER = {"login": "Username"}
_API_KEY = {"password": "API Key"}

_TABLE: tuple[tuple[str, Mapping[str, str], tuple[str, ...]], ...] = (
    (
        "adls",
        {"login": "Client ID", "password": "ADLS Gen2 Key / Client Secret", "host": "ADLS Gen2 Account Name"},
        _NO_PORT,
    ),
    ("airbyte", {**_CLIENT, "host": "Server URL", "schema": "Token URL"}, ("port",)),
    ("apprise", {}, _ONLY_EXTRA),
    (
        "arangodb",
        {
            "host": "ArangoDB Host URLs",
            "schema": "ArangoDB Database",
            "login": "ArangoDB Username",
            "password": "ArangoDB Password",
        },
        ("port",),
    ),
    ("asana", {}, _ONLY_PASSWORD),
    ("athena", _AWS, ("host", "port")),
    ("aws", _AWS, _NO_SERVER),
    ("azure", _AZURE, _NO_SERVER),
    ("azure_ai_agents", {**_AZURE, "host": "Project Endpoint"}, _NO_PORT),
    ("azure_analysis_services", {**_CLIENT, "host": "Region Endpoint"}, _NO_PORT),
    ("azure_batch", {"login": "Batch Account Name", "password": "Batch Account Access Key"}, _NO_SERVER),
    ("azure_compute", _CLIENT, _NO_SERVER),
    (
        "azure_container_registry",
        {"login": "Registry Username", "password": "Registry Password", "host": "Registry Server"},
        _NO_PORT,
    ),
    ("azure_container_volume", _AZURE, _NO_SERVER),
    ("azure_cosmos", {"login": "Cosmos Endpoint URI", "password": "Cosmos Master Key Token"}, _NO_SERVER),
    ("azure_data_explorer", {**_USER, "host": "Data Explorer Cluster URL"}, _NO_PORT),
    ("azure_data_factory", {"login": "Client ID", "password": "Secret"}, _NO_SERVER),
    ("azure_data_lake", {"login": "Azure Client ID", "password": "Azure Client Secret"}, _NO_SERVER),
    ("azure_fileshare", {"login": "Blob Storage Login", "password": "Blob Storage Key"}, _NO_SERVER),
    ("azure_service_bus", {"schema": "Connection String"}, ("host", "port", "login", "password")),
    (
        "azure_synapse",
        {"login": "Client ID", "password": "Secret", "host": "Synapse Workspace URL"},
        _NO_PORT,
    ),
    ("chime", {"host": "Chime Webhook Endpoint", "password": "Chime Webhook token"}, ("port", "login")),
    ("cohere", _API_KEY, ("port", "schema", "login")),
    ("databricks", {}, ()),
    ("datadog", {"host": "Events host name"}, ("port", "schema", "login", "password")),
    ("dbt_cloud", {"login": "Account ID", "password": "API Token", "host": "Tenant"}, _NO_PORT),
    ("docker", {**_USER, "host": "Registry URL"}, ("schema",)),
    ("duckdb_aws", {"host": "Database path"}, ("port", "schema", "login", "password")),
    ("elasticsearch", {}, ()),
    ("emr", {"extra": "Run Job Flow Configuration"}, _ONLY_EXTRA),
    ("fivetran", {}, ()),
    ("fs", {}, _ONLY_EXTRA),
    ("ftp", {}, ()),
    ("gcpbigquery", {}, _ONLY_EXTRA),
    ("gcpssh", {}, _ONLY_EXTRA),
    ("generic", {}, ()),
    (
        "github",
        {"host": "GitHub Enterprise URL", "password": "GitHub Access Token"},
        ("port", "schema", "login"),
    ),
    ("google_ads", {}, _ONLY_PASSWORD),
    ("google_cloud_platform", {}, _ONLY_EXTRA),
    ("grpc", {}, ("schema", "login", "password")),
    ("hive_cli", {}, ()),
    ("hiveserver2", {}, ()),
    ("http", {}, ()),
    ("imap", {}, ()),
    ("influxdb", {}, ("login", "password")),
    ("influxdb3", {}, ("login", "password")),
    ("jdbc", {"host": "Connection URL"}, _NO_PORT),
    ("jenkins", {}, ()),
    ("jira", {}, ("schema",)),
    ("kafka", {"extra": "Config Dict"}, _ONLY_EXTRA),
    ("kubernetes", {}, _ONLY_EXTRA),
    ("langchain", _API_KEY, ("port", "schema", "login")),
    ("leveldb", {}, ("port", "schema", "login", "password")),
    ("livy", {}, ()),
    ("llamaindex", _API_KEY, ("port", "schema", "login")),
    ("mcp", {"password": "Auth Token"}, ("port", "schema", "login")),
    ("mongo", {**_USER, "schema": "Default DB"}, ()),
    ("msgraph", _CLIENT, ()),
    ("mssql", _DATABASE, ()),
    ("mysql", {}, ()),
    ("odbc", {}, ()),
    ("openai", _API_KEY, ("port", "schema", "login")),
    ("opensearch", {"extra": "OpenSearch Configuration"}, ("schema",)),
    ("opsgenie", {"password": "Opsgenie API Key"}, ("port", "schema", "login")),
    ("oracle", {}, ()),
    ("package_index", {"host": "Package Index URL"}, _NO_PORT),
    ("pagerduty", {"password": "Pagerduty API token"}, _ONLY_PASSWORD),
    ("pagerduty_events", {"password": "Pagerduty Integration key"}, _ONLY_PASSWORD),
    (
        "pinecone",
        {"login": "Pinecone Environment", "host": "Pinecone Host", "password": "Pinecone API key"},
        _NO_PORT,
    ),
    ("postgres", _DATABASE, ()),
    ("powerbi", _CLIENT, _NO_SERVER),
    ("presto", {}, ()),
    ("pydanticai", _API_KEY, ("port", "schema", "login")),
    ("pydanticai_azure", {"password": "API Key", "host": "Azure Endpoint"}, ("port", "schema", "login")),
    ("pydanticai_bedrock", {}, _ONLY_EXTRA),
    ("pydanticai_snowflake", {}, _ONLY_EXTRA),
    ("pydanticai_vertex", {}, _ONLY_EXTRA),
    ("qdrant", _API_KEY, ("schema", "login")),
    ("redis", {}, ("schema",)),
    ("redshift", {"login": "User", "schema": "Database"}, ()),
    ("salesforce", _USER, _NO_SERVER),
    ("samba", {"schema": "Share"}, ()),
    ("sftp", _USER, ("schema",)),
    ("slack", {"password": "Slack API Token"}, _ONLY_PASSWORD),
    ("slackwebhook", {"host": "Slack Webhook Endpoint", "password": "Webhook Token"}, ("port", "login")),
    ("smtp", {}, ("schema",)),
    ("snowflake", {}, ("host", "port")),
    ("spark", {}, ("schema", "login", "password")),
    ("spark_connect", {"password": "Token", "login": "User ID"}, ("schema",)),
    ("spark_sql", {}, ("schema", "login", "password")),
    ("sqlite", {}, ()),
    ("ssh", _USER, ("schema",)),
    ("tableau", {}, ()),
    ("telegram", {}, ("port", "schema", "login")),
    ("teradata", {**_USER, "host": "Database Server URL", "schema": "Database Name"}, ("port",)),
    ("trino", {}, ()),
    ("vault", {}, ()),
    (
        "wasb",
        {"login": "Blob Storage Login", "password": "Blob Storage Key", "host": "Account URL"},
        _NO_PORT,
    ),
    ("weaviate", {"login": "OIDC Username", "password": "OIDC Password"}, ("schema",)),
    ("ydb", {}, ("schema",)),
    (
        "zendesk",
        {"host": "Zendesk domain", "login": "Zendesk email", "password": "Password / API token"},
        _NO_PORT,
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
