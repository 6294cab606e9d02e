"""Variables and connections of a file or of another vault, imported into the chosen vault.

`given.py` reads the source, `importer.py` previews and writes it, `results.py` has what came of each item.
"""
