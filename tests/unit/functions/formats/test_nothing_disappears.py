"""With a format, too, every leaf is in a reading, named as skipped, or the subject of a refusal.

Each leaf of a random message has a value of its own, so that it can be found again in what the decoder made of it.
"""

from __future__ import annotations

import json
import re

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.formats.named_formats import format_names
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.names import meaning_of
from lambda_src.common.readings.rules import DecodeRules, Source
from tests.unit.functions.factories import NOW_MS

KEYS = ["tags", "data", "v", "w", "id", "ts", "q", "u", "x", "meta", "seq", "note", "a.b"]
FORMS = [
    {"each": "tags[]", "sensor": "id", "value": "v", "time": "ts", "quality": "q", "unit": "u"},
    {"each": "data.tags{}", "value": ["v.w", "v", "@"], "time": ["data.ts", "ts"], "skip": ["meta", "data.x"]},
    {"each": "{}", "numbers_only": True, "metadata": ["meta"], "skip": ["seq"]},
    {"each": "{}{}", "sensor": "@path"},
    {"each": ["data{}", "tags[]", "@"], "sensor": ["id", "@key"], "value": ["v", "@"], "line": "note"},
    {"sensor": "{id}.{x}", "value": "v", "interval": "w", "skip": ["tags.*"]},
    {"each": "tags[]", "outages": "data{}", "sensor": ["id", "@key"], "value": "a.b", "last": "."},
]


def _messages():
    leaf = st.sampled_from(["number", "number", "number", "text", "time", "name", "true", "bad"]) | st.none()
    keys = st.sampled_from(KEYS)
    inner = st.recursive(leaf, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(keys, inside, max_size=4))
    tag = st.dictionaries(st.sampled_from(["id", "v", "ts", "q", "u", "x"]), inner, max_size=5)
    return st.fixed_dictionaries(
        {}, optional={"tags": st.lists(tag, max_size=3) | st.dictionaries(keys, tag, max_size=3), "data": inner}
    ).flatmap(lambda base: st.dictionaries(keys, inner, max_size=3).map(lambda more: more | base))


def _numbered(kind, count):
    """Give each leaf a value of its own."""
    if isinstance(kind, dict):
        return {key: _numbered(inner, count) for key, inner in kind.items()}
    if isinstance(kind, list):
        return [_numbered(inner, count) for inner in kind]
    number = next(count)
    return {
        "number": 100 + number,
        "text": f"text {number}",
        "time": NOW_MS - 1000 * number,
        "name": f"name{number}",
        "true": True,
        "bad": "BAD",
    }.get(kind)


def _leaves(value, path=""):
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{place}]")
    else:
        yield path, value


def _is_named(path, named):
    """Whether a path, or an object around it, is named, with or without the places in lists."""
    plain = re.sub(r"\[\d+\]", "[]", path)
    return any(
        each and text.startswith(each) and text[len(each) :][:1] in ("", ".", "[")
        for each in named
        for text in (path, plain)
    )


def _is_used(path, value, decoded):
    """Whether a leaf's own value is in a reading, or it has a role of which many readings may have the same value."""
    readings = [*decoded.readings, *decoded.outages]
    texts = {str(part) for each in readings for part in (each.sensor_type, each.device_id, each.production_line)}
    numbers = {number for each in decoded.readings for number in (each.value, each.timestamp_ms)}
    numbers |= {each.timestamp_ms for each in decoded.outages}
    kept = json.dumps([each.metadata for each in decoded.readings])
    if isinstance(value, bool) or value in ("BAD", None) or value == {} or value == []:
        return True
    if isinstance(value, int):
        return value in numbers or any(str(value) in text for text in texts) or json.dumps(value) in kept
    return any(value.replace(" ", "_x20_") in text or value in text for text in texts) or value in kept


@given(st.sampled_from(FORMS), _messages())
@settings(max_examples=300, deadline=None)
def test_every_leaf_is_explained_with_a_format(keys, kinds):
    message = _numbered(kinds, iter(range(1, 10_000)))
    form = msgspec.convert({"name": "own", **keys}, Format)

    decoded = decode(
        json.dumps(message).encode(),
        arrived_ms=NOW_MS,
        device_id="press-1",
        rules=DecodeRules(FormatTable([form])),
        source=Source(format="own"),
        thorough=True,
    )

    named = {*decoded.skipped, *(reject.path for reject in decoded.rejects)}
    if None not in named:
        for path, value in _leaves(message):
            assert _is_named(path, named) or _is_used(path, value, decoded) or _has_a_role(path, keys), path


def _has_a_role(path, keys):
    """Whether a leaf may be one of several that a role has, of which the first or the innermost one counts."""
    if "outages" in keys and path.startswith("data."):
        # Why the sensor of an outage has no value.
        return True
    parts = re.sub(r"\[\d+\]", "", path).split(".")
    roles = [keys.get(role, ()) for role in ("sensor", "time", "quality", "unit", "interval", "line", "metadata")]
    named = {
        part
        for paths in roles
        for one in ([paths] if isinstance(paths, str) else paths)
        for part in re.findall(r"\w+", one)
    }
    return any(part in named or meaning_of(part) is not None for part in parts)


ANYTHING = st.recursive(
    st.none() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYS, "values", "value", "payload", "Messages"]), inner, max_size=4)
    ),
)


@given(st.sampled_from(format_names()), ANYTHING | st.binary(max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_message_stops_a_named_format(name, content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()

    decoded = decode(data, arrived_ms=NOW_MS, device_id="press-1", source=Source(format=name), thorough=True)

    assert decoded.readings or decoded.rejects or decoded.skipped or decoded.outages
