"""Pane 2: apps, service principals and managed identities."""
