"""Azure's facts. The only room that imports the Azure SDKs, and only inside the functions that need them.

`model` (domain values) and `ports` (what the doors call) import no SDK and cost nothing.
"""
