"""The replay function, invoked until it has taken all that it was given."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence  # msgspec resolves it at run time
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.retry import full_jitter
from ops.errors import FailedError
from ops.replay.batch import ReplayRecord  # msgspec resolves it at run time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_lambda import LambdaClient


ATTEMPTS = 8
BASE_SECONDS = 0.5
CAP_SECONDS = 20.0
"""Eight attempts that bring nothing on take 26 s on average and 52 s at most: enough for a table that has to grow."""


class _ReplayEvent(msgspec.Struct):
    records: Sequence[ReplayRecord]


class _Answer(msgspec.Struct):
    failed: list[str]
    refused: dict[str, int]


class _Error(msgspec.Struct):
    message: str = msgspec.field(default="it gave no reason", name="errorMessage")


class ReplayFunction:
    def __init__(self, client: LambdaClient, name: str) -> None:
        self._client = client
        self._name = name

    def send(self, records: Sequence[ReplayRecord]) -> Counter[str]:
        """Invoke it with ``records``, then with those that it could not store; returns what it refused, by reason.

        Raises `FailedError` where several attempts in a row stored nothing.
        """
        refused: Counter[str] = Counter()
        left = records
        waits = _waits()
        while True:
            try:
                answer = self._invoke(left)
            except TemporaryFailureError as error:
                failed, why = left, str(error)
            else:
                refused.update(answer.refused)
                again = set(answer.failed)
                failed, why = [record for record in left if record.id in again], "it could not store everything"
            if not failed:
                return refused
            if len(failed) < len(left):
                waits = _waits(before=1)
            left = failed
            wait = next(waits, None)
            if wait is None:
                raise FailedError(f"{self._name} took nothing {ATTEMPTS} times in a row: {why}")
            time.sleep(wait)

    def _invoke(self, records: Sequence[ReplayRecord]) -> _Answer:
        with temporary_failures():
            answer = self._client.invoke(FunctionName=self._name, Payload=msgspec.json.encode(_ReplayEvent(records)))
            body = answer["Payload"].read()
        try:
            if "FunctionError" in answer:
                # What only a deployment mends as well: nothing tells it from a timeout, and either has its end.
                raise TemporaryFailureError(msgspec.json.decode(body, type=_Error).message)
            return msgspec.json.decode(body, type=_Answer)
        except msgspec.DecodeError as error:
            raise FailedError(f"{self._name} does not answer as a replay function: {error}") from error


def _waits(*, before: int = 0) -> Iterator[float]:
    """Between attempts in a row that bring nothing on; ``before`` them came one that did."""
    return full_jitter(before + ATTEMPTS, base=BASE_SECONDS, cap=CAP_SECONDS)
