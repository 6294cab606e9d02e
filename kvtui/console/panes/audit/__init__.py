"""Pane 7: the variables and connections that the DAGs use, and whether the vault has them."""
