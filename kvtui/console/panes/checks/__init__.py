"""Pane 6: the checklist."""
