"""Pane 1: the settings."""
