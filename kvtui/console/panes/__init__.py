"""The seven panes."""
