"""What a directory entry says of the deployment identity."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.settings.model import Settings

_GROUP = re.compile(r"/resourcegroups/([^/]+)/", re.IGNORECASE)


def with_kind(settings: Settings, entry: DirectoryEntry) -> Settings:
    """The settings with the kind of their identity, and the resource group of a managed one."""
    group = _GROUP.search(entry.resource_id)
    return replace(
        settings,
        identity_is_app=entry.kind is EntryKind.APPLICATION,
        identity_is_managed=entry.kind is EntryKind.MANAGED_IDENTITY,
        resource_group=group[1] if group else "",
    )


def of_entries(settings: Settings, entries: Iterable[DirectoryEntry]) -> Settings:
    """The settings with name and kind of the app or managed identity that has their client ID.

    The same settings if no entry is one: a service principal may be of an app in another tenant.
    """
    kinds = (EntryKind.APPLICATION, EntryKind.MANAGED_IDENTITY)
    own = (each for each in entries if each.client_id.lower() == settings.client_id.lower())
    for entry in own:
        if entry.kind in kinds:
            named = replace(settings, identity_name=settings.identity_name or entry.display_name)
            kept = settings.resource_group
            found = with_kind(named, entry)
            return replace(found, resource_group=found.resource_group or kept)
    return settings
