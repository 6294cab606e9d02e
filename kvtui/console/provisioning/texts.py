"""What the changes in Azure print: titles, facts and actions of the dialogs, steps, messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kvtui.console.actions import ActionId, key_of
from kvtui.core.words import count
from kvtui.settings.model import Target

if TYPE_CHECKING:
    from kvtui.azure.model import AppCredential, DirectoryEntry
    from kvtui.console.provisioning.state import MadeSecret

Facts = tuple[tuple[str, str], ...]
"""Labels and their texts, as the dialog shows them above the actions."""

ADD_SECRET, REMOVE_SECRET = key_of(ActionId.ADD_SECRET), key_of(ActionId.REMOVE_SECRET)
GRANT, DETAILS = key_of(ActionId.GRANT), key_of(ActionId.DETAILS)

# Labels of facts

CHANGE, APP, VAULT, TENANT, TO, IN_USE = "Change", "App", "Vault", "Tenant", "To", "Before that"
SIGNED_IN_AS, RESULT, NOTE = "Signed in as", "Result", "Note"

# Every change

_READ_ONLY = "Read-only: kvtui was started without --allow-changes."
READ_ONLY = f"{_READ_ONLY} Restart it with --allow-changes."
READ_ONLY_WITH_COMMANDS = f"{_READ_ONLY} Restart it with --allow-changes, or use the commands below."
READ_ONLY_YET = f"{_READ_ONLY} It only shows the commands."
"""What is typed does not make them yet; a note says what is missing."""
SIGN_IN_FIRST = "Sign in first (s)."
NO_APP = "Select an app first."
ESC_STOPS_WAITING = "  Esc stops waiting"
ESC_STOPS = "  Esc stops after this step"
STOPPING = "  stopping; Esc cuts it off"
STOPPED = "Stopped. What was done so far stays."


def in_memory(app: str) -> str:
    """After a change was stopped that had made a client secret."""
    return f"The new client secret of {app} is in memory only: w writes the client secret."


def choose_to_write(app: str) -> str:
    """Another identity was chosen while the new client secret of an app is in no file."""
    what = f"The new client secret of {app} is in memory only"
    return f"{what}: choose {app} again, then w writes the client secret."


def write_new(app: str) -> str:
    """The same for the top line, with the app chosen."""
    return f"Write the new client secret of {app} (w): it is in memory only."


def choose_and_write(app: str) -> str:
    """The same for the top line, with another identity chosen."""
    return f"Choose {app} again (pane 2) and write its new client secret (w)."


CUT_OFF = "Stopped while Azure was asked for a change: look whether it was made."
READING = "Reading the vault with the new client secret"


def not_finished(step: str) -> str:
    """The message for a key that has to wait for the running step of a change."""
    return f"Not finished yet: “{step}”. Esc in pane 2 stops it."


# Register an app

REGISTER = "Register an app"
NAME = "Name"
NAME_RULE = "Type a name of 1 to 120 characters, without < > ; & %."
APP_IS_USED = "kvtui uses the app as the deployment identity."
FIND_THE_APP = "After you run them, search for the app in pane 2 and press Enter."
AFTER_REGISTERING = f"{ADD_SECRET} adds a client secret. {GRANT} grants the app read access to the vault."


def register_facts(name: str, tenant: str) -> Facts:
    """What registering creates, and where."""
    what = f"Register the single-tenant app {name} and create its service principal."
    return (CHANGE, what), (TENANT, tenant)


def register_action(name: str) -> str:
    """The action of the dialog."""
    return f"Register {name}"


REGISTER_ANOTHER = "Register another app of the same name"


def looking_for(name: str) -> str:
    """Before an app is registered."""
    return f"Looking for apps named {name}…"


def same_name_facts(name: str, number: int) -> Facts:
    """Why kvtui asks again before it registers an app."""
    there = "An app of that name exists." if number == 1 else f"{number} apps of that name exist."
    return ((APP, name), (NOTE, there))


def use_app(app: DirectoryEntry) -> str:
    """The action that chooses an app that exists."""
    return f"Use the existing app {app.client_id} as the deployment identity"


def registering(name: str) -> str:
    """The title of the steps."""
    return f"Registering {name}"


# Add or rotate a client secret

LIFETIME = "Lifetime in days"
ADD_THE_SECRET = "Add the client secret"  # noqa: S105 - an action
KEPT_IN_MEMORY = "kvtui keeps the client secret in memory only: write it (w) before you quit."
PRINTED_IN_CLEAR = (
    "The command prints the client secret in clear text. kvtui does not see it: enter it in pane 1 "
    "(Client secret), typed or as @FILE."
)
VAULT_TO_TEST = "Choose the vault in pane 1: kvtui tests the new client secret on it."
WRITE_THE_NEW = (
    "w writes the new client secret to the files. The old one stays valid until you remove it "
    f"({REMOVE_SECRET})."
)


def choose_again(app: str) -> str:
    """Another identity or vault was chosen before the vault was read with the new client secret."""
    return (
        f"The new client secret of {app} works. The settings have changed meanwhile: choose {app} and the "
        "vault again, then w writes the client secret."
    )


GRANT_THEN_WRITE = f"{GRANT} grants the app read access to the vault. w writes the files."


def add_secret_title(app: str, *, rotate: bool) -> str:
    """The title of the dialog and of the steps."""
    return f"Add a new client secret to {app}" if rotate else f"Add a client secret to {app}"


def add_secret_facts(entry: DirectoryEntry, ends: str, *, older: bool) -> Facts:
    """What is added to which app; `ends` is empty while the lifetime is not valid."""
    what = f"Add a client secret that expires on {ends}." if ends else "Add a client secret."
    kept = f"{what} Older client secrets stay valid: remove them later ({REMOVE_SECRET})." if older else what
    return (CHANGE, kept), (APP, app(entry))


def secret_rule(longest: int) -> str:
    """What name and lifetime have to be."""
    return f"Type a name, and a lifetime of 1 to {longest} days."


def no_secret_possible(entry: DirectoryEntry) -> str:
    """The warning for an identity other than an app registration."""
    return f"{entry.display_name} is not an app registration: kvtui cannot add a client secret to it."


# Remove a client secret

CANNOT_SIGN_IN = "Anything that still uses this client secret can no longer sign in."
REMOVE_FOR_GOOD = "Remove one client secret. This cannot be undone."
KEEP = "Keep it (change nothing)"
HOLDERS = {
    Target.ASTRO: "Update the variables of each Astro Deployment that uses it (astro deployment variable "
    "update).",
    Target.REMOTE_EXECUTION: "Update the Kubernetes Secret of the agents and restart their pods.",
}
"""What to do before the old client secret of the deployment identity is removed."""


def remove_title(app: str) -> str:
    """The title of the dialog and of the steps."""
    return f"Remove a client secret of {app}"


def remove_action(secret: str) -> str:
    """The action for one client secret."""
    return f"Remove {secret}"


def old_secret(secret: AppCredential, key_id: str, *, never_written: bool) -> str:
    """A client secret among several: `“old”, key ID 1a2b3c4d, begins with abc, expires 2026-12-02`."""
    return ", ".join(
        (
            f"“{secret.name}”" if secret.name else "unnamed",
            f"key ID {key_id}",
            *(("never written",) if never_written else ()),
            f"begins with {secret.hint or '?'}",
            f"expires {secret.expires:%Y-%m-%d}" if secret.expires else "does not expire",
        )
    )


def command_for(secret: str) -> str:
    """Above the command that removes a client secret."""
    return f"{secret}:"


def nothing_to_remove(entry: DirectoryEntry, *, has_new: bool) -> str:
    """The warning when there is no client secret that may be removed."""
    if has_new:
        return f"Nothing to remove: the new client secret is the only one of {entry.display_name}."
    return f"Nothing to remove: {entry.display_name} has no client secret."


def write_first(app: str) -> str:
    """Why the old client secret is not removed."""
    return f"First write the new client secret of {app} (w). Until then keep the older ones, too."


def test_first(app: str) -> str:
    """Why the old client secret is not removed."""
    return f"First test the new client secret of {app} (c in pane 6). Until then keep the older ones, too."


def rotation_steps(app: str, target: Target) -> str:
    """What is left to do after the new client secret was written."""
    how = {
        Target.ASTRO: "Give the Deployment the new client secret: astro deployment variable update (pane 5).",
        Target.REMOTE_EXECUTION: "Give the agents the new client secret: update their Kubernetes Secret and "
        "restart them (pane 5).",
    }[target]
    return f"{how} Then remove the old client secret of {app} ({REMOVE_SECRET} in pane 2)."


def rotation_next(target: Target) -> str:
    """The same for the top line."""
    who = "Deployment" if target is Target.ASTRO else "agents"
    return f"Update the {who} (pane 5). Then remove the old client secret ({REMOVE_SECRET} in pane 2)."


# Federated credentials

ISSUER = "OIDC issuer of the cluster (an https address)"
SUBJECT = "Namespace and service account"
SUBJECT_HINT = "namespace/account"
TYPE_ISSUER = (
    "When you type the OIDC issuer of the cluster in the field above, the commands that add the credentials "
    "appear here."
)
NO_ISSUER = "This is not an issuer: give an https address without spaces."
FIND_ISSUER = "This command prints the issuer:"
OTHER_MODE = "Only the auth mode Workload identity uses federated credentials. Pane 1 has another mode."
ALL_FEDERATED = "Every service account of the chart already has a federated credential."
CANNOT_FEDERATE = (
    "Federated credentials need an app registration or a user-assigned managed identity. Choose one of these."
)


def federate_title(name: str) -> str:
    """The title of the dialog and of the steps."""
    return f"Add federated credentials to {name}"


def federate_facts(entry: DirectoryEntry, accounts: Sequence[str]) -> Facts:
    """For which service accounts, on which identity."""
    what = f"Add {count(len(accounts), 'federated credential')} for {', '.join(accounts)}."
    return (CHANGE, what if accounts else "Add federated credentials."), (TO, app(entry))


def pods_sign_in(*, named: bool, in_values: bool) -> str:
    """The result; `named`: the change names the service accounts, which are `in_values` or typed."""
    typed = "the service accounts in your Helm values" if in_values else "the service account that you type"
    which = "these service accounts" if named else typed
    return f"Pods with {which} can sign in as this identity without a client secret."


def federate_action(number: int) -> str:
    """The action of the dialog."""
    return f"Add {count(number, 'federated credential')}"


# Grant read access

GRANT_ACTION = "Grant read access"
CHOOSE_VAULT = "Choose the vault in pane 1 first."


def can_read(app: str, vault: str) -> str:
    """What was proved, of the app and the vault that the change was about."""
    return f"{app} can read {vault}."


THEN_WRITE = "w shows the files to be written."
FOLLOWS = (
    "The access works within minutes. kvtui has no credentials of this identity, so it cannot test the "
    "access."
)
POLICY = "an access policy with get and list on secrets"


def role(name: str) -> str:
    """The step and the fact for Azure RBAC."""
    return f"the role {name}"


def grant_title(name: str, vault: str) -> str:
    """The title of the dialog and of the steps."""
    return f"Grant {name} read access to {vault}"


def grant_facts(what: str, entry: DirectoryEntry, principal: str, vault: str, vault_id: str) -> Facts:
    """What is granted to which identity on which vault."""
    return (
        (CHANGE, f"Add {what}."),
        (TO, f"{app(entry)}, principal ID {principal}"),
        (VAULT, f"{vault} only: {vault_id}"),
    )


def already_granted(name: str, vault: str) -> str:
    """The message when there is nothing to grant."""
    return f"{name} can already read {vault}. {DETAILS} shows why."


# What several of them say


def app(entry: DirectoryEntry) -> str:
    """An app or identity with its client ID."""
    return f"{entry.display_name}, client ID {entry.client_id}"


REGISTERED, SECRET_ADDED, SECRET_REMOVED = "Registered", "Client secret added", "Client secret removed"
FEDERATED, GRANTED = "Federated credentials added", "Read access granted"
"""The changes that are done."""


def duration(seconds: int) -> str:
    """Behind a change that is done."""
    return f" in {seconds} s"


def not_in_a_file(made: MadeSecret) -> str:
    """A client secret that is lost when kvtui ends."""
    what = (
        f"The client secret {made.name} (key ID {made.key_id}) of the app {made.app} (client ID "
        f"{made.client_id}) was created in this session and is not in any file."
    )
    return f"{what} A newer one replaced it, so it can be removed." if made.replaced else what
