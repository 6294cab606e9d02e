"""Everything that a key can do, once: bindings, footer, help, palette and README are made of this table."""

from __future__ import annotations

from dataclasses import dataclass

PANES = ("setup", "entra", "secrets", "lookup", "output", "checks", "audit")
WHOLE_SCREEN = ("audit",)
"""Panes that have no place beside the others: they take the whole screen while they are active."""
TITLES = {
    "setup": "1 Setup",
    "entra": "2 Entra app",
    "secrets": "3 Secrets",
    "lookup": "4 Variable.get",
    "output": "5 Output",
    "checks": "6 Checklist",
    "audit": "7 Audit",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the user can do."""

    id: str
    keys: str
    """Textual key names, comma separated."""
    shows: str
    """The key as the footer and the help print it."""
    words: str
    """What it does, as the palette and the help say it."""
    short: str = ""
    """What it does, as the footer says it; empty: not in the footer."""
    pane: str = ""
    """Where it works; empty: everywhere."""


ACTIONS: tuple[Action, ...] = (
    *(
        Action(f"pane('{pane}')", f"{n},alt+{n}", str(n), f"Go to pane {TITLES[pane]}")
        for n, pane in enumerate(PANES, 1)
    ),
    Action("next_pane", "tab", "Tab", "Go to the next pane"),
    Action("previous_pane", "shift+tab", "Shift+Tab", "Go to the previous pane"),
    Action("filter", "slash", "/", "Filter or search in this pane", "filter"),
    Action("back", "escape", "Esc", "Back out one level; stop what is running", ""),
    Action("zoom", "z", "z", "Give the pane in focus the whole screen, and back", ""),
    Action("write", "w", "w", "Show the changes to the files; in Output, write them", "write"),
    Action("sign_in", "s", "s", "Sign in again, or as someone else; what each kind said"),
    Action("light", "t", "t", "Switch between the dark and the light theme"),
    Action("help", "question_mark,f1", "?", "Show every key", "help"),
    Action("command_palette", "ctrl+p", "Ctrl+P", "Find a command by its words", ""),
    Action("suspend", "ctrl+z", "Ctrl+Z", "Stop kvtui and go to the shell; fg comes back"),
    Action("quit", "q,ctrl+c", "q", "Quit", "quit"),
    # 1 Setup
    Action("choose", "", "Enter", "Change the setting: type it, or take the next choice", "change", "setup"),
    Action("step(1)", "right,space", "→", "Take the next choice", "next", "setup"),
    Action("step(-1)", "left", "←", "Take the previous choice", "", "setup"),
    Action("profiles", "p", "p", "Profiles: take saved settings, or save these", "profiles", "setup"),
    Action("find_vaults", "v", "v", "List the vaults that you see, to choose one", "vaults", "setup"),
    # 2 Entra app
    Action("choose", "", "Enter", "Make it the deployment identity", "be this", "entra"),
    Action(
        "details", "d", "d", "Credentials, federated credentials and access on the vault", "details", "entra"
    ),
    Action("sort", "S", "S", "Sort by the next expiry of a client secret, or as found", "sort", "entra"),
    Action("register", "n", "n", "Register a new app", "", "entra"),
    Action("add_secret", "x", "x", "Add a client secret, or rotate it", "secret", "entra"),
    Action("remove_secret", "o", "o", "Remove an old client secret", "", "entra"),
    Action("federate", "f", "f", "Let the agents' service accounts be this identity", "", "entra"),
    Action("grant", "g", "g", "Grant it to read the vault", "grant", "entra"),
    # 3 Secrets
    Action("choose", "", "Enter", "Open the secret's details; fold or unfold a group", "open", "secrets"),
    Action("reveal", "r", "r", "Reveal this one value for 15 seconds", "reveal", "secrets"),
    Action("lookup_this", "g", "g", "Look this key up as Airflow would, in pane 4", "look up", "secrets"),
    Action("create", "n", "n", "Create a secret under a prefix", "", "secrets"),
    Action("as_whom", "a", "a", "List as the deployment identity or as you", "as whom", "secrets"),
    Action("reload", "l", "l", "List the names again", "", "secrets"),
    Action("copy", "y", "y", "Send the secret's name to the terminal's clipboard", "", "secrets"),
    # 4 Variable.get
    Action("choose", "", "Enter", "Type a key; Enter again asks the vault", "key", "lookup"),
    Action("kind", "k", "k", "Switch between variable, connection and config", "kind", "lookup"),
    Action("context", "c", "c", "Switch between a task, the server side and a trigger", "context", "lookup"),
    Action("files", "f", "f", "Diagnose the files on disk as they are, or the settings", "files", "lookup"),
    Action("deserialize", "j", "j", "Switch deserialize_json on and off", "", "lookup"),
    Action(
        "airflow_version",
        "v",
        "v",
        "What-if: the newest Airflow 3, then 2.11, then the project's",
        "what-if",
        "lookup",
    ),
    Action("as_whom", "a", "a", "Ask as the deployment identity or as you", "as whom", "lookup"),
    Action("reveal", "r", "r", "Reveal this one value for 15 seconds", "reveal", "lookup"),
    Action("copy", "y", "y", "Send the name that was asked to the terminal's clipboard", "", "lookup"),
    # 5 Output
    Action("tab(1)", "right", "→", "The next file", "next", "output"),
    Action("tab(-1)", "left", "←", "The previous file", "", "output"),
    Action("choose", "", "Enter", "Run the command under the cursor, after asking", "run", "output"),
    Action(
        "remove",
        "x",
        "x",
        "Undo: take the client secret out of .env; then all that kvtui wrote in every file; then back",
        "undo",
        "output",
    ),
    Action("form", "f", "f", "Write .env so that a shell can read it, too (form B), and back", "", "output"),
    Action(
        "copy", "y", "y", "Send the command under the cursor to the terminal's clipboard", "copy", "output"
    ),
    # 6 Checklist
    Action("choose", "", "Enter", "Go where this is put right", "go there", "checks"),
    Action(
        "run_checks",
        "c",
        "c",
        "Prove the reading rights: asks the vault once as each identity",
        "check",
        "checks",
    ),
    # 7 Audit
    Action("choose", "", "Enter", "Show every place of the key; start the audit", "places", "audit"),
    Action("run_audit", "c", "c", "Read the project's DAGs and judge every key they use", "audit", "audit"),
    Action("lookup_this", "g", "g", "Look this key up as Airflow would, in pane 4", "look up", "audit"),
)


CHANGES = ("register", "add_secret", "remove_secret", "federate", "grant")
"""The actions of pane 2 that change something in Azure."""


def for_pane(pane: str) -> tuple[Action, ...]:
    """The actions that work in that pane alone."""
    return tuple(action for action in ACTIONS if action.pane == pane)


def everywhere() -> tuple[Action, ...]:
    """The actions that work in every pane."""
    return tuple(action for action in ACTIONS if not action.pane)


def footer(pane: str, idle: frozenset[str] = frozenset()) -> tuple[tuple[str, str], ...]:
    """(key, words) for the footer: the pane's own, then what works everywhere; not what is `idle`."""
    own = [(a.shows, a.short) for a in for_pane(pane) if a.short and a.id not in idle]
    common = [(a.shows, a.short) for a in everywhere() if a.short and a.id not in idle]
    return (*own, ("1-7", "panes"), *common)


LESS_NEEDED = (
    ("S", "sort"),
    ("1-7", "panes"),
    ("w", "write"),
    ("a", "as whom"),
    ("g", "grant"),
)
"""What leaves the footer first where it does not fit: help and the way out always stay."""


def fitting(shown: tuple[tuple[str, str], ...], width: int) -> tuple[tuple[str, str], ...]:
    """The footer's entries that fit into `width` cells, each written as ` key words `."""
    last = shown[-2:]
    for entry in (*LESS_NEEDED, *reversed(shown[:-2])):
        if sum(len(key) + len(words) + 3 for key, words in shown) <= width:
            break
        shown = tuple(each for each in shown if each != entry or each in last)
    return shown


def key_for(shows: str, pane: str) -> str:
    """The Textual name of a key that the footer shows in that pane; empty where it stands for several."""
    keys = next((a.keys or "enter" for a in ACTIONS if a.shows == shows and a.pane in ("", pane)), "")
    return keys.partition(",")[0]


def key_table() -> str:
    """The README's table of keys, as Markdown."""
    lines = ["| where | key | does |", "| --- | --- | --- |"]
    for action in ACTIONS:
        where = TITLES[action.pane] if action.pane else "everywhere"
        lines.append(f"| {where} | `{action.shows}` | {action.words} |")
    return "\n".join(lines)
