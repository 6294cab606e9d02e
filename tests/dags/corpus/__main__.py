"""`python -m tests.dags.corpus [-v]` prints precision and recall on the corpus, by group and in all."""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from kvtui.core.problems import ProblemError
from tests.dags.corpus.cases import Score, cases, scan, uses


def main() -> None:
    """Prints the figures; with `-v` also each case that is not exact."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    for case in cases():
        with tempfile.TemporaryDirectory() as directory:
            try:
                found = uses(scan(case, Path(directory)))
            except ProblemError:
                found = set()
        for group in (case.group, "all"):
            scores[group].add(case, found)
        if "-v" in sys.argv and found != case.uses():
            print(f"{case.group}/{case.name}")
            for sign, some in (("-", case.uses() - found), ("+", found - case.uses())):
                for use in sorted(some):
                    print(f"  {sign} {use[0]}:{use[1]} {use[2]} {use[3]}")
    for group, score in scores.items():
        print(f"{group:12} {score.words()}")


if __name__ == "__main__":
    main()
