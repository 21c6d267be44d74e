"""Combinations that no deployment can have, found before Terraform sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.processor.settings import COUNTS
from lib.config.alarm_rules import alarm_problems
from lib.config.device_rules import device_problems
from lib.config.format_rules import format_problems
from lib.config.operations import LOG_RETENTION_DAYS
from lib.config.storage_rules import storage_problems
from lib.config.text_rules import text_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.config.errors import Problem
    from lib.config.model import Config

FEWEST_POLLERS = 2
"""Smallest maximum concurrency of a queue's mapping (CreateEventSourceMapping, ScalingConfig)."""


def problems(config: Config) -> Iterator[Problem]:
    """Yields each impossible combination of the settings."""
    yield from _metrics(config)
    yield from _stream(config)
    yield from _queue(config)
    yield from _concurrency(config)
    yield from _api(config)
    if config.logs.retention_days not in LOG_RETENTION_DAYS:
        allowed = ", ".join(str(days) for days in LOG_RETENTION_DAYS)
        yield "logs.retention_days", config.logs.retention_days, f"one of {allowed}"
    yield from storage_problems(config)
    yield from device_problems(config)
    yield from alarm_problems(config)
    yield from text_problems(config)
    yield from format_problems(config.formats)


def _metrics(config: Config) -> Iterator[Problem]:
    for name in config.metric_aliases:
        if name not in COUNTS:
            yield f"metric_aliases.{name}", config.metric_aliases[name], f"a name for one of {', '.join(COUNTS)}"


def _stream(config: Config) -> Iterator[Problem]:
    if config.stream.mode == "on-demand" and config.stream.shards is not None:
        yield "stream.shards", config.stream.shards, "left out while stream.mode = 'on-demand'"
    processor = config.processor
    if processor.batch_size is not None and processor.batch_size > 10 and processor.window_seconds == 0:
        yield "processor.window_seconds", 0, "at least 1 while processor.batch_size is above 10"
    if processor.record_age_seconds and processor.record_age_seconds > config.stream.retention_hours * 3600:
        yield (
            "processor.record_age_seconds",
            processor.record_age_seconds,
            f"at most stream.retention_hours ({config.stream.retention_hours * 3600} s)",
        )


def _queue(config: Config) -> Iterator[Problem]:
    if config.queue.batch_size > 10 and config.queue.window_seconds == 0:
        yield "queue.window_seconds", 0, "at least 1 while queue.batch_size is above 10"
    if config.transport != "sqs":
        return
    for part in ("archive", "lake", "devices"):
        if getattr(config, part).enabled:
            yield f"{part}.enabled", True, "false while transport = 'sqs': it needs the stream"
    if not config.api.enabled:
        yield "api.enabled", False, "true while transport = 'sqs': nothing else leads into the queue"


def _concurrency(config: Config) -> Iterator[Problem]:
    """A queue's mapping that may run more processors than are reserved is throttled, and a throttled message counts as
    tried: it ends in the dead-letter queue although nothing is wrong with it.
    """
    reserved, wanted = config.processor.reserved_concurrency, config.queue.concurrency
    if config.transport != "sqs" or reserved is None:
        return
    if reserved < FEWEST_POLLERS:
        yield "processor.reserved_concurrency", reserved, f"at least {FEWEST_POLLERS} while transport = 'sqs'"
    if wanted is not None and wanted > reserved:
        yield "queue.concurrency", wanted, f"at most processor.reserved_concurrency ({reserved})"


def _api(config: Config) -> Iterator[Problem]:
    api = config.api
    if api.enabled and not config.tables.enabled:
        yield "api.enabled", True, "false while tables.enabled = false: queries are answered from the tables"
    if config.tables.raw and not api.enabled:
        yield "tables.raw", True, "false while api.enabled = false: only what comes over HTTP is kept there"
    if api.waf_acl_arn is not None and f":{config.region}:" not in api.waf_acl_arn:
        yield "api.waf_acl_arn", api.waf_acl_arn, f"a web ACL in the deployment's region ({config.region})"
