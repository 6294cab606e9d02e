"""The ids that Azure gives, each with one pattern for the whole program."""

from __future__ import annotations

import re

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A directory id: 8-4-4-4-12 hexadecimal digits."""
TENANT_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE
)
"""A domain of a tenant: `contoso.onmicrosoft.com`."""
RESOURCE = re.compile(r"/subscriptions/[\w./()-]{1,600}")
"""A Resource Manager id. Nothing else is ever put into a request's path."""


def is_guid(text: str) -> bool:
    """Whether the whole of `text` is a GUID."""
    return GUID.fullmatch(text) is not None
