"""What to do next, as data: packages below the front ends name no key, no pane and no option.

A remedy is a sentence with `HOW` where a front end says how, and what is to be done. Each front end has one
table, `console/remedies.py` and `headless/remedies.py`, from `Do` to its words.
"""

from __future__ import annotations

import re
from enum import StrEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping  # `--help` does not wait for it

HOW = "{how}"
"""The placeholder in a remedy's sentence for a front end's words."""
_WITHOUT = re.compile(r"[:;,]?\s*\{how\}")


class Do(StrEnum):
    """An action. Both front ends have words for each in their tables."""

    ALLOW_CHANGES = "allow changes"
    CHOOSE_AUTH_MODE = "choose auth mode"
    CHOOSE_CHART = "choose chart"
    CHOOSE_CLOUD = "choose cloud"
    CHOOSE_FORMAT = "choose format"
    CHOOSE_IDENTITY = "choose identity"
    CHOOSE_VAULT = "choose vault"
    COPY_COMMAND = "copy command"
    FIND_APP = "find app"
    GIVE_CLIENT_ID = "give client id"
    GIVE_CLIENT_SECRET = "give client secret"  # noqa: S105 - what is to be done
    GIVE_CONTENT_TYPE = "give content type"
    GIVE_EXPIRY = "give expiry"
    GIVE_NOT_BEFORE = "give not before"
    GIVE_PROJECT = "give project"
    GIVE_TAGS = "give tags"
    GIVE_TENANT = "give tenant"
    KEEP_QUOTES = "keep quotes"
    LIST_EXPIRING = "list expiring"
    LIST_NAMES = "list names"
    LOOK_UP = "look up"
    NAME_SOURCE = "name source"
    NAME_VAULT = "name vault"
    PRINT_VALUES = "print values"
    REMOVE_LINES = "remove lines"
    REVIEW_AUDIT = "review audit"
    REVIEW_FILES = "review files"
    REVIEW_PARSERS = "review parsers"
    ROTATE_SECRET = "rotate secret"  # noqa: S105 - what is to be done
    RUN_CHECKS = "run checks"
    SAVE_PROFILE = "save profile"
    SET_PREFIX = "set prefix"
    SHOW_RIGHTS = "show rights"
    SIGN_IN = "sign in"
    SIMULATE_TASK = "simulate task"
    WRITE_BASELINE = "write baseline"
    WRITE_DIFFERENCE = "write difference"
    WRITE_FILE = "write file"
    WRITE_FILES = "write files"


class Remedy(str):
    """What to do next: a sentence without keys and options; `worded` adds them.

    `Remedy(Do.CHOOSE_VAULT, f"Choose the vault {HOW}.")` is the text `Choose the vault.`
    `arguments` are for the front end's words: `{0}` in them is the first.
    """

    do: Do
    sentence: str
    """With `HOW` in it, once."""
    arguments: tuple[str, ...]

    def __new__(cls, do: Do, sentence: str, *arguments: str) -> Remedy:
        """The text is the sentence without `HOW`."""
        self = super().__new__(cls, _WITHOUT.sub("", sentence))
        self.do, self.sentence, self.arguments = do, sentence, arguments
        return self


class Sentences(str):
    """Several sentences in one text, each of which may be a `Remedy`."""

    parts: tuple[str, ...]

    def __new__(cls, *parts: str) -> Sentences:
        """The text is the parts with spaces between them; empty ones are left out."""
        given = tuple(filter(None, parts))
        self = super().__new__(cls, " ".join(given))
        self.parts = given
        return self


def worded(text: str, words: Mapping[Do, str]) -> str:
    """`text` as a front end says it: with its own words, from its table, wherever it is a `Remedy`."""
    if isinstance(text, Sentences):
        return " ".join(worded(part, words) for part in text.parts)
    if not isinstance(text, Remedy):
        return text
    return text.sentence.replace(HOW, words[text.do].format(*text.arguments))
