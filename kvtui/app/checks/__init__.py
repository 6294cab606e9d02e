"""The checklist: `gathering.py` collects the facts, `results.py` turns them into results and is pure."""
