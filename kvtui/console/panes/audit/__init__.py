"""Pane 7: what the project's code uses, and whether it would resolve."""
