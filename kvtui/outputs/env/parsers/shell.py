"""`set -a; . ./.env` in bash or sh: assignments, quotes, `$NAME`, and no command run.

Follows the token rules of POSIX (2.2 Quoting, 2.9.1 Simple Commands). What only a running shell could know,
such as `$(…)`, is reported as unknown; where the two differ (`export` with an invalid name) sh applies.
Measured with bash 5.2 and dash 0.5.12.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

from kvtui.outputs.env.parsers.reading import Expansion, ExpansionError, Reading, endless

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ELEMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\[")
_JOINED = re.compile(r"(?:\\\n)*")
_EXPANDED = re.compile(r"([A-Za-z_](?:\\\n|[A-Za-z0-9_])*)|\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""The name after a `$`, which a backslash at the end of a line may break."""
MOST_WORDS = 1000
"""The most words of one command that are read."""
_ENDS_WORD = " \t\n;&|<>()"
_CONSTRUCTS = {
    *("if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac"),
    *("select", "function", "{", "}", "!", "[[", "]]", "return", "exit"),
}

_BUILTINS = {
    *(".", "alias", "builtin", "cd", "command", "declare", "enable", "eval", "exec", "getopts", "hash"),
    *("kill", "let", "local", "mapfile", "printf", "read", "readarray", "readonly", "set", "shift"),
    *("shopt", "source", "times", "trap", "typeset", "ulimit", "umask", "unalias", "unset", "wait"),
    *("break", "continue"),
}
"""Builtins that may change the shell's variables, or end it. Other commands cannot."""


class _StopError(Exception):
    """The shell stops reading, or the model cannot follow it; the text says why."""

    def __init__(self, why: str, *, unknown: bool) -> None:
        super().__init__(why)
        self.unknown = unknown


@dataclass(slots=True)
class _Word:
    start: int
    text: str = ""
    unknown: str = ""
    """Why the text differs from the shell's."""
    expanded: bool = False
    """It holds a `$NAME`: without quotes it may become no word at all, or several."""


@dataclass(slots=True)
class _Shell:
    text: str
    place: int = 0
    values: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    runs: set[str] = field(default_factory=set)
    doubt: str = ""
    expansion: Expansion = field(default_factory=Expansion)


def read(text: str) -> Reading:
    """The variables that the shell has after the file."""
    shell = _Shell(text)
    try:
        while _to_command(shell):
            _command(shell)
    except ExpansionError:
        return endless({})
    except _StopError as error:
        doubt = shell.doubt or (str(error) if error.unknown else "")
        return Reading(shell.values, str(error), shell.lost, shell.runs, doubt, fatal=not doubt)
    return Reading(shell.values, lost=shell.lost, runs=shell.runs, doubt=shell.doubt)


def _to_command(shell: _Shell) -> bool:
    """Skips blanks, line ends and comments; False at the end."""
    while shell.place < len(shell.text):
        if shell.text[shell.place] in " \t\n":
            shell.place += 1
        elif shell.text[shell.place] == "#":
            _pass_comment(shell)
        elif not _joined(shell):
            return True
    return False


def _command(shell: _Shell) -> None:
    """One simple command. Assignments before the name of a command apply to that command only."""
    words: list[_Word] = []
    plain = True
    start = shell.place
    while shell.place < len(shell.text):
        character = shell.text[shell.place]
        if character in " \t":
            shell.place += 1
        elif character == "#":
            _pass_comment(shell)
        elif character in "\n;":
            shell.place += 1
            break
        elif character in "&|":
            if not words:
                _stop(shell, f"begins a command with `{character}`")
            shell.place += 1
            plain = False
            break
        elif character in "()<>":
            _stop(shell, f"has a `{character}` outside quotes")
        elif not _joined(shell):
            if _ELEMENT.match(shell.text, shell.place):
                _stop(shell, "contains shell code, not only variables", unknown=True)
            words.append(_word(shell))
            if len(words) > MOST_WORDS or (len(words) == 1 and words[0].text in _CONSTRUCTS):
                _stop(shell, "contains shell code, not only variables", unknown=True)
    others = [word for word in words if not _ASSIGNMENT.match(shell.text, word.start)]
    first = others[0] if others else None
    exports = first is not None and first is words[0] and first.text == "export"
    if any(word.expanded for word in others[: None if exports else 1]):
        _stop(shell, "has a `$` that only a running shell can expand", unknown=True)
    if first is not None and first.text == "export" and not exports:
        _stop(shell, "sets a variable before `export`, which only a running shell can follow", unknown=True)
    if first is not None and (first.text in _BUILTINS or (exports and len(words) == 1)):
        line = 0 if shell.doubt else shell.text.count("\n", 0, start) + 1
        shell.doubt = (
            shell.doubt or f"line {line} runs `{first.text}`, and kvtui does not know what that does"
        )
    for word in words:
        name = _ASSIGNMENT.match(shell.text, word.start)
        if exports and not name and not _NAME.fullmatch(word.text):
            _stop(shell, "exports an invalid name")
        if name and (first is None or exports) and plain:
            _assign(shell, name[1], word)
        elif name and name[1] not in shell.values:
            shell.runs.add(name[1])
            shell.lost.setdefault(name[1], "a shell would run the rest of the line as a command")


def _assign(shell: _Shell, name: str, word: _Word) -> None:
    shell.values.pop(name, None)
    shell.lost.pop(name, None)
    shell.runs.discard(name)
    if word.unknown:
        shell.lost[name] = word.unknown
    else:
        shell.values[name] = word.text[len(name) + 1 :]


def _word(shell: _Shell) -> _Word:
    word = _Word(shell.place)
    parts: list[str] = []
    while shell.place < len(shell.text) and shell.text[shell.place] not in _ENDS_WORD:
        character = shell.text[shell.place]
        if character == "'":
            end = shell.text.find("'", shell.place + 1)
            if end < 0:
                _stop(shell, "opens a quote that is not closed")
            parts.append(shell.text[shell.place + 1 : end])
            shell.place = end + 1
        elif character == '"':
            parts.append(_double_quoted(shell, word))
        elif character == "\\":
            if not _joined(shell):
                parts.append(shell.text[shell.place + 1 : shell.place + 2] or "\\")
                shell.place += 2
        elif character in "$`":
            parts.append(_expansion(shell, word))
        else:
            if character == "~" and parts[-1:] in ([], ["="], [":"]):
                word.unknown = word.unknown or "the shell replaces `~` by a home directory"
            parts.append(character)
            shell.place += 1
    word.text = "".join(parts)
    return word


def _double_quoted(shell: _Shell, word: _Word) -> str:
    began = shell.place
    shell.place += 1
    parts: list[str] = []
    while shell.place < len(shell.text):
        character = shell.text[shell.place]
        if character == '"':
            shell.place += 1
            return "".join(parts)
        if character in "$`":
            parts.append(_expansion(shell, word))
            continue
        if character == "\\" and shell.text[shell.place + 1 : shell.place + 2] in tuple('$`"\\\n'):
            if not _joined(shell):
                parts.append(shell.text[shell.place + 1])
                shell.place += 2
            continue
        parts.append(character)
        shell.place += 1
    shell.place = began
    return _stop(shell, "opens a quote that is not closed")


def _expansion(shell: _Shell, word: _Word) -> str:
    """The value of `$NAME` or `${NAME}` if the file sets it; a single `$` is kept."""
    joined = _JOINED.match(shell.text, shell.place + 1)
    after = joined.end() if joined else shell.place + 1
    if shell.text[shell.place] == "`" or shell.text.startswith("(", after):
        _stop(shell, "has a command that the shell would run", unknown=True)
    found = _EXPANDED.match(shell.text, after)
    if found is None:
        following = shell.text[after : after + 1]
        if following and following in "{['\"0123456789@*#?$!-":
            _stop(shell, "has a `$` that only a running shell can expand", unknown=True)
        shell.place += 1
        return "$"
    shell.place = found.end()
    word.expanded = True
    name = (found[1] or found[2]).replace("\\\n", "")
    if name not in shell.values:
        word.unknown = word.unknown or f"it depends on the user's own ${name}"
    return shell.expansion.put(shell.values.get(name, ""))


def _joined(shell: _Shell) -> bool:
    """Skips a backslash at the end of a line, which joins it with the next; False if there is none."""
    if not shell.text.startswith("\\\n", shell.place):
        return False
    shell.place += 2
    return True


def _pass_comment(shell: _Shell) -> None:
    end = shell.text.find("\n", shell.place)
    shell.place = len(shell.text) if end < 0 else end


def _stop(shell: _Shell, how: str, *, unknown: bool = False) -> NoReturn:
    raise _StopError(f"line {shell.text.count(chr(10), 0, shell.place) + 1} {how}", unknown=unknown)
