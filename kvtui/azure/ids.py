"""Ids as Azure writes them: what is none is never put into a request's path."""

from __future__ import annotations

import re

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
RESOURCE = re.compile(r"/subscriptions/[\w./()-]{1,600}")
"""A Resource Manager id."""
