"""Models of the programs that read a `.env`, written from their documented and measured rules.

They are independent of the package on purpose: what they read is compared with what was meant.
"""

from __future__ import annotations


def go_lines(text: str) -> list[str]:
    """Lines as Go's bufio.Scanner gives them; what is too long for its buffer ends the file."""
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line.encode()) >= 64 * 1024:
            break
        lines.append(line[:-1] if line.endswith("\r") else line)
    return lines


def astro_load(text: str) -> dict[str, str]:
    """`astro deployment variable create --load`."""
    found: dict[str, str] = {}
    for line in go_lines(text):
        if line.startswith("#") or "=" not in line:
            continue
        key, value = line.split("=", 1)
        if key and value and key not in found:
            found[key] = value.strip('"').strip("'").strip()
    return found


def astro_standalone(text: str) -> dict[str, str]:
    """`astro dev start --standalone`: trimmed lines, one matching pair of quotes removed."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        line = line.strip()
        if line.startswith("#") or "=" not in line:
            continue
        key, value = line.split("=", 1)
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        found[key] = value
    return found


def docker_env_file(text: str) -> dict[str, str]:
    """`docker run --env-file`: nothing is decoded, quotes are part of the value."""
    found: dict[str, str] = {}
    for line in go_lines(text):
        line = line.lstrip()
        if line and not line.startswith("#") and "=" in line:
            key, value = line.split("=", 1)
            found[key] = value
    return found


def compose_unquoted(text: str) -> dict[str, str]:
    """Compose's reader for unquoted values: cut at ` #`, then `$` would expand. Refuses to guess there."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        if not line or line.startswith("#") or "=" not in line:
            continue
        key, value = line.split("=", 1)
        value = value.split(" #", 1)[0].strip()
        assert "$" not in value, "Compose would expand it"
        found[key] = value
    return found
