"""Measure one handler in its own process, so that imports and memory of another do not count."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import multiprocessing
import os
import resource
import sys
import time
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bench.handlers.aws import answered
from bench.handlers.fleet import Events
from bench.handlers.plan import BenchError, Plan, Result
from bench.handlers.units import Units, weigh
from lambda_src.common import deployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from bench.handlers.aws import Traffic
    from lambda_src.common.deployment import DeploymentRules

    Handler = Callable[[dict[str, Any], "Context"], Any]

ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIDBENCH",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
}


class Context:
    """The context of an invocation with one minute left."""

    function_name = "bench"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:bench"
    memory_limit_in_mb = 512
    log_group_name = "/aws/lambda/bench"
    log_stream_name = "bench"

    def __init__(self) -> None:
        self.aws_request_id = str(uuid.uuid4())

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def measure(plan: Plan) -> Result:
    """Measure in a fresh process. Raises `BenchError` if the handler cannot be loaded or raises."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_work, args=(plan, theirs))
    process.start()
    theirs.close()
    try:
        answer = ours.recv()
    except EOFError:
        answer = f"{plan.target}: its process ended with status {process.exitcode}"
    process.join()
    if isinstance(answer, Result):
        return answer
    raise BenchError(answer)


def _work(plan: Plan, answer: Connection) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT | plan.env)
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()) as output,
            answered(plan.call_ms / 1000) as traffic,
            _deployed(plan.rules),
        ):
            answer.send(_run(plan, _load(plan), traffic, output))
    except Exception as error:  # noqa: BLE001  # whatever a stranger's handler raises is the report
        answer.send(f"{plan.target}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


@contextlib.contextmanager
def _deployed(rules: DeploymentRules | None) -> Iterator[None]:
    """Put the rules where our handler's package has them."""
    with TemporaryDirectory() as folder:
        if rules is not None:
            deployment.FILE = Path(folder) / deployment.FILE.name
            deployment.FILE.write_bytes(rules.encode())
        yield


def _load(plan: Plan) -> Handler:
    if plan.path.endswith(".py"):
        path = Path(plan.path).resolve()
        sys.path.insert(0, str(path.parent))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            raise BenchError(f"{plan.path} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
    else:
        module = importlib.import_module(plan.path)
    handler: Handler = getattr(module, plan.function)
    return handler


def _run(plan: Plan, handler: Handler, traffic: Traffic, output: io.StringIO) -> Result:
    fleet = Events(plan.fleet, start_seconds=time.time() - 60)
    # The warm-up creates clients, endpoint and cached secret. Its broken machines are healthy in later windows.
    for event in fleet.batches(plan.repeat, max(plan.batch, plan.fleet.devices), plan.batch):
        handler(event, Context())
    traffic.clear()
    cpu_us, batch_ms = [], []
    units = Units()
    reported = 0
    for window in range(plan.repeat):
        batches = list(fleet.batches(window, plan.events, plan.batch))
        started, began = time.process_time(), time.perf_counter()
        for event in batches:
            response = handler(event, Context())
            reported += bool(isinstance(response, dict) and response.get("batchItemFailures"))
        cpu_us.append((time.process_time() - started) / plan.events * 1e6)
        batch_ms.append((time.perf_counter() - began) / len(batches) * 1e3)
        # Weighed here, outside the measured time.
        units = units.plus(weigh(traffic.writes))
        traffic.writes.clear()
        output.seek(0)
        output.truncate()
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(cpu_us, batch_ms, dict(traffic.calls), plan.events * plan.repeat, rss, reported, *units)
