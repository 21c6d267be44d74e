"""What the settings' free text may hold, so that nothing refuses it in the middle of an apply."""

from __future__ import annotations

import re
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

import msgspec

from lib.config.tags import MOST_TAGS, TAG_KEY, TAG_VALUE, is_tag_key, is_tag_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_src.common.thresholds import Threshold
    from lib.config.errors import Problem
    from lib.config.model import Config

EMAIL = (r"[^\s@:/]{1,64}@[^\s@:/]{1,255}", "an e-mail address")
ENDPOINT = (
    rf"{EMAIL[0]}|https://[^\s@/]{{1,255}}(/\S{{0,1700}})?",
    "an e-mail address, or one with https:// and no password in it",
)
"""Not http, because an alert describes a plant. A password would be readable in the plan."""
SENSOR_TYPE = r"[a-z0-9_.-]{1,64}"
"""As readings have it after the decoder lower-cased it: a threshold under another name would never apply."""


def text_problems(config: Config) -> Iterator[Problem]:
    """Yields each text that would be refused or evaluated later."""
    # Formats travel in the packages; their patterns may have braces.
    yield from _expressions("", {**msgspec.to_builtins(config), "formats": ()})
    yield from _tags(config.tags)
    yield from _subscribers(config)
    for sensor_type, threshold in config.thresholds.items():
        yield from _threshold(sensor_type, threshold)


def _expressions(key: str, value: object) -> Iterator[Problem]:
    """Terraform would evaluate ``${…}`` and ``%{…}``, wherever the text ends up."""
    if isinstance(value, str) and ("${" in value or "%{" in value):
        yield key, value, "text without '${' and '%{', which Terraform would evaluate"
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _expressions(f"{key}.{name}".removeprefix("."), part)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from _expressions(f"{key}[{index}]", part)


def _tags(tags: dict[str, str]) -> Iterator[Problem]:
    if len(tags) > MOST_TAGS:
        yield "tags", f"{len(tags)} tags", f"at most {MOST_TAGS}"
    for key, value in tags.items():
        if not is_tag_key(key):
            yield "tags", key, f"a key of {TAG_KEY}"
        if not is_tag_value(value):
            yield f"tags.{key}", value, TAG_VALUE


def _subscribers(config: Config) -> Iterator[Problem]:
    for place, subscriber in enumerate(config.alerts.subscribers):
        if not subscriber.states:
            yield f"alerts.subscribers[{place}].states", [], "at least one of opened, escalated, ended"
    for topic, settings in (("alerts", config.alerts), ("alarms", config.alarms)):
        named = [(f"{topic}.emails[{index}]", email, EMAIL) for index, email in enumerate(settings.emails)]
        for index, each in enumerate(settings.subscribers):
            named.append((f"{topic}.subscribers[{index}].endpoint", each.endpoint, ENDPOINT))
        seen: set[str] = set()
        for key, endpoint, (pattern, allowed) in named:
            if not re.fullmatch(pattern, endpoint):
                yield key, endpoint, allowed
            if endpoint in seen:
                yield key, endpoint, f"an endpoint that {topic} names once"
            seen.add(endpoint)


def _threshold(sensor_type: str, threshold: Threshold) -> Iterator[Problem]:
    key = f"thresholds.{sensor_type}"
    if not re.fullmatch(SENSOR_TYPE, sensor_type):
        yield "thresholds", sensor_type, "a sensor type of 1 to 64 of a-z, 0-9 and _.-"
    bounds = [
        (name, value)
        for name in ("critical_min", "min", "max", "critical_max")
        if (value := getattr(threshold, name)) is not None
    ]
    if not bounds:
        yield key, "empty", "at least one of critical_min, min, max, critical_max"
    for name, value in bounds:
        if not isfinite(value):
            yield f"{key}.{name}", value, "a finite number"
    for (lower, low), (upper, high) in pairwise(bounds):
        if high < low:
            yield f"{key}.{upper}", high, f"not below {lower} ({low})"
