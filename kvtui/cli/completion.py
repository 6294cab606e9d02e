"""Scripts that complete kvtui's options in bash, zsh and fish: `kvtui --completion SHELL` prints one.

A script needs neither Python nor another program: options and choices are written in it, and the names of
the profiles are read from their directory when Tab is pressed. It works in bash 3.2, zsh 5 and fish 3.
"""

from __future__ import annotations

from kvtui.cli.options import OPTIONS
from kvtui.settings.catalogue import Option

THEMES = (
    *(
        "kvtui-dark",
        "kvtui-light",
        "high-contrast",
        "ansi",
        "ansi-dark",
        "ansi-light",
        "atom-one-dark",
        "atom-one-light",
    ),
    *("catppuccin-frappe", "catppuccin-latte", "catppuccin-macchiato", "catppuccin-mocha", "dracula"),
    *("flexoki", "gruvbox", "monokai", "nord", "rose-pine", "rose-pine-dawn", "rose-pine-moon"),
    *("solarized-dark", "solarized-light", "textual-dark", "textual-light", "tokyo-night"),
)
"""The console's themes, listed here so that a starting shell does not import Textual."""


def completion_script(shell: str) -> str:
    """The script for `shell`: bash, zsh or fish."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()


def _words(option: Option) -> tuple[str, ...]:
    """The words that can follow the option; empty where they are not known in advance."""
    return THEMES if option.completes == "themes" else option.choices


_BASH = r"""# Completion of kvtui for bash. In ~/.bashrc: source <(kvtui --completion bash)

_kvtui_files() {
    compopt -o filenames 2>/dev/null
    local found
    while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$1" -- "$current")
}

_kvtui_profiles() {
    local home=${XDG_CONFIG_HOME-} file name
    [[ $home == /* ]] || home=~/.config
    for file in "$home"/kvtui/profiles/*.toml; do
        name=${file##*/} name=${name%.toml}
        [[ -e $file && $name != *[!A-Za-z0-9._-]* && $name == "$current"* ]] && COMPREPLY+=("$name")
    done
}

_kvtui_words() {
    local IFS=$' \t\n'
    COMPREPLY=($(compgen -W "$1" -- "$current"))
}

_kvtui() {
    local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]} before= n
    COMPREPLY=()
    if [[ $current == --*=* ]]; then
        option=${current%%=*} current=${current#*=} before=$option=
    elif [[ $current == = ]]; then
        current=
    elif [[ $option == = ]]; then
        option=${COMP_WORDS[COMP_CWORD-2]}
    elif [[ $current == -* ]]; then
        option=
    fi
    case $option in
@VALUES@
    *)
        [[ -n $current && $current != -* ]] || _kvtui_words '@OPTIONS@' ;;
    esac
    [[ -z $before ]] || for n in "${!COMPREPLY[@]}"; do COMPREPLY[n]=$before${COMPREPLY[n]}; done
}

complete -F _kvtui kvtui
"""


def _bash() -> str:
    by_action: dict[str, list[str]] = {}
    for option in OPTIONS:
        if option.takes in ("value", "many") or _words(option):
            by_action.setdefault(_bash_action(option), []).extend(option.names)
    cases = [f"    {'|'.join(names)})\n        {action} ;;" for action, names in by_action.items()]
    flags = " ".join(each.flag for each in OPTIONS)
    return _BASH.replace("@VALUES@", "\n".join(cases)).replace("@OPTIONS@", flags)


def _bash_action(option: Option) -> str:
    """The command that fills COMPREPLY with the values of `option`."""
    by_kind = {
        "files": "_kvtui_files -f",
        "directories": "_kvtui_files -d",
        "profiles": "_kvtui_profiles",
    }
    words = f"_kvtui_words '{' '.join(_words(option))}'" if _words(option) else ""
    return by_kind.get(option.completes, words)


_ZSH = r"""#compdef kvtui
# Completion of kvtui for zsh. In ~/.zshrc, after compinit: source <(kvtui --completion zsh)

_kvtui_profiles() {
    local home=${XDG_CONFIG_HOME-}
    [[ $home == /* ]] || home=~/.config
    local -a names=($home/kvtui/profiles/*.toml(N:t:r))
    compadd -a names
}

_kvtui() {
    _arguments -s \
@OPTIONS@ \
        '*:KEY: '
}

if [[ $funcstack[1] == _kvtui ]]; then
    _kvtui "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _kvtui kvtui
fi
"""


def _zsh() -> str:
    specs = [spec for each in OPTIONS for spec in _zsh_specs(each)]
    return _ZSH.replace("@OPTIONS@", " \\\n".join(f"        {_quoted(spec)}" for spec in specs))


def _zsh_specs(option: Option) -> list[str]:
    """The option in the form of `_arguments`, once for each of its names."""
    text = option.help.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
    names = option.names
    other = f"({' '.join(names)})" if len(names) > 1 else ""
    joined = "" if option.takes == "flag" else "="
    out = []
    for name in names:
        ending = "+" if joined and name == option.short else joined
        out.append(f"{other}{name}{ending}[{text}]{_zsh_values(option)}")
    return out


def _zsh_values(option: Option) -> str:
    if option.takes == "flag":
        return ""
    colons = "::" if option.takes == "maybe" else ":"
    by_kind = {"files": "_files", "directories": "_files -/", "profiles": "_kvtui_profiles"}
    words = f"({' '.join(_words(option))})" if _words(option) else " "
    return f"{colons}{option.metavar}:{by_kind.get(option.completes, words)}"


_FISH = r"""# Completion of kvtui for fish. In ~/.config/fish/config.fish: kvtui --completion fish | source

function __kvtui_profiles
    set -l home $XDG_CONFIG_HOME
    string match -q '/*' -- $home; or set home ~/.config
    set -l files $home/kvtui/profiles/*.toml
    string replace -rf '.*/(.*)\.toml$' '$1' -- $files
end

function __kvtui_after
    contains -- (commandline -opc)[-1] $argv
end

complete -c kvtui -f
"""


def _fish() -> str:
    return _FISH + "".join(line for each in OPTIONS for line in _fish_lines(each))


def _fish_lines(option: Option) -> list[str]:
    """The lines of one option; those of an optional value complete it after the option as well."""
    short = f" -s {option.short[1:]}" if option.short else ""
    lead = f"complete -c kvtui{short} -l {option.name} -d {_quoted(option.help)}"
    by_kind = {
        "files": " -r -F",
        "directories": " -x -a '(__fish_complete_directories (commandline -ct))'",
        "profiles": " -x -a '(__kvtui_profiles)'",
    }
    words = " ".join(_words(option))
    if option.takes == "maybe":
        if not words:
            return [f"{lead}\n"]
        after = f"complete -c kvtui -n '__kvtui_after {' '.join(option.names)}' -f -a '{words}'\n"
        return [f"{lead}\n", after]
    values = by_kind.get(option.completes, f" -x -a '{words}'" if words else " -x")
    return [f"{lead}{values if option.metavar else ''}\n"]


def _quoted(text: str) -> str:
    """`text` in single quotes, as bash, zsh and fish read it."""
    return "'" + text.replace("'", "'\\''") + "'"
