"""The producer of applications: readings over HTTP, several requests in parallel."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from random import uniform
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError

from local.fleet.producer import ProducerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from local.fleet.message import PlantMessage

CONNECTIONS = 4
"""Parallel requests. Each occupies a worker of a function; two cores run no more at a time."""
PROCESS_EVERY = 10
"""Every tenth request uses /process, which returns verdicts."""
_NO_READING = b'{"device_id":"wake"}'
_AGAIN = frozenset({429, 503})
_BACKOFF_FIRST, _BACKOFF_CAP = 0.1, 5.0
_JSON = {"Content-Type": "application/json"}


class ResponseLike(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def body(self) -> bytes: ...

    def json(self) -> Any: ...


class Posts(Protocol):
    """The only method of `ops.http.SignedHttp` that is needed."""

    def request(
        self, method: str, path: str, query: None, body: bytes | None, headers: Mapping[str, str] | None
    ) -> ResponseLike: ...


class HttpProducer:
    """Posts messages, most to ``/ingest``, some to ``/process``, and yields those that were accepted completely.

    `is_anomaly(sensor_type, value)` is the expected verdict. Throttled requests and requests without a response are
    retried; readings carry their times, so nothing is stored twice. Raises `ProducerError` if a request is refused,
    partly accepted, evaluated wrongly, or not answered within `timeout` seconds.
    """

    def __init__(
        self,
        http: Posts,
        *,
        is_anomaly: Callable[[str, float], bool],
        timeout: float = 60.0,
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], object] = sleep,
    ) -> None:
        self._http = http
        self._is_anomaly = is_anomaly
        self._timeout = timeout
        self._clock = clock
        self._pause = pause
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="http")
        self._in_flight: dict[Future[int], PlantMessage] = {}
        self.requests = 0
        self.verdicts = 0
        self.repeated = 0
        """Number of retried requests."""

    def wake(self) -> None:
        """Start a worker per connection, and one that evaluates, by requests without a reading.

        This takes seconds on two cores and must not count towards the rate. Raises `ProducerError` for an unexpected
        response.
        """
        paths = ["/process", *["/ingest"] * CONNECTIONS]
        for answered in [self._pool.submit(self._until_answered, path, _NO_READING) for path in paths]:
            answer = answered.result()
            if answer.status != 400:
                raise ProducerError(f"a request without a reading: {answer.status}: {answer.body[:300]!r}")

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]:
        """Send `messages` and yield what was accepted; some may stay in flight on the connections.

        Raises the first error, of these messages or of those in flight.
        """
        for message in messages:
            if len(self._in_flight) == CONNECTIONS:
                yield from self._taken()
            self.requests += 1
            path = "/process" if self.requests % PROCESS_EVERY == 0 else "/ingest"
            self._in_flight[self._pool.submit(self._post, path, message)] = message

    def rest(self) -> Iterator[list[PlantMessage]]:
        """Yield the messages in flight as they are accepted."""
        while self._in_flight:
            yield from self._taken()

    def _taken(self) -> Iterator[list[PlantMessage]]:
        """Wait for at least one request."""
        for done in wait(self._in_flight, return_when=FIRST_COMPLETED).done:
            message = self._in_flight.pop(done)
            self.verdicts += done.result()
            yield [message]

    def close(self) -> None:
        self._pool.shutdown()

    def _post(self, path: str, message: PlantMessage) -> int:
        """Post one message. Returns the number of verdicts, all of them right."""
        answer = self._until_answered(path, message.payload)
        if answer.status not in (200, 202):
            raise ProducerError(f"POST {path}: {answer.status}: {answer.body[:300]!r}")
        said = answer.json()
        if said["rejected"] or said["accepted"] != len(message.readings):
            raise ProducerError(
                f"POST {path}: {said['accepted']} of {len(message.readings)} readings accepted: {said['rejected']}"
            )
        verdicts = said.get("readings", ())
        for verdict in verdicts:
            if verdict["is_anomaly"] != self._is_anomaly(verdict["sensor_type"], verdict["value"]):
                raise ProducerError(f"POST {path}: wrong verdict: {verdict}")
        if path == "/process" and len(verdicts) != len(message.readings):
            raise ProducerError(f"POST {path}: {len(verdicts)} verdicts for {len(message.readings)} readings")
        return len(verdicts)

    def _until_answered(self, path: str, body: bytes) -> ResponseLike:
        deadline = self._clock() + self._timeout
        attempt = 0
        while True:
            try:
                answer = self._http.request("POST", path, None, body, _JSON)
                why = f"{answer.status}: {answer.body[:200]!r}"
            except (NoConnectionError, HTTPClientError) as error:
                answer, why = None, str(error)
            if answer is not None and answer.status not in _AGAIN:
                return answer
            delay = uniform(0.0, min(_BACKOFF_CAP, _BACKOFF_FIRST * 2.0 ** min(attempt, 30)))  # noqa: S311
            attempt += 1
            if self._clock() + delay > deadline:
                raise ProducerError(f"POST {path}: not accepted within {self._timeout:g} s: {why}")
            self.repeated += 1
            self._pause(delay)
