"""The hosts that the embedded Azure answers for, and which service each one is.

A table of its own, so that the tests can compare kvtui's table with it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud's hosts and the audiences of its tokens."""

    name: str
    login: tuple[str, ...]
    vault_suffix: str
    vault_audience: str
    graph: tuple[str, ...]
    arm: str
    arm_audiences: tuple[str, ...]

    def audience(self, resource: str) -> str:
        """The audience of a token for `resource`; empty when the tenant knows no such resource."""
        plain = resource.rstrip("/")
        known = (
            self.vault_audience,
            *(f"https://{host}" for host in self.graph),
            f"https://{self.arm}",
            *self.arm_audiences,
        )
        if plain == GRAPH_APP_ID:
            return f"https://{self.graph[0]}"
        return resource if plain in known else ""

    def service_of(self, audience: str) -> str:
        """`vault`, `graph` or `arm`, for one of this cloud's audiences."""
        plain = audience.rstrip("/")
        if plain == self.vault_audience:
            return "vault"
        return "graph" if plain.removeprefix("https://") in self.graph else "arm"


GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"

CLOUDS = (
    Cloud(
        "public",
        ("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"),
        "vault.azure.net",
        "https://vault.azure.net",
        ("graph.microsoft.com",),
        "management.azure.com",
        ("https://management.core.windows.net",),
    ),
    Cloud(
        "usgov",
        ("login.microsoftonline.us",),
        "vault.usgovcloudapi.net",
        "https://vault.usgovcloudapi.net",
        ("graph.microsoft.us", "dod-graph.microsoft.us"),
        "management.usgovcloudapi.net",
        ("https://management.core.usgovcloudapi.net",),
    ),
    Cloud(
        "china",
        ("login.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
        "vault.azure.cn",
        "https://vault.azure.cn",
        ("microsoftgraph.chinacloudapi.cn",),
        "management.chinacloudapi.cn",
        ("https://management.core.chinacloudapi.cn",),
    ),
)

METADATA_HOST = "169.254.169.254"


def service(host: str) -> tuple[str, Cloud] | None:
    """`("login" | "graph" | "arm" | "vault", its cloud)` for a host in lower case; None: not Azure's."""
    for cloud in CLOUDS:
        if host in cloud.login:
            return "login", cloud
        if host in cloud.graph:
            return "graph", cloud
        if host == cloud.arm:
            return "arm", cloud
        label, _, suffix = host.partition(".")
        if suffix == cloud.vault_suffix and label:
            return "vault", cloud
    return None


def certificate_hosts() -> list[str]:
    """Every host a certificate is needed for, wildcards for the vaults."""
    return [host for one in CLOUDS for host in (*one.login, *one.graph, one.arm, f"*.{one.vault_suffix}")]
