"""A vault's address is checked here, before a credential exists and before anything is resolved.

A token must never be asked for, or sent to, a host that someone else may own. So a typed address is parsed by
hand, because URL libraries accept too much; every part that a vault's address does not have is rejected; and
the address that is used is built from the name only.
"""

from __future__ import annotations

import re
from enum import StrEnum

from kvtui.core.problems import ProblemError
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.settings.clouds import Cloud, CloudName, all_clouds, cloud
from kvtui.settings.model import VaultAddress
from kvtui.settings.values import usage_error

# Microsoft Learn, "Naming rules and restrictions for Azure resources", vaults.
_NAME = re.compile(r"[a-z](?:-?[a-z0-9])+")
_HOST = re.compile(r"[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+){2,}/?")
"""A host without a scheme, as copied from somewhere: read as its https URL."""
_AUTHORITY_ENDS = re.compile(r"[/?#\\]")


class InvalidVaultAddress(StrEnum):
    """Why an address was rejected; the `code` of the problem."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    """White space, control characters or anything outside ASCII."""
    SCHEME = "scheme"
    USERINFO = "userinfo"
    PORT = "port"
    PATH = "path"
    QUERY = "query"
    FRAGMENT = "fragment"
    NAME = "name"
    OTHER_CLOUD = "other-cloud"
    PRIVATE_LINK = "private-link"
    FOREIGN_HOST = "foreign-host"


def parse_vault_address(text: str, cloud_name: CloudName = CloudName.PUBLIC) -> VaultAddress:
    """The vault that `text` names in the chosen cloud.

    `text` is a vault's name (`kv-demo`), its host or its https URL, the two with an optional final slash;
    spaces around it are dropped and capitals lowered. Raises `ProblemError` (usage), whose `code` is a
    `InvalidVaultAddress`, for everything else.
    """
    chosen = cloud(cloud_name)
    typed = text.strip(" ")
    if not typed:
        raise _rejected(InvalidVaultAddress.EMPTY, "The vault's address is empty.", chosen)
    if not all("!" <= character <= "~" for character in typed):
        what = "A vault's address has only plain letters, digits, hyphens and dots, and no white space."
        raise _rejected(InvalidVaultAddress.CHARACTERS, what, chosen)
    if ":" not in typed and "/" not in typed and "." not in typed:
        return VaultAddress(_vault_name(typed, chosen), cloud_name)
    return VaultAddress(_name_of_host(_host(typed, chosen), chosen), cloud_name)


def _host(typed: str, chosen: Cloud) -> str:
    """The host of an https URL that has nothing but a host."""
    if _HOST.fullmatch(typed):
        typed = f"https://{typed}"
    scheme, separator, rest = typed.partition("://")
    if not separator or scheme.lower() != "https":
        raise _rejected(InvalidVaultAddress.SCHEME, "A vault's address must begin with https://.", chosen)
    end = _AUTHORITY_ENDS.search(rest)
    authority, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    if "@" in authority:
        raise _rejected(
            InvalidVaultAddress.USERINFO, "A vault's address has no user name or password in it.", chosen
        )
    if "#" in tail:
        raise _rejected(InvalidVaultAddress.FRAGMENT, "A vault's address has no # part.", chosen)
    if "?" in tail:
        raise _rejected(InvalidVaultAddress.QUERY, "A vault's address has no ? part.", chosen)
    if tail not in ("", "/"):
        raise _rejected(InvalidVaultAddress.PATH, "A vault's address has nothing after the host.", chosen)
    if ":" in authority and not authority.startswith("["):
        raise _rejected(InvalidVaultAddress.PORT, "A vault's address has no port.", chosen)
    return authority.lower()


def _name_of_host(host: str, chosen: Cloud) -> str:
    for each in all_clouds():
        name, separator, after = host.partition("." + each.vault_suffix)
        if not separator or after:
            continue
        if each.name is not chosen.name:
            what = f"That vault is in the cloud {each.name}, and the chosen cloud is {chosen.name}."
            remedy = Remedy(Do.CHOOSE_CLOUD, f"Choose the cloud {each.name} {HOW}.", each.name)
            raise _rejected(InvalidVaultAddress.OTHER_CLOUD, what, chosen, remedy)
        return _vault_name(name, chosen)
    if ".privatelink." in f".{host}" or host.partition(".")[2].startswith("vaultcore."):
        what = "That is the name of a private endpoint: use the vault's own name."
        raise _rejected(InvalidVaultAddress.PRIVATE_LINK, what, chosen)
    what = (
        f"That host is not a vault of the cloud {chosen.name}: a vault's host is NAME.{chosen.vault_suffix}."
    )
    raise _rejected(InvalidVaultAddress.FOREIGN_HOST, what, chosen)


def _vault_name(typed: str, chosen: Cloud) -> str:
    name = typed.lower()
    if not 3 <= len(name) <= 24 or not _NAME.fullmatch(name):
        what = (
            "A vault's name is 3 to 24 letters, digits and single hyphens, begins with a letter and does not "
            "end with a hyphen."
        )
        raise _rejected(InvalidVaultAddress.NAME, what, chosen)
    return name


def _rejected(reason: InvalidVaultAddress, what: str, chosen: Cloud, remedy: str = "") -> ProblemError:
    """The address itself is not repeated: it may hold a password."""
    usual = f"Give https://NAME.{chosen.vault_suffix}/ or just NAME; the portal calls it Vault URI."
    return usage_error(what, remedy or usual, reason)
