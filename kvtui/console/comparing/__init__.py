"""The vault compared with something else, begun in pane 3: what to compare with, the result, copying."""
