"""What python-dotenv reads from a `.env`, without its logging and without its expansion of `${NAME}`.

`dotenv.dotenv_values` logs every line that it cannot parse, which would end up on the user's screen.
"""

from __future__ import annotations

from kvtui.outputs.env.parsers.python_dotenv import unexpanded

LARGE = 128 * 1024
"""Characters beyond which the library is not asked: it keeps 100 bytes for each one of a quoted value."""


def dotenv_read(text: str) -> dict[str, str | None]:
    """The variables of `text`; of repetitions the last. None: a name without `=`."""
    if len(text) > LARGE:
        return unexpanded(text)
    from io import StringIO

    from dotenv.parser import parse_stream

    bindings = parse_stream(StringIO(text))
    return {binding.key: binding.value for binding in bindings if binding.key is not None}
