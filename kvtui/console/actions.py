"""Everything that a key can do, once: bindings, footer, help, palette and documentation come from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

REVEAL_SECONDS = 15
"""For how long a value is on the screen."""


COPY_WORDS = "Copy the secret's name, the key, the Variable.get call or an az command"


class PaneId(StrEnum):
    """The panes, in the order of their numbers; the value is the widget's id."""

    SETUP = "setup"
    ENTRA = "entra"
    SECRETS = "secrets"
    LOOKUP = "lookup"
    OUTPUT = "output"
    CHECKS = "checks"
    AUDIT = "audit"


class ActionId(StrEnum):
    """What a key can do; the value is the name of the Textual action."""

    GO_TO = "go_to"
    STEP_PANE = "step_pane"
    FILTER = "filter"
    BACK = "back"
    ZOOM = "zoom"
    WRITE = "write"
    SIGN_IN = "sign_in"
    THEME = "theme"
    REDRAW = "redraw"
    HELP = "help"
    COMMAND_PALETTE = "command_palette"
    SUSPEND = "suspend"
    QUIT = "quit"
    MOVE = "move"
    HALF_PAGE = "half_page"
    PAGE = "page"
    EDGE = "edge"
    BELOW = "below"
    CHOOSE = "choose"
    """Enter on a row."""
    NEXT_CHOICE = "next_choice"
    PREVIOUS_CHOICE = "previous_choice"
    PROFILES = "profiles"
    FIND_VAULTS = "find_vaults"
    DETAILS = "details"
    SORT = "sort"
    REGISTER = "register"
    ADD_SECRET = "add_secret"  # noqa: S105 - an action
    REMOVE_SECRET = "remove_secret"  # noqa: S105 - an action
    FEDERATE = "federate"
    GRANT = "grant"
    REVEAL = "reveal"
    LOOK_UP = "look_up"
    COMPARE = "compare"
    EDIT_SECRET = "edit_secret"  # noqa: S105 - an action
    CREATE_SECRET = "create_secret"  # noqa: S105 - an action
    DELETED = "deleted"
    IMPORT = "import"
    SWITCH_IDENTITY = "switch_identity"
    RELOAD = "reload"
    COPY = "copy"
    KIND = "kind"
    PREVIOUS_KIND = "previous_kind"
    CONTEXT = "context"
    FILES = "files"
    DESERIALIZE = "deserialize"
    WHAT_IF = "what_if"
    NEXT_VIEW = "next_view"
    PREVIOUS_VIEW = "previous_view"
    UNDO = "undo"
    SHELL_QUOTING = "shell_quoting"
    RUN_CHECKS = "run_checks"
    RUN_AUDIT = "run_audit"


PANES = tuple(PaneId)
WHOLE_SCREEN = (PaneId.AUDIT,)
"""Panes that have no place beside the others: they take the whole screen while they are active."""
TITLES = {
    PaneId.SETUP: "1 Setup",
    PaneId.ENTRA: "2 Entra app",
    PaneId.SECRETS: "3 Secrets",
    PaneId.LOOKUP: "4 Lookup",
    PaneId.OUTPUT: "5 Output",
    PaneId.CHECKS: "6 Checklist",
    PaneId.AUDIT: "7 Audit",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the user can do."""

    id: ActionId
    keys: str
    """Textual key names, comma separated."""
    shows: str
    """The key as the footer and the help print it."""
    words: str
    """What it does, as the palette and the help say it."""
    short: str = ""
    """What it does, as the footer says it; empty: not in the footer."""
    pane: PaneId | None = None
    """Where it works; None: everywhere."""
    argument: str = ""
    """What Textual is to call the action with."""

    @property
    def textual(self) -> str:
        """The action in Textual's words: `go_to('setup')`."""
        return f"{self.id}({self.argument})"


def _in(pane: PaneId, *rows: tuple[ActionId, str, str, str, str]) -> list[Action]:
    return [Action(*row, pane) for row in rows]


ACTIONS: tuple[Action, ...] = (
    *(
        Action(ActionId.GO_TO, f"{n},alt+{n}", str(n), f"Go to pane {TITLES[pane]}", argument=f"'{pane}'")
        for n, pane in enumerate(PANES, 1)
    ),
    Action(ActionId.STEP_PANE, "tab", "Tab", "Go to the next pane", argument="1"),
    Action(ActionId.STEP_PANE, "shift+tab", "Shift+Tab", "Go to the previous pane", argument="-1"),
    Action(ActionId.FILTER, "slash", "/", "Filter or search in this pane", "filter"),
    Action(ActionId.BACK, "escape", "Esc", "Go back; stop the running request"),
    Action(ActionId.ZOOM, "z", "z", "Zoom the pane, or restore the layout"),
    Action(ActionId.WRITE, "w", "w", "Show the diff of the files; press again to write them", "write"),
    Action(ActionId.SIGN_IN, "s", "s", "Sign in again or as another user; see why a sign-in failed"),
    Action(ActionId.THEME, "t", "t", "Next theme: dark, light, high contrast, the terminal's own colours"),
    Action(ActionId.REDRAW, "ctrl+l", "Ctrl+L", "Draw the screen again"),
    Action(
        ActionId.COMMAND_PALETTE,
        "colon,ctrl+p",
        ":",
        "Command palette: find a command by name (Ctrl+P)",
        "commands",
    ),
    Action(ActionId.HELP, "question_mark,f1", "?", "Show and search all keys", "help"),
    Action(ActionId.SUSPEND, "ctrl+z", "Ctrl+Z", "Suspend kvtui; fg resumes it"),
    Action(ActionId.QUIT, "q,ctrl+c", "q", "Quit", "quit"),
    *_in(
        PaneId.SETUP,
        (ActionId.CHOOSE, "", "Enter", "Edit the setting, select the next option, or sign in", "change"),
        (ActionId.NEXT_CHOICE, "right,space", "→", "Select the next option", "next"),
        (ActionId.PREVIOUS_CHOICE, "left", "←", "Select the previous option", ""),
        (ActionId.PROFILES, "p", "p", "Profiles: load saved settings, or save the current ones", "profiles"),
        (
            ActionId.FIND_VAULTS,
            "v",
            "v",
            "List the vaults that the signed-in user can see, and choose one",
            "vaults",
        ),
        (ActionId.UNDO, "u", "u", "Undo the last change of a setting", "undo"),
    ),
    *_in(
        PaneId.ENTRA,
        (ActionId.CHOOSE, "", "Enter", "Use it as the deployment identity", "use this"),
        (
            ActionId.DETAILS,
            "d",
            "d",
            "Show credentials, federated credentials and access to the vault",
            "details",
        ),
        (ActionId.SORT, "S", "S", "Sort by the next expiry of a client secret, or by name", "sort"),
        (ActionId.REGISTER, "n", "n", "Register a new app", ""),
        (ActionId.ADD_SECRET, "x", "x", "Rotate: add a client secret; older ones stay valid", "secret"),
        (ActionId.REMOVE_SECRET, "o", "o", "Rotate: remove an old client secret", ""),
        (ActionId.FEDERATE, "f", "f", "Add federated credentials for the agents' service accounts", ""),
        (ActionId.GRANT, "a", "a", "Grant it read access to the vault", "grant"),
    ),
    *_in(
        PaneId.SECRETS,
        (ActionId.CHOOSE, "", "Enter", "Open the secret's details; fold or unfold a group", "open"),
        (ActionId.REVEAL, "r", "r", f"Reveal this one value for {REVEAL_SECONDS} seconds", "reveal"),
        (ActionId.LOOK_UP, "u", "u", "Look this key up as Airflow would, in pane 4", "look up"),
        (ActionId.SORT, "S", "S", "Sort by key, secret name, expiry or last update", "sort"),
        (
            ActionId.COMPARE,
            "c",
            "c",
            "Compare with another vault, a list of names or the DAGs; copy missing secrets",
            "compare",
        ),
        (
            ActionId.CREATE_SECRET,
            "n",
            "n",
            "Create a secret or a new version, or a connection by its fields",
            "",
        ),
        (ActionId.EDIT_SECRET, "e", "e", "Enable, disable or delete the secret; set its expiry", ""),
        (ActionId.DELETED, "d", "d", "List the deleted secrets; recover one", ""),
        (ActionId.IMPORT, "i", "i", "Import variables and connections from a file or another vault", ""),
        (
            ActionId.SWITCH_IDENTITY,
            "a",
            "a",
            "List as the deployment identity or as the signed-in user",
            "switch identity",
        ),
        (ActionId.RELOAD, "l", "l", "List the names again, or load the rest of an interrupted list", ""),
        (ActionId.COPY, "y", "y", COPY_WORDS, "copy"),
    ),
    *_in(
        PaneId.LOOKUP,
        (
            ActionId.CHOOSE,
            "",
            "Enter",
            "Look up a key (Tab completes it), or ask the vault for the key that is shown",
            "type a key",
        ),
        (ActionId.KIND, "right", "→", "Switch from variable to connection to config", "kind"),
        (ActionId.PREVIOUS_KIND, "left", "←", "Switch back to the previous kind", ""),
        (ActionId.CONTEXT, "c", "c", "Switch between task, server and triggerer", "context"),
        (ActionId.FILES, "f", "f", "Switch between the settings and the files on disk", "files"),
        (ActionId.DESERIALIZE, "d", "d", "Switch deserialize_json on and off", ""),
        (
            ActionId.WHAT_IF,
            "v",
            "v",
            "Try another Airflow version: first the newest Airflow 3, then 2.11, then the project's",
            "version",
        ),
        (
            ActionId.SWITCH_IDENTITY,
            "a",
            "a",
            "Ask as the deployment identity or as the signed-in user",
            "switch identity",
        ),
        (ActionId.REVEAL, "r", "r", f"Reveal this one value for {REVEAL_SECONDS} seconds", "reveal"),
        (ActionId.COPY, "y", "y", COPY_WORDS, "copy"),
    ),
    *_in(
        PaneId.OUTPUT,
        (ActionId.NEXT_VIEW, "right", "→", "The next file", "next"),
        (ActionId.PREVIOUS_VIEW, "left", "←", "The previous file", ""),
        (ActionId.CHOOSE, "", "Enter", "Run the command under the cursor, after asking", "run"),
        (
            ActionId.UNDO,
            "x",
            "x",
            "Preview a removal: of the client secret, if .env has one; x again: of every line that kvtui "
            "wrote; x once more: cancel. w carries it out.",
            "remove",
        ),
        (
            ActionId.SHELL_QUOTING,
            "f",
            "f",
            "Switch .env between the default form and one that shells can read",
            "quotes for shells",
        ),
        (ActionId.COPY, "y", "y", "Copy the command under the cursor", "copy"),
    ),
    *_in(
        PaneId.CHECKS,
        (ActionId.CHOOSE, "", "Enter", "Go to the pane where this is fixed", "go to fix"),
        (
            ActionId.RUN_CHECKS,
            "c",
            "c",
            "Test read access: ask the vault once as each identity",
            "check",
        ),
    ),
    *_in(
        PaneId.AUDIT,
        (ActionId.CHOOSE, "", "Enter", "Start the audit; later, show each use of the key", "show uses"),
        (ActionId.RUN_AUDIT, "c", "c", "Read the project's DAGs and check every key that they use", "audit"),
        (ActionId.LOOK_UP, "u", "u", "Look this key up as Airflow would, in pane 4", "look up"),
        (ActionId.COPY, "y", "y", COPY_WORDS, "copy"),
    ),
)


LIST_KEYS: tuple[Action, ...] = (
    Action(ActionId.MOVE, "down,j", "j ↓", "Go to the next row", argument="1"),
    Action(ActionId.MOVE, "up,k", "k ↑", "Go to the previous row", argument="-1"),
    Action(ActionId.EDGE, "home,g", "g Home", "Go to the first row", argument="-1"),
    Action(ActionId.EDGE, "end,G", "G End", "Go to the last row", argument="1"),
    Action(ActionId.HALF_PAGE, "ctrl+d", "Ctrl+D", "Go half a page down", argument="1"),
    Action(ActionId.HALF_PAGE, "ctrl+u", "Ctrl+U", "Go half a page up", argument="-1"),
    Action(ActionId.PAGE, "pagedown,ctrl+f", "PgDn", "Go a page down (Ctrl+F)", argument="1"),
    Action(ActionId.PAGE, "pageup,ctrl+b", "PgUp", "Go a page up (Ctrl+B)", argument="-1"),
    Action(ActionId.BELOW, "J", "J", "Scroll the details below the list down", argument="1"),
    Action(ActionId.BELOW, "K", "K", "Scroll the details below the list up", argument="-1"),
)
"""What moves in every list: of the panes, the details, the dialogs and the help."""
IN_LISTS = "In every list"
"""Where those keys work, as a heading."""


IN_DIALOGS_TOO = (
    ActionId.QUIT,
    ActionId.HELP,
    ActionId.COMMAND_PALETTE,
    ActionId.SUSPEND,
    ActionId.THEME,
    ActionId.REDRAW,
)
"""The keys of the app; the others are the screen's, or a pane's."""


def for_pane(pane: PaneId | None) -> tuple[Action, ...]:
    """The actions that work in that pane only; None: those that work in every pane."""
    return tuple(action for action in ACTIONS if action.pane == pane)


def footer(
    pane: PaneId,
    idle: frozenset[ActionId] = frozenset(),
    words: Mapping[ActionId, str] | None = None,
    blank: frozenset[ActionId] = frozenset(),
) -> tuple[tuple[str, str], ...]:
    """(key, words) for the footer: the pane's own, then what works everywhere; not what is `idle`.

    `words` replace those of an action that does something else now. In place of what is `blank` there are
    spaces, so that the others keep their places while the cursor moves.
    """
    now = words or {}

    def shown(actions: tuple[Action, ...]) -> list[tuple[str, str]]:
        given = [(a.id, a.shows, now.get(a.id, a.short)) for a in actions if a.short and a.id not in idle]
        return [
            (" " * len(key), " " * len(said)) if which in blank else (key, said) for which, key, said in given
        ]

    return (*shown(for_pane(pane)), ("1-7", "panes"), *shown(for_pane(None)))


LESS_NEEDED = (
    ("c", "compare"),
    ("S", "sort"),
    ("1-7", "panes"),
    ("w", "write"),
    ("a", "switch identity"),
    ("a", "grant"),
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


def key_of(action: ActionId) -> str:
    """The key of an action that is in one pane only, as texts name it."""
    return next(each.shows for each in ACTIONS if each.id is action)


def key_for(shows: str, pane: PaneId) -> str:
    """The Textual name of a key that the footer shows in that pane; empty for several keys.

    A letter that the pane does not have is a dialog's.
    """
    letter = shows if len(shows) == 1 else ""
    keys = next((a.keys or "enter" for a in ACTIONS if a.shows == shows and a.pane in (None, pane)), letter)
    return keys.partition(",")[0]


def key_table() -> str:
    """The table of keys of the documentation, as Markdown."""
    lines = ["| where | key | does |", "| --- | --- | --- |"]
    for where, actions in (
        ("everywhere", for_pane(None)),
        (IN_LISTS.lower(), LIST_KEYS),
        *((TITLES[pane], for_pane(pane)) for pane in PANES),
    ):
        lines += [f"| {where} | `{action.shows}` | {action.words} |" for action in actions]
    return "\n".join(lines)
