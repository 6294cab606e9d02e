"""What to do next, as data: packages below the front ends name no key, no pane and no option.

A remedy is a sentence with `HOW` where a front end says how, and what is to be done. Each front end has one
table, `console/remedies.py` and `headless/remedies.py`, from `Do` to its words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

HOW = "{how}"
"""Stands in a remedy's sentence for a front end's words."""
_WITHOUT = re.compile(r"[:;,]?\s*\{how\}")


class Do(StrEnum):
    """What is to be done. An entry belongs into the tables of both front ends."""

    CHOOSE_AUTH_MODE = "choose auth mode"
    CHOOSE_VAULT = "choose vault"
    COPY_COMMAND = "copy command"
    FIND_APP = "find app"
    GIVE_CLIENT_ID = "give client id"
    GIVE_CLIENT_SECRET = "give client secret"  # noqa: S105 - what is to be done
    GIVE_PROJECT = "give project"
    GIVE_TENANT = "give tenant"
    NAME_VAULT = "name vault"
    REVIEW_AUDIT = "review audit"
    REVIEW_FILES = "review files"
    REVIEW_PARSERS = "review parsers"
    ROTATE_SECRET = "rotate secret"  # noqa: S105 - what is to be done
    RUN_CHECKS = "run checks"
    SET_PREFIX = "set prefix"
    SHOW_RIGHTS = "show rights"
    SIGN_IN = "sign in"
    WRITE_DIFFERENCE = "write difference"
    WRITE_FILE = "write file"
    WRITE_FILES = "write files"


class Remedy(str):
    """What to do next: as text a sentence without keys and options, which `worded` puts in.

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


def worded(text: str, words: Mapping[Do, str]) -> str:
    """`text` as a front end says it: with its own words, from its table, where it is a `Remedy`."""
    if not isinstance(text, Remedy):
        return text
    return text.sentence.replace(HOW, words[text.do].format(*text.arguments))
