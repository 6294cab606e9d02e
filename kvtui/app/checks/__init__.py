"""The checklist: `gathering.py` finds the facts out, `results.py` judges them and is pure."""
