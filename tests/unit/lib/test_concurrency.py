"""A queue never starts more processors than are reserved: what is throttled ends in the dead-letter queue."""

from __future__ import annotations

from typing import Any

import pytest

from lib.config import Config, ConfigError, load, queue_concurrency


def queued(processor: dict[str, Any], queue: dict[str, Any] | None = None) -> Config:
    return load.checked(
        {
            "preset": "serverless-api",
            "transport": "sqs",
            "api": {"enabled": True},
            "tables": {"enabled": True},
            "archive": {"enabled": False},
            "processor": processor,
            "queue": queue or {},
        },
        "environments/x.toml",
    )


@pytest.mark.parametrize(
    ("reserved", "wanted", "concurrency"),
    [(None, None, None), (None, 7, 7), (20, None, 20), (20, 20, 20), (20, 7, 7), (5_000, None, 1_000)],
)
def test_a_mapping_runs_what_is_reserved_unless_fewer_are_wanted(
    reserved: int | None, wanted: int | None, concurrency: int | None
) -> None:
    processor = {} if reserved is None else {"reserved_concurrency": reserved}
    queue = {} if wanted is None else {"concurrency": wanted}
    assert queue_concurrency(queued(processor, queue)) == concurrency


@pytest.mark.parametrize(
    ("processor", "queue", "line"),
    [
        ({"reserved_concurrency": 20}, {"concurrency": 21}, "queue.concurrency=21: allowed is at most processor."),
        ({"reserved_concurrency": 1}, {}, "processor.reserved_concurrency=1: allowed is at least 2 while"),
    ],
)
def test_a_reservation_below_the_mapping_is_refused(
    processor: dict[str, Any], queue: dict[str, Any], line: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        queued(processor, queue)
    assert str(refused.value).startswith(f"environments/x.toml: {line}")


def test_one_reserved_processor_is_enough_for_a_stream() -> None:
    config = load.checked({"preset": "manufacturing", "processor": {"reserved_concurrency": 1}}, "x")
    assert config.processor.reserved_concurrency == 1
