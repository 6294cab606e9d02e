"""Everything that asks Azure.

The only package that imports the Azure SDKs, and only inside the functions that need them. `signin` is the
entrance: it opens `vault`, `directory` (Microsoft Graph), `access` (Resource Manager) and `changes`. `model`
has the values that they return.
"""
