"""The outcome of one check, and how AWS is asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

_CLIENT = ClientConfig(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})


@dataclass(frozen=True)
class Finding:
    """``problem`` says what is wrong and what to do; None if the check passed."""

    check: str
    problem: str | None = None

    def __str__(self) -> str:
        return f"{self.check}: {self.problem}" if self.problem else self.check


def client(service: str, region: str) -> Any:
    return boto3.client(service, region_name=region, config=_CLIENT)  # type: ignore[call-overload]  # any service


def reach(check: str, call: Callable[[], object]) -> Finding:
    """A finding that passes if AWS answers at all."""

    def problem() -> None:
        call()

    return ask(check, problem)


def ask(check: str, call: Callable[[], str | None]) -> Finding:
    """The finding of ``call``, which returns the problem or None; a failed call is a problem itself."""
    try:
        return Finding(check, call())
    except (ClientError, BotoCoreError) as error:
        return Finding(check, " ".join(str(error).split()))
