"""What one process did: its backends are watched, never changed."""

from __future__ import annotations

import functools
import importlib
import logging
from typing import Any

BACKENDS = (
    "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend",
    "airflow.secrets.environment_variables.EnvironmentVariablesBackend",
    "airflow.secrets.metastore.MetastoreBackend",
    "airflow.sdk.execution_time.secrets.execution_api.ExecutionAPISecretsBackend",
    "airflow.secrets.local_filesystem.LocalFilesystemBackend",
)
MESSAGE_LIMIT = 4000


class Notes:
    """What one process did: the backends it asked, in order, and what it logged."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.steps: list[dict[str, Any]] = []
        self.logs: list[dict[str, str]] = []
        self.asked_before: list[str] = []
        """Secrets that were asked for by no lookup: Airflow's own options."""

    def log(self, logger: str, level: str, message: str) -> None:
        self.logs.append(
            {
                "logger": logger,
                "level": level.lower(),
                "message": message[:MESSAGE_LIMIT],
                "where": self.where,
            }
        )

    def watch_logging(self) -> None:
        """Notes every record of the standard library's logging, whatever handlers there are."""
        make = logging.getLogRecordFactory()

        def noting(*args: Any, **kwargs: Any) -> logging.LogRecord:
            record = make(*args, **kwargs)
            ours = str(record.name).startswith(("airflow", "task"))
            if ours and record.levelno >= logging.WARNING:
                self.log(record.name, record.levelname, record.getMessage())
            return record

        logging.setLogRecordFactory(noting)

    def watch_structlog(self) -> None:
        """Notes every event of structlog that gets as far as its processors."""
        try:
            import structlog
        except ImportError:
            return

        def noting(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
            if method in ("warning", "error", "critical", "exception"):
                text = str(event.get("event", ""))
                arguments = event.get("positional_args", ())
                message = text % arguments if arguments else text
                level = "error" if method == "exception" else method
                name = str(event.get("logger_name") or event.get("logger") or getattr(logger, "name", ""))
                self.log(name, level, message)
            return event

        structlog.get_config()["processors"].insert(0, noting)

    def watch_backends(self) -> None:
        """Notes each call of a backend. What it returns or raises passes unchanged."""
        for path in BACKENDS:
            module, _, name = path.rpartition(".")
            try:
                backend = getattr(importlib.import_module(module), name)
            except ImportError:
                continue
            for method in ("get_variable", "get_connection"):
                if hasattr(backend, method):
                    setattr(backend, method, self._noted(getattr(backend, method), name))
        client = importlib.import_module("azure.keyvault.secrets").SecretClient
        client.get_secret = self._named(client.get_secret)

    def _named(self, get_secret: Any) -> Any:
        @functools.wraps(get_secret)
        def named(*args: Any, **kwargs: Any) -> Any:
            asked = str(kwargs["name"] if "name" in kwargs else args[1])
            if self.steps:
                self.steps[-1]["asked"].append(asked)
            else:
                self.asked_before.append(asked)
            return get_secret(*args, **kwargs)

        return named

    def _noted(self, method: Any, name: str) -> Any:
        @functools.wraps(method)
        def noted(*args: Any, **kwargs: Any) -> Any:
            step: dict[str, Any] = {"backend": name, "where": self.where, "result": "raised", "asked": []}
            self.steps.append(step)
            try:
                found = method(*args, **kwargs)
            except BaseException as error:
                step["exception"] = told(error)
                raise
            step["result"] = "none" if found is None else "value"
            return found

        return noted


def told(error: BaseException) -> dict[str, str]:
    kind = type(error)
    return {"class": f"{kind.__module__}.{kind.__qualname__}", "message": str(error)[:MESSAGE_LIMIT]}
