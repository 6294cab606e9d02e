"""Pane 3: the vault's names, and the details of one secret."""
