"""The metastore that a case finds."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any


def make_database(path: Path) -> None:
    """An empty metastore with all tables, by Airflow's own models."""
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{path}"
    from airflow import settings
    from airflow.models import import_all_models
    from airflow.models.base import Base

    settings.initialize()
    import_all_models()
    tables = list(Base.metadata.tables.values())
    if "team" not in Base.metadata.tables:  # Airflow 2: some tables need those of another package
        tables = [table for table in tables if table.name in ("variable", "connection")]
    Base.metadata.create_all(settings.engine, tables=tables)
    settings.engine.dispose()  # what stands in the write-ahead log goes to the file


def fill_database(path: Path, case: dict[str, Any]) -> None:
    """The rows that a case finds in the metastore, unencrypted, as without a Fernet key."""
    with sqlite3.connect(path) as database:
        for key, text in case["metastore"].items():
            if case["kind"] == "connection":
                row = {"conn_id": key, **json.loads(text)}
                database.execute(
                    "INSERT INTO connection (conn_id, conn_type, host, schema, login, password, "
                    "is_encrypted, is_extra_encrypted) "
                    "VALUES (:conn_id, :conn_type, :host, :schema, :login, :password, 0, 0)",
                    row,
                )
            else:
                database.execute(
                    "INSERT INTO variable (key, val, is_encrypted) VALUES (?, ?, 0)", (key, text)
                )
