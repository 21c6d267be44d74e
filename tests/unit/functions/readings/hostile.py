"""Payloads that mean harm: every form of number, text, key and nesting that bytes can have, as JSON and beside it."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode

from hypothesis import HealthCheck, example, settings
from hypothesis import strategies as st

from lambda_src.common.readings.names import ALIASES, HOUSEKEEPING
from tests.unit.functions.factories import NOW_MS, body

NUMBERS = st.sampled_from(
    [
        *("0", "-0", "-0.0", "1", "71.5", "1e308", "-1e308", "1.7976931348623157e308", "5e-324", "1e-400", "1e309"),
        *("-1e309", "1E5", "1e+5", "01", "1.", ".5", "+1", "0x10", "NaN", "Infinity", "-Infinity", "-NaN", "nan"),
        *("9" * 400, "-" + "9" * 400, "9" * 5000, "0." + "1" * 400, "1e" + "9" * 30, "-1e" + "9" * 30, "1e-" + "9" * 9),
        *(str(2**53 + 1), str(-(2**53) - 1), str(2**63), str(2**64), str(-(2**63) - 1), str(10**18), str(10**20)),
        *(str(NOW_MS), str(NOW_MS // 1000), str(NOW_MS * 1000), str(NOW_MS * 10**6), "1e11", "1e14", "1e17", "1e20"),
        *("192", "0.1", "-1", "true", "false", "null", "45982.337268518"),
    ]
) | st.floats().map(repr)
TEXTS = st.sampled_from(
    [
        *('""', '"press-1"', '"press-2"', '"temperature"', '"71.5"', '"' + "9" * 5000 + '"', '"1e999"', '"NaN"'),
        *('"\\ud800"', '"\\u0000"', '"a\\u0000b"', '"\\ufffe"', '"é"', '"\U0001f600"', '"\\"', '"\x00"', '"a\nb"'),
        *(
            '"2025-11-21T08:05:45Z"',
            '"2025-11-21T08:05:45"',
            '"0001-01-01T00:00:00+14:00"',
            '"9999-12-31T23:59:59-14:00"',
        ),
        *('"2025-11-21T24:00:00Z"', '"2025-11-21T08:05:60Z"', '"2025-W47-5T08:05:45Z"', '"10000-01-01T00:00:00Z"'),
        '"9999-12-31T23:59:59-14:00"',
        *('"Bad"', '"No Data"', '"GOOD"', '"' + "x" * 300 + '"', '"' + "°" * 70 + '"', '"__proto__"', '"@key"'),
    ]
) | st.text(max_size=6).map(json.dumps)
NAMES = [name for names in ALIASES.values() for name in names]
OTHER_KEYS = ["deviceId", "temperature", "envelope", "payload", "", "a.b", "\u212a"]
KEYS = st.sampled_from([*NAMES, *HOUSEKEEPING, *OTHER_KEYS]).map(json.dumps) | TEXTS
DEEP = st.sampled_from([("[", "]"), ('{"a":', "}"), ('{"metadata":', "}"), ('{"readings":[', "]}")]).flatmap(
    lambda pair: st.sampled_from([1, 40, 500, 3000]).map(lambda depth: pair[0] * depth + "1" + pair[1] * depth)
)


def _object(fields: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{key}:{value}" for key, value in fields) + "}"


def _list(values: list[str]) -> str:
    return "[" + ",".join(values) + "]"


VALUES = st.recursive(
    NUMBERS | TEXTS | DEEP,
    lambda inner: st.lists(inner, max_size=4).map(_list) | st.lists(st.tuples(KEYS, inner), max_size=4).map(_object),
    max_leaves=8,
)
FIELDS = st.lists(st.tuples(KEYS, VALUES), max_size=6)
BASES = st.sampled_from(
    [
        [],
        [('"sensor_type"', '"temperature"'), ('"value"', "1")],
        [('"device_id"', '"press-1"'), ('"temperature"', "71.5")],
        [('"device_id"', '"press-1"'), ('"sensor_data"', '{"temperature":1}'), ('"metadata"', '{"a":1}')],
        [('"device_id"', '"press-1"'), ('"sensor_type"', '"t"'), ('"value"', "[1,2,3]"), ('"interval_ms"', "5")],
    ]
)
MESSAGES = st.builds(lambda base, fields: _object([*base, *fields]), BASES, FIELDS)
LISTS = st.lists(MESSAGES | VALUES, min_size=1, max_size=4)
TEXT = st.one_of(
    MESSAGES,
    VALUES,
    LISTS.map(_list),
    LISTS.map("\n".join),
    st.builds(lambda fields, inner: _object([*fields, ('"readings"', _list(inner))]), FIELDS, LISTS),
)


def _envelope(payload: bytes) -> bytes:
    return json.dumps(
        {"envelope": 1, "device": "press-1", "arrived_ms": NOW_MS, "payload": b64encode(payload).decode()}
    ).encode()


def _of_readings(elements: list[str]) -> bytes:
    head = f'{{"envelope":1,"device":"press-1","arrived_ms":{NOW_MS},"readings":'
    return f"{head}{_list(elements)}}}".encode(errors="surrogatepass")


ENCODED = TEXT.map(lambda text: text.encode(errors="surrogatepass"))
BYTES = st.one_of(
    ENCODED,
    ENCODED.map(lambda data: b"\xef\xbb\xbf" + data + b"\0"),
    ENCODED.map(lambda data: data[: len(data) // 2]),
    ENCODED.map(gzip.compress),
    st.binary(max_size=60),
)
PAYLOADS = st.one_of(BYTES, BYTES.map(_envelope), LISTS.map(_of_readings))
"""What may be in a record of the transport."""


HARD = [
    body(timestamp=-1e308),
    body(timestamp=10**400),
    body(timestamp={"timeInSeconds": 10**400}),
    body(timestamp={"timeInSeconds": -1, "offsetInNanos": -(10**400)}),
    body(value=10**400),
    body(value="9" * 5000),
    body(production_line=10**400),
    body(device_id=10**400),
    body(quality=10**400),
    body(quality=1e308),
    body(value=[1] * 10, interval=10**400),
    body(value=[1] * 10, interval=1e-320),
    body(value=[1] * 10, sample_rate=1e-320),
    body(unit=10**400),
    b'{"sensor_type": "t", "value": 1, "t": -1e308, "sensor_id": "a"}',
    b'{"sensor_id": "a", "temperature": 1, "zeit": -1e308, "zahl": 1e308}',
    b'{"q": 1e308}',
]
"""What once raised, or looked as if it could."""

common = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def hard(test):
    for payload in HARD:
        test = example(payload)(test)
    return test
