"""AWS over HTTP for tests of Glue: ministack, before which runs of jobs begin, write and end as a test says.

ministack keeps jobs, buckets and logs. It has no Spark, so it would call every run a success; runs are kept here.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3

from tests.stores.servers import free_port, wait_for

REGION = "us-east-1"
Run = dict[str, Any]


@dataclass
class GlueService:
    """What listens, and the runs that were started."""

    port: int
    behind: str
    runs: list[Run] = field(default_factory=list)
    on_start: Callable[[Run], None] = lambda run: None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which any program finds it, as somebody."""
        return {
            "AWS_ENDPOINT_URL": self.behind,
            "AWS_ENDPOINT_URL_GLUE": f"http://127.0.0.1:{self.port}",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "anybody",
            "AWS_SECRET_ACCESS_KEY": "anything",
        }

    def client(self, service: str) -> Any:
        """A client that is not the launcher's."""
        address = self.environment["AWS_ENDPOINT_URL_GLUE" if service == "glue" else "AWS_ENDPOINT_URL"]
        keys = {"aws_access_key_id": "anybody", "aws_secret_access_key": "anything"}
        return boto3.client(service, endpoint_url=address, region_name=REGION, **keys)

    def make_job(self, name: str, **changes: Any) -> None:
        """Make a job as the template does, with these parts in place of others."""
        definition = {
            "Role": "arn:aws:iam::000000000000:role/footfall",
            "Command": {"Name": "glueetl", "ScriptLocation": "s3://nowhere/none.py", "PythonVersion": "3"},
            "DefaultArguments": {"--settings": "s3://lake/settings.yaml", "--datalake-formats": "iceberg"},
            "GlueVersion": "5.1",
            "WorkerType": "G.1X",
            "NumberOfWorkers": 3,
            "Timeout": 60,
            "MaxRetries": 0,
            "Description": "made by the template",
        }
        self.client("glue").create_job(Name=name, **{**definition, **changes})

    def started(self, request: dict[str, Any]) -> Run:
        """Begin a run, which waits for its workers."""
        with self.lock:
            run = {
                "Id": f"jr_{len(self.runs):04}",
                "JobName": request["JobName"],
                "StartedOn": time.time(),
                "Arguments": request.get("Arguments", {}),
                "JobRunState": "STARTING",
                "MaxCapacity": 3.0,
                "WorkerType": "G.1X",
                "NumberOfWorkers": 3,
                "ExecutionTime": 0,
            }
            self.runs.append(run)
        self.on_start(run)
        return run

    def await_run(self, number: int = 0, seconds: int = 55) -> Run:
        """The run of this number, once it was started."""
        for _ in range(10 * seconds):
            if len(self.runs) > number:
                return self.runs[number]
            time.sleep(0.1)
        raise TimeoutError("no run was started")

    def write(
        self, run: Run, *lines: str, to: str = "error", below: str = "/aws-glue/jobs", after: str = ""
    ) -> None:
        """Write lines of the driver to the log; `below` is its group, `after` stands behind the run's id."""
        logs, group, stream = self.client("logs"), f"{below}/{to}", f"{run['Id']}{after}"
        for make, about in (
            (logs.create_log_group, {"logGroupName": group}),
            (logs.create_log_stream, {"logGroupName": group, "logStreamName": stream}),
        ):
            try:
                make(**about)
            except logs.exceptions.ResourceAlreadyExistsException:
                continue
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    def end(self, run: Run, state: str, message: str = "", seconds: int = 120) -> None:
        """End a run."""
        run.update(JobRunState=state, ExecutionTime=seconds, CompletedOn=time.time())
        if message:
            run["ErrorMessage"] = message

    def answer(self, action: str, request: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to a request about runs; none for all others."""
        with self.lock:
            runs = [run for run in self.runs if run["JobName"] == request.get("JobName")]
            if action == "StartJobRun":
                return {"JobRunId": self.started(request)["Id"]}
            if action == "GetJobRuns":
                return {"JobRuns": runs[::-1]}
            if action == "GetJobRun":
                return {"JobRun": next(run for run in runs if run["Id"] == request["RunId"])}
            if action == "BatchStopJobRun":
                for run in runs:
                    if run["Id"] in request["JobRunIds"]:
                        self.end(run, "STOPPED")
                return {"SuccessfulSubmissions": [], "Errors": []}
            return None


@contextmanager
def glue_service(folder: Path) -> Iterator[GlueService]:
    """Both servers, while the block runs."""
    port = free_port()
    environ = {
        **os.environ,
        "GATEWAY_PORT": str(port),
        "S3_DATA_DIR": str(folder),
        "SERVICES": "s3,glue,logs",
    }
    with (folder / "ministack.log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "ministack.app"]
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, cwd=folder)
        try:
            wait_for(port)
            service = GlueService(0, f"http://127.0.0.1:{port}")
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
            service.port = server.server_port
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield service
            server.shutdown()
        finally:
            process.terminate()
            process.wait()


def _handler(service: GlueService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers what is about runs, and passes all else that is about Glue on."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Answer one request."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            action = self.headers.get("X-Amz-Target", "").removeprefix("AWSGlue.")
            ours = service.answer(action, json.loads(body))
            status, answer = (200, json.dumps(ours).encode()) if ours else self._passed_on(body)
            self.send_response_only(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _passed_on(self, body: bytes) -> tuple[int, bytes]:
            kept = ("authorization", "content-type", "x-amz-date", "x-amz-target")
            headers = {key: text for key, text in self.headers.items() if key.lower() in kept}
            behind = HTTPConnection(service.behind.partition("://")[2])
            behind.request("POST", "/", body, headers)
            answer = behind.getresponse()
            return answer.status, answer.read()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler
