"""Pane 5: the files, the next steps, and writing them."""
