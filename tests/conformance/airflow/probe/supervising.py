"""The supervisor that a task speaks with: its own class of each SDK, in the task's process."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def supervised(transport: Any) -> Iterator[None]:
    """Within it `Variable.get` and `Connection.get` ask a supervisor, which asks the API over `transport`."""
    from airflow.sdk.execution_time import supervisor

    if not hasattr(supervisor, "InProcessTestSupervisor"):
        with _over_lines(transport):
            yield
        return
    in_process = supervisor.InProcessTestSupervisor
    client = getattr(in_process, "_Client", None) or _client_class()
    comms = supervisor.InProcessSupervisorComms(
        supervisor=in_process(
            id="00000000-0000-0000-0000-000000000000",
            pid=os.getpid(),
            process=supervisor.psutil.Process(),
            process_log=supervisor.structlog.get_logger(logger_name="task").bind(),
            client=_client(client, transport),
        )
    )
    comms.supervisor.comms = comms
    with supervisor.set_supervisor_comms(comms):
        yield


def _client_class() -> Any:
    """Airflow's own client, without its waits before it tries again."""
    from airflow.sdk.api.client import Client

    class WithoutRetries(Client):  # type: ignore[misc]
        def request(self, *args: Any, **kwargs: Any) -> Any:
            return super().request.__wrapped__(self, *args, **kwargs)

    return WithoutRetries


def _client(client_class: Any, transport: Any) -> Any:
    client = client_class(base_url=None, token="", dry_run=True, transport=transport)
    client.base_url = "http://in-process.invalid./"
    return client


@contextmanager
def _over_lines(transport: Any) -> Iterator[None]:
    """As task-sdk 1.0.0 does it: one line of JSON each way, between its own two ends."""
    import structlog
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.supervisor import ActivitySubprocess, psutil

    answers = io.StringIO()

    class Ends:
        """The supervisor's writing end, and the task's."""

        def sendall(self, line: bytes) -> None:
            at = answers.tell()
            answers.seek(0, io.SEEK_END)
            answers.write(line.decode())
            answers.seek(at)

        def write(self, line: bytes) -> None:
            requests.send(line)

    ends = Ends()
    log = structlog.get_logger(logger_name="task")
    requests = ActivitySubprocess(
        id="00000000-0000-0000-0000-000000000000",
        pid=os.getpid(),
        stdin=ends,
        process=psutil.Process(),
        requests_fd=-1,
        process_log=log.bind(),
        client=_client(_client_class(), transport),
    ).handle_requests(log)
    next(requests)
    comms = task_runner.CommsDecoder(input=answers)
    comms.request_socket = ends
    task_runner.SUPERVISOR_COMMS = comms
    try:
        yield
    finally:
        del task_runner.SUPERVISOR_COMMS
