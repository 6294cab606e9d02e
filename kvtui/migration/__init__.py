"""What is imported into a vault: files that define variables and connections, and the plan made of them.

Pure: texts and names in, items and plan entries out. `sources.py` reads a text, `plan.py` decides what
becomes of each item. Values are `SecretText` all the way.
"""
