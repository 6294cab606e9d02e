"""The deleted secrets of the vault of pane 3: listed, and recovered one by one."""
