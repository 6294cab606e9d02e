"""The addresses of the services in the three Azure clouds. No other module defines any."""

from __future__ import annotations

from dataclasses import dataclass

from kvtui.settings.enums import CloudName

__all__ = ["Cloud", "CloudName", "all_clouds", "cloud"]


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud's addresses. Hosts carry no scheme; resources are what a token is asked for."""

    name: CloudName
    authority: str
    vault_suffix: str
    vault_resource: str
    graph: str
    arm: str


_TABLE = {
    CloudName.PUBLIC: Cloud(
        CloudName.PUBLIC,
        "login.microsoftonline.com",
        "vault.azure.net",
        "https://vault.azure.net",
        "graph.microsoft.com",
        "management.azure.com",
    ),
    CloudName.USGOV: Cloud(
        CloudName.USGOV,
        "login.microsoftonline.us",
        "vault.usgovcloudapi.net",
        "https://vault.usgovcloudapi.net",
        "graph.microsoft.us",
        "management.usgovcloudapi.net",
    ),
    CloudName.CHINA: Cloud(
        CloudName.CHINA,
        "login.chinacloudapi.cn",
        "vault.azure.cn",
        "https://vault.azure.cn",
        "microsoftgraph.chinacloudapi.cn",
        "management.chinacloudapi.cn",
    ),
}


def cloud(name: CloudName) -> Cloud:
    """The addresses of the cloud called `name`."""
    return _TABLE[name]


def all_clouds() -> tuple[Cloud, ...]:
    """Every cloud, the public one first."""
    return tuple(_TABLE.values())
