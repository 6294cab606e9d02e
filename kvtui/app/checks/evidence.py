"""The console's name for `gathering`, until it uses that one."""

from kvtui.app.checks.gathering import (
    backend_facts,
    closed_network,
    file_facts,
    git_exposure,
    not_of_this_host,
    provider_pin,
    read_one,
    sample_name,
    with_grant,
)

__all__ = [
    "backend_facts",
    "closed_network",
    "file_facts",
    "git_exposure",
    "not_of_this_host",
    "provider_pin",
    "read_one",
    "sample_name",
    "with_grant",
]
