"""The audit in the forms that other programs read: one module for each, all from the same `AuditResult`.

Each has a function `render(result)` that gives the whole text, and does no I/O.
"""

from __future__ import annotations
