"""The fixture that makes a project of files."""

from tests.dags.conftest import make

__all__ = ["make"]
