"""`python -m tests.benchmarks`: each promise about speed beside its anchor, measured in the same run."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from tests.benchmarks import starts, work
from tests.benchmarks.figures import run, table


def main() -> int:
    """Prints the table or JSON. 1 with `--check` when a ratio is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the table")
    parser.add_argument("--check", action="store_true", help="end with 1 when a ratio is over its budget")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run (default: 7)")
    parser.add_argument(
        "--only", default="", metavar="WORDS", help="only the measures with these words in their name"
    )
    options = parser.parse_args()
    figures = []
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kvtui-bench-")))
        for measure in chain(starts.measures(directory), work.measures(stack)):
            if options.only in measure.name:
                print(f"measuring: {measure.name}", file=sys.stderr)
                figures.append(run(measure, options.rounds))
    if options.json:
        print(json.dumps({"figures": [figure.as_json() for figure in figures]}, indent=2))
    else:
        print(table(figures))
    over = [figure for figure in figures if figure.over]
    for figure in over:
        print(f"over budget: {figure.name}: {figure.ratio:.2f} > {figure.budget}", file=sys.stderr)
    return 1 if options.check and over else 0


if __name__ == "__main__":
    sys.exit(main())
