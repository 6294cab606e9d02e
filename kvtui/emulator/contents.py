"""The vaults and the secrets in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from kvtui.emulator import company

EXPIRED = "airflow-variables-orders-api-token"
"""Expired, and still served: Key Vault's dates are information only."""
DISABLED = "airflow-variables-exchange-rates-url"
UNREACHABLE = "airflow-variables-legacy--token"
"""In some versions of the provider no key maps to this name with a separator of one hyphen."""
NEAR_MISS = "airflow-variables-etl-batchsize"
"""A similar name: the DAGs ask for `etl_batch_size`."""
EMPTY = "airflow-variables-maintenance-message"
DELETED = {"airflow-connections-mysql-old": 3, "airflow-variables-sandbox-bucket": 61}
"""The deleted secrets of the production vault, each with the days since then."""
EXPIRES = "Key Vault secrets should have an expiration date"
CONTENT_TYPE = "Secrets should have content type set"
LONGEST = "Secrets should have the specified maximum validity period"
"""Built-in definitions of Azure Policy, which deny secrets of a vault; `azure_policy` applies them."""
MULTI_LINE = "airflow-variables-report-template"
JSON_VALUE = "airflow-variables-etl-config"


SEGMENTS = (
    "etl", "slack", "dbt", "orders", "billing", "ml", "kafka", "report", "quality", "pricing",
    "inventory", "sla", "feature", "vendor", "warehouse", "alerts",
)  # fmt: skip
"""First segments of the generated names."""

WORDS = (
    "batch", "window", "path", "token", "limit", "owner", "schema", "region", "retries", "schedule",
    "bucket", "target", "channel", "threshold", "timeout", "version", "prefix", "endpoint", "format",
)  # fmt: skip


@dataclass(slots=True)
class Secret:
    """The newest version of one secret; it holds the older ones, each with its own value and attributes."""

    name: str
    value: str
    created: int
    """Seconds since 1970, as all its dates."""
    updated: int
    content_type: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    enabled: bool = True
    expires: int | None = None
    not_before: int | None = None
    managed: bool = False
    number: int = 1
    """Which version this is; the first is 1."""
    older: Secret | None = None

    @property
    def version_id(self) -> str:
        """The id of this version."""
        return sha256(f"{self.name.lower()}/{self.number}".encode()).hexdigest()[:32]

    def versions(self) -> Iterator[Secret]:
        """Its versions, the newest first."""
        version: Secret | None = self
        while version:
            yield version
            version = version.older


@dataclass(slots=True)
class Vault:
    """One vault."""

    name: str
    cloud: str = "public"
    rbac: bool = True
    public_network: bool = True
    ip_rules: tuple[str, ...] | None = None
    """The addresses that its firewall allows; None: it has no firewall."""
    policies: tuple[str, ...] = ()
    """The Azure Policy definitions that deny secrets, by their names."""
    tenant_id: str = company.TENANT_ID
    group: str = company.RESOURCE_GROUP
    secrets: dict[str, Secret] = field(default_factory=dict)
    """By name in lower case, in that order."""
    deleted: dict[str, tuple[Secret, int]] = field(default_factory=dict)
    """The deleted ones that can be recovered, by name in lower case, and when each was deleted."""
    listed: list[Secret] = field(default_factory=list)
    """Its secrets in the order of a listing."""

    @property
    def id(self) -> str:
        """Its Resource Manager id."""
        return company.vault_id(self.name, self.group)

    def put(self, *secrets: Secret) -> None:
        """Adds or replaces secrets and keeps the order."""
        self.fill({**self.secrets, **{secret.name.lower(): secret for secret in secrets}})

    def take(self, name: str) -> None:
        """Removes the secret with this name in lower case."""
        self.fill({key: secret for key, secret in self.secrets.items() if key != name})

    def fill(self, secrets: dict[str, Secret]) -> None:
        """Replaces all secrets; they come by name in lower case, in any order."""
        self.secrets = dict(sorted(secrets.items()))
        self.listed = list(self.secrets.values())


def make_vaults(now: datetime, count: int | None = None) -> dict[str, Vault]:
    """Contoso's vaults by name; with `count` the production vault holds that many secrets."""
    prod = Vault(company.VAULT_RBAC)
    prod.put(*_production(now))
    for name, days in DELETED.items():
        prod.deleted[name] = (_secret(name, "kvtui-demo", now), int((now - timedelta(days=days)).timestamp()))
    if count is not None:
        _resize(prod, count, now)
    staging = Vault(company.VAULT_STAGING)
    staging.put(*_staging(now))
    strict = Vault(company.VAULT_STRICT, policies=(EXPIRES, CONTENT_TYPE, LONGEST))
    region = _secret("airflow-variables-region", "westeurope", now, content_type="text/plain")
    region.expires = int((now + timedelta(days=60)).timestamp())
    strict.put(region)
    legacy = Vault(company.VAULT_POLICIES, rbac=False)
    texts = company.table("secrets")["legacy"]
    legacy.put(*(_secret(name, value, now) for name, value in texts.items()))
    network = company.NETWORK_RESOURCE_GROUP
    private = Vault(company.VAULT_PRIVATE, public_network=False, group=network)
    office = Vault(company.VAULT_FIREWALL, ip_rules=("198.51.100.0/24",), group=network)
    foreign = Vault(company.VAULT_FOREIGN, tenant_id=company.FOREIGN_TENANT_ID)
    government = Vault(company.VAULT_GOVERNMENT, cloud="usgov")
    china = Vault(company.VAULT_CHINA, cloud="china")
    for vault in (private, office, foreign, government, china):
        vault.put(_secret("airflow-variables-region", vault.name, now))
    return {
        vault.name: vault
        for vault in (prod, staging, strict, legacy, private, office, foreign, government, china)
    }


def _secret(name: str, value: str, now: datetime, **more: object) -> Secret:
    """A secret whose dates follow from its name, so that they differ and stay the same."""
    spread = int.from_bytes(sha256(name.encode()).digest()[:4], "big")
    created = int((now - timedelta(days=60 + spread % 600, minutes=spread % 1440)).timestamp())
    updated = created + (spread % 50) * 86400 if spread % 3 == 0 else created
    return Secret(name, value, created, updated, **more)  # type: ignore[arg-type]


def _production(now: datetime) -> list[Secret]:
    texts = company.table("secrets")
    prefixes = {"variables": "airflow-variables-", "connections": "airflow-connections-"}
    prefixes |= {"config": "airflow-config-", "others": ""}
    made = [
        _secret(f"{prefix}{key}", value, now)
        for kind, prefix in prefixes.items()
        for key, value in texts[kind].items()
    ]
    made += [
        _secret(name, "kvtui-demo certificate", now, managed=True, content_type="application/x-pkcs12")
        for name in texts["certificates"]
    ]
    for secret in made:
        _describe(secret, now)
    return made


def _staging(now: datetime) -> list[Secret]:
    """Production's variables and connections but for those of two teams, some of them different."""
    made = [
        secret
        for secret in _production(now)
        if secret.name.startswith(("airflow-variables-", "airflow-connections-"))
        and not secret.name.startswith(("airflow-variables-ml-", "airflow-connections-s3-"))
    ]
    for secret in made:
        if secret.name in ("airflow-variables-environment", "airflow-variables-dbt-target"):
            secret.value = "staging"
        if secret.name == "airflow-variables-feature-flags":
            secret.enabled = False
        if secret.name in (EXPIRED, DISABLED):
            secret.expires, secret.enabled = None, True
    return [*made, _secret("airflow-variables-release-candidate", "2026.11", now)]


def _describe(secret: Secret, now: datetime) -> None:
    """Sets the attributes of a secret by its name and value."""
    if secret.value.startswith(("{", "[")):
        secret.content_type = "application/json"
    if secret.name.startswith("airflow-connections-"):
        secret.tags = {"owner": "data-platform", "system": secret.name.split("-")[2]}
        secret.content_type = secret.content_type or "airflow connection URI"
    if secret.name.startswith("airflow-variables-slack-"):
        secret.tags = {"team": "data-platform", "env": "prod"}
    if secret.name in (JSON_VALUE, "airflow-connections-snowflake-default"):
        _age(secret, 3)
    if secret.name == EXPIRED:
        secret.expires = int((now - timedelta(days=4)).timestamp())
        _age(secret, 2)
    if secret.name == "airflow-connections-dbt-cloud":
        secret.expires = int((now + timedelta(days=8)).timestamp())
    if secret.name == "airflow-variables-forecast-model-name":
        secret.not_before = int((now + timedelta(days=2)).timestamp())
    if secret.name == DISABLED:
        secret.enabled = False


def _age(secret: Secret, count: int) -> None:
    """Gives it `count` versions, a month apart, with the same value."""
    secret.number = count
    for number in range(count - 1, 0, -1):
        month = 86400 * 30
        secret.older = replace(
            secret, number=number, created=secret.created - month, updated=secret.updated - month
        )
        secret = secret.older


def _resize(vault: Vault, count: int, now: datetime) -> None:
    """Reduces the vault to `count` secrets, or fills it with generated ones (25,000 take a moment)."""
    if count <= len(vault.secrets):
        vault.fill(dict(list(vault.secrets.items())[:count]))
        return
    stamp = int((now - timedelta(days=30)).timestamp())
    kinds = ("airflow-variables", "airflow-variables", "airflow-variables", "airflow-connections", "app")
    made = dict(vault.secrets)
    number = 0
    while len(made) < count:
        name = f"{kinds[number % 5]}-{SEGMENTS[number % 16]}-{WORDS[number % 19]}-{number:05d}"
        made[name] = Secret(name, f"value of number {number}", stamp + number, stamp + number)
        number += 1
    vault.fill(made)


def utc_now() -> datetime:
    """The time now, aware, without fractions of a second."""
    return datetime.now(UTC).replace(microsecond=0)
