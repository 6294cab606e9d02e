"""The checks of the way to Azure: the proxy and the vault's address as this host sees them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.app.checks.finding import Finding, fail, ok, skipped, warn
from kvtui.app.exits import Exit
from kvtui.core.problems import ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy

if TYPE_CHECKING:
    from kvtui.app.checks.facts import Facts
    from kvtui.settings.model import Settings

_RUN = Remedy(Do.RUN_CHECKS, f"Run the checks {HOW}.")
IN_THE_DEMO = "Demo: requests go to an Azure that is simulated inside kvtui."
"""Instead of the proxy's variable or address, which the user did not set."""


def proxy(facts: Facts, settings: Settings) -> Finding:
    """Whether the environment's proxy can be used, and requests get through it."""
    network = facts.network
    if network is None:
        return skipped("Not checked yet.", _RUN)
    if network.problem is not None:
        return fail(network.problem.what, network.problem.remedy)
    of_vault = () if network.vault_directly else (facts.listing, facts.sample_read, facts.deployment_read)
    tried = [each.problem for each in (facts.sign_in, *of_vault) if each is not None]
    lost = next((each for each in tried if each and each.kind is ProblemKind.UNREACHABLE), None)
    if not network.proxy:
        what = "No proxy is set: requests go to Azure directly."
        return warn(what, "If this network needs a proxy, set HTTPS_PROXY.") if lost else ok(what)
    if lost is not None:
        return fail(lost.what, lost.remedy, Exit.UNREACHABLE)
    if facts.demo:
        return ok(IN_THE_DEMO)
    but = ", those to the vault directly" if network.vault_directly else ""
    return ok(f"Requests to Azure go through the proxy in {network.proxy}{but}.")


def private_endpoint(facts: Facts, settings: Settings) -> Finding:
    """Whether the vault's name resolves to an address that this host can use, private or public."""
    network, vault = facts.network, settings.vault
    if network is None or vault is None:
        return skipped("Not checked yet.", _RUN if vault is not None else "Choose the vault first.")
    if network.problem is not None:
        return skipped("The proxy cannot be used.", network.problem.remedy)
    tried = [each.problem for each in (facts.listing, facts.sample_read, facts.deployment_read) if each]
    blocked = any(each is not None and each.code == "ForbiddenByFirewall" for each in tried)
    if not network.vault_directly:
        if any(each is not None and each.kind is ProblemKind.UNREACHABLE for each in tried):
            return skipped("The proxy does not reach the vault.", "See the check proxy.")
        if facts.demo:
            return skipped("Demo: no address is looked up.")
        if not blocked:
            return skipped("This host's DNS is not used: the proxy looks up the vault's address.")
        remedy = f"If this host reaches the private endpoint without it, list {vault.host} in NO_PROXY."
        what = f"The proxy in {network.proxy} looks up the vault's address"
        return warn(f"{what}, and the vault's firewall blocks the proxy.", remedy)
    zone = f"privatelink.{settings.cloud.vault_suffix.replace('vault', 'vaultcore', 1)}"
    link = f"link the private DNS zone {zone} to this host's network"
    if network.private is None:
        what = f"This host cannot resolve {vault.host}."
        return warn(what, f"Check the name and this host's DNS. For a private endpoint: {link}.")
    address = ", ".join(network.addresses[:2])
    if network.private:
        return ok(f"{vault.host} has the private address {address} here.")
    what = f"{vault.host} has the public address {address} here"
    if not blocked:
        return ok(f"{what}: no private endpoint is used.")
    remedy = f"To use a private endpoint, {link}. Or allow this host's address in the vault's firewall."
    return warn(f"{what}, and its firewall blocks this host.", remedy)
