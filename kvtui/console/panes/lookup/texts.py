"""What pane 4 says."""

from __future__ import annotations

from kvtui.core.words import count, listed
from kvtui.settings.model import AuthMode, Chart, Settings, Target

PLACEHOLDER = "a key, as in the DAG"
NO_IDENTITY = "No deployment identity yet: choose one in pane 2."
CANNOT_ASK_AS_FILES = "The files on disk contain no identity that kvtui can sign in as."


def cannot_ask(settings: Settings) -> str:
    """Why kvtui cannot act as the deployment identity, and what is possible."""
    if not settings.client_id:
        return NO_IDENTITY
    if settings.identity_lacks:
        lacks = listed(settings.identity_lacks)
        them = "it" if len(settings.identity_lacks) == 1 else "them"
        return f"No {lacks} for the deployment identity: set {them} in pane 1."
    return f"Only {_owners(settings)} the deployment identity: c in pane 6 tries it."


def _owners(settings: Settings) -> str:
    """What can sign in as a managed or workload identity, with its verb; short, for 80 columns."""
    if settings.target is Target.ASTRO:
        return "the Deployment has"
    whose = "Airflow's" if settings.chart is Chart.AIRFLOW else "the agents'"
    return f"{whose} {'pods' if settings.auth_mode is AuthMode.WORKLOAD_IDENTITY else 'hosts'} have"


DENIED = "denied"
"""What is shown for the outcome that scripts know as `refused`."""

# Before the first lookup

NO_VAULT = "Select a vault in pane 1. Then enter a key here to see what Airflow does with it."
HOW_TO = (
    "Press Enter and type a key, as in the DAG. While you type, kvtui predicts the result from the names in "
    "pane 3. Enter asks the vault and shows every place where Airflow looks. The Airflow UI and `airflow "
    "variables list` do not show the secrets of a vault."
)

# The result

WHO = {"task": "The task", "triggerer": "The trigger", "server": "The caller"}
"""Who makes the call, by context."""
SHORT_PLACES = {"server": "scheduler or server"}
"""Where the call is made, for a narrow pane, if the name of the context does not say it."""
REVEALS = "r reveals it"
CONNECTION = "a Connection"


def gets(context: str) -> str:
    """Before the masked value."""
    return f"{WHO[context]} gets"


def gets_predicted(context: str, *, json: bool) -> str:
    """The name is among the loaded ones."""
    condition = " if it is valid JSON" if json else ""
    return f"{WHO[context]} gets the secret's value{condition}. kvtui has not requested it yet."


def gets_revealed(context: str, *, connection: bool) -> str:
    """Above the value while it is on the screen."""
    return f"{WHO[context]} gets this {'Connection' if connection else 'value'}"


def gets_default(context: str) -> str:
    """Nothing was found, and the call has a default."""
    return f"{WHO[context]} gets the default value: no backend has the key."


def raises(error: str, message: str) -> str:
    """Nothing was found, or Airflow failed."""
    return f"The call raises {error}: {message}"


def origin(length: int | None, backend: str) -> str:
    """How long the value is, and where it is from."""
    return f"from {backend}" if length is None else f"{count(length, 'character')}, from {backend}"


def hidden_again(seconds: int) -> str:
    """Beside the value while it is on the screen."""
    return f"(hidden again in {seconds} s)"


NO_VALUE = "There is no value to reveal. Press Enter to ask the vault for the key first."

# Above and below the result


def asking(identity: str) -> str:
    """The request is on its way."""
    return f"Asking the vault as {identity}… Esc stops the request."


def predicted(names: int) -> str:
    """The vault was not asked yet."""
    return f"Predicted from {count(names, 'loaded name')}. Enter asks the vault (one request)."


def what_if(version: str) -> str:
    """Another Airflow is simulated."""
    return (
        f"What-if: simulates Airflow {version}. Settings and files do not change. v selects the next version."
    )


def what_if_version(version: str) -> str:
    """The same in a few words, after the call."""
    return f"what-if: Airflow {version}"


def files_simulated(files: tuple[str, ...]) -> str:
    """The project's files are simulated, with their names."""
    names = f" ({', '.join(files)})" if files else ""
    return f"Simulates the files on disk{names} instead of the settings. f switches to the settings."


def files_differ(difference: str) -> str:
    """A difference between the files and the settings, one sentence."""
    return f"{difference} f simulates the files."


# The identity, after "as"


def signed_in_user(identity: object) -> str:
    """The account that kvtui itself uses."""
    return f"the signed-in user {identity}"


def deployment_identity(name: str) -> str:
    """The identity of the settings."""
    return f"{name} (deployment identity)"


def identity_in_files(name: str) -> str:
    """The identity of the files on disk."""
    return f"{name} (identity in the files)"


def asked_as(identity: str) -> str:
    """In the border."""
    return f"asked as {identity}" if identity else ""


def will_ask_as(identity: str) -> str:
    """In the border, before the vault is asked."""
    return f"will ask as {identity}" if identity else ""


# Messages

DESERIALIZE_IS_FOR_VARIABLES = (
    "deserialize_json is an option of Variable.get. Press → to switch to variables."
)
NO_SERVER_CONTEXT = (
    "Skipped the server side: with Remote Execution it runs in Astro's orchestration plane, which does not "
    "use the vault."
)


def never_asked(name: str) -> str:
    """A secret's name without a prefix."""
    return f"Airflow never asks for {name}: the name has none of the prefixes."
