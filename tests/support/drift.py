"""What a second plan shows, without what is known to come from the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KNOWN_DRIFT: dict[str, set[str]] = {
    # The provider's DescribeAlarms gets alarms without these; `test_alarms_stand_as_planned` asks in another way.
    "aws_cloudwatch_metric_alarm": {
        "actions_enabled",
        "alarm_actions",
        "alarm_description",
        "dimensions",
        "extended_statistic",
        "ok_actions",
        "period",
        "statistic",
        "treat_missing_data",
    },
    # Default tags of a stream and the metrics of its shards are not read back.
    "aws_kinesis_stream": {"shard_level_metrics", "tags_all"},
    # Not read back; the provider itself sends UTC where nothing is set.
    "aws_kinesis_firehose_delivery_stream": {"extended_s3_configuration.custom_time_zone"},
    # The metrics of a mapping are accepted and forgotten.
    "aws_lambda_event_source_mapping": {"metrics_config"},
    # Properties come back, empty, though none were given.
    "aws_iot_thing_group": {"properties"},
}
"""Arguments by resource type that MiniStack reads back otherwise than they were written; one inside a block with its
path, the blocks' numbers left out.
"""

Drift = dict[str, tuple[list[str], set[str]]]


def unknown_drift(plan: Mapping[str, Any]) -> Drift:
    """By resource: what the plan would do to it, and the arguments that it shows as changed and `KNOWN_DRIFT` lacks."""
    found: Drift = {}
    for resource in plan["resource_changes"]:
        change = resource["change"]
        if change["actions"] in (["no-op"], ["read"]):
            continue
        changed = set(_changed(change["before"] or {}, change["after"] or {}))
        unknown = {path for path in changed if not _known(path, KNOWN_DRIFT.get(resource["type"], set()))}
        # An update that changes nothing we see is no better known than one that does.
        if unknown or not changed:
            found[resource["address"]] = change["actions"], unknown
    return found


def _known(path: str, known: set[str]) -> bool:
    """Whether the argument is one of ``known`` or lies in one."""
    return any(path == each or path.startswith(f"{each}.") for each in known)


def _changed(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """The paths of what differs, as deep as both sides have the same shape."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before.keys() | after.keys():
            yield from _changed(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _changed(one, other, path)
    elif before != after:
        yield path
