"""What python-dotenv reads from a `.env`, without its logging and without its expansion of `${NAME}`.

`dotenv.dotenv_values` logs every line that it cannot parse, which would end up on the user's screen.
"""

from __future__ import annotations


def dotenv_read(text: str) -> dict[str, str | None]:
    """The variables of `text`; of repetitions the last. None: a name without `=`."""
    from io import StringIO

    from dotenv.parser import parse_stream

    bindings = parse_stream(StringIO(text))
    return {binding.key: binding.value for binding in bindings if binding.key is not None}
