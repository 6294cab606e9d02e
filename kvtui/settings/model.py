"""Everything the user has chosen. Nothing else determines what is written."""

from __future__ import annotations

from dataclasses import dataclass

from kvtui.core.secret_text import SecretText
from kvtui.settings.clouds import Cloud, cloud
from kvtui.settings.enums import AuthMode, Chart, CloudName, Context, From, Kind, SignInKind, Target

__all__ = [
    "AuthMode",
    "Chart",
    "CloudName",
    "Context",
    "From",
    "Kind",
    "Settings",
    "SignInKind",
    "Target",
    "VaultAddress",
]


@dataclass(frozen=True, slots=True)
class VaultAddress:
    """A vault's address, built from its name and its cloud, never from a typed URL."""

    name: str
    cloud_name: CloudName = CloudName.PUBLIC

    @property
    def host(self) -> str:
        """`kv-demo.vault.azure.net`"""
        return f"{self.name}.{cloud(self.cloud_name).vault_suffix}"

    @property
    def url(self) -> str:
        """`https://kv-demo.vault.azure.net/`, as the backend's `vault_url` is written."""
        return f"https://{self.host}/"

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's choices. Frozen: a change makes a new one (`dataclasses.replace`)."""

    cloud_name: CloudName = CloudName.PUBLIC
    vault: VaultAddress | None = None
    tenant_id: str = ""
    """Of the deployment identity: a GUID or a domain."""
    client_id: str = ""
    """Of the deployment identity: an app's or a managed identity's client ID."""
    client_secret: SecretText | None = None
    """Used in client-secret mode only."""
    identity_name: str = ""
    """The deployment identity's display name where it is known; shown, never written."""
    identity_is_app: bool = False
    """The directory says that it is an app registration, not a managed identity."""
    identity_is_managed: bool = False
    """The directory says that it is a managed identity."""
    resource_group: str = ""
    """Of the managed identity, where it is known: for the commands of the next steps."""
    issuer: str = ""
    """The cluster's OIDC issuer, for the same."""
    service_account: str = ""
    """The agents' service accounts where the values do not name them, with commas between them."""
    auth_mode: AuthMode = AuthMode.CLIENT_SECRET
    target: Target = Target.ASTRO
    chart: Chart = Chart.AGENT
    variables_prefix: str | None = "airflow-variables"
    """None: Airflow never asks the vault for variables (`null` in the kwargs)."""
    connections_prefix: str | None = "airflow-connections"
    config_prefix: str | None = "airflow-config"
    sep: str = "-"
    sign_in: SignInKind = SignInKind.AUTO
    airflow_version: str = ""
    """What is simulated, `3.3.2`; empty: detected from the project, else the newest known."""
    provider_version: str = ""
    context: Context = Context.TASK
    shell_sourceable: bool = False
    """Write the kwargs in `.env` within single quotes (form B)."""
    deployment_id: str = ""
    """The Astro Deployment that the commands of the next steps are for."""
    namespace: str = ""
    """The Kubernetes namespace of the agents; empty: the one that the values name."""
    release: str = ""
    """The Helm release; empty: `astro-agent` or `airflow`, after the chart."""

    @property
    def has_client_image(self) -> bool:
        """The agents have an image, and requirements, of their own beside those of `astro dev`."""
        return self.target is Target.REMOTE_EXECUTION and self.chart is Chart.AGENT

    @property
    def cloud(self) -> Cloud:
        """The addresses of the chosen cloud."""
        return cloud(self.cloud_name)

    @property
    def identity_kind_is_unknown(self) -> bool:
        """Whether it may be an app registration or a managed identity; only that is in a resource group."""
        return not (self.identity_is_app or self.identity_is_managed or self.resource_group)

    @property
    def deployment_name(self) -> str:
        """The deployment identity as shown: its name, else its client ID, else `not chosen`."""
        return self.identity_name or self.client_id or "not chosen"

    @property
    def identity_lacks(self) -> tuple[str, ...]:
        """What the deployment identity lacks: `client ID`, `tenant`, `client secret`; empty: nothing."""
        needed: dict[str, object] = {"client ID": self.client_id, "tenant": self.tenant_id}
        if self.auth_mode is AuthMode.CLIENT_SECRET:
            needed["client secret"] = self.client_secret
        return tuple(name for name, value in needed.items() if not value)

    @property
    def signs_in_anywhere(self) -> bool:
        """kvtui can sign in as the deployment identity on any host: it has the app's client secret."""
        return self.auth_mode is AuthMode.CLIENT_SECRET and not self.identity_lacks
