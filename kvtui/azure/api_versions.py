"""The API versions that kvtui asks Azure with, in one place. Microsoft retires old ones with a date.

Microsoft Graph is asked as v1.0 (`graph`), Entra as v2.0 by azure-identity, a vault's secrets with the
version of the pinned azure-keyvault-secrets. When one of these changes, its answers in `kvtui/emulator`
are compared with Microsoft's reference.
"""

from __future__ import annotations

SUBSCRIPTIONS = "2022-12-01"
KEY_VAULT = "2026-02-01"
"""Management of vaults. All older versions retire on 27 February 2027."""
AUTHORIZATION = "2022-04-01"
"""Role assignments, deny assignments and role definitions."""
MANAGED_IDENTITY = "2023-01-31"
