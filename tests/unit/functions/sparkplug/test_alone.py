"""One Sparkplug message through the decoder of all formats, without births."""

from __future__ import annotations

import gzip
import zlib
from base64 import b64decode

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.rules import DecodeRules, Source
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.formats.samples import SAMPLES
from tests.unit.functions.sparkplug.encoder import SENT_MS, chunk, metric, payload, vector

TOPIC = "spBv1.0/plant/DDATA/edge-1/press-7"


def read(data, topic=TOPIC, *, device_id="press-7"):
    source = Source(topic=topic, format="sparkplug-b")
    return decode(data, arrived_ms=NOW_MS, device_id=device_id, rules=DecodeRules(), source=source)


def wrapped(body, uuid=b"SPBV1.0_COMPRESSED"):
    """As Tahu's clients compress a payload."""
    return chunk(4, uuid) + chunk(5, body) + chunk(2, chunk(1, b"algorithm") + chunk(15, b"GZIP"))


def test_the_sample_of_a_gateway_needs_its_birth():
    (sample,) = (found for found in SAMPLES if found.kind.startswith("Sparkplug B"))

    found = read(sample.data, "spBv1.0/G/DDATA/E/D", device_id="D")

    assert (found.readings, found.rejects[0].detail) == ([], "no birth of the edge node names alias 2, alias 3")


@pytest.mark.parametrize(
    ("topic", "device"),
    [(TOPIC, "press-7"), ("spBv1.0/plant/NDATA/edge-1", "edge-1"), ("spBv1.0/plant/DBIRTH/edge-1/press-8", "press-8")],
)
def test_the_topic_names_the_device(topic, device):
    (reading,) = read(payload(metric("a")), topic, device_id=None).readings

    assert (reading.device_id, reading.timestamp_ms) == (device, SENT_MS)


def test_an_edge_node_does_not_speak_for_other_devices():
    (refused,) = read(payload(metric("a")), device_id="edge-2").rejects

    assert refused.reason == "device_mismatch"


def test_a_message_that_needs_its_birth_is_refused_whole():
    found = read(vector("data by aliases"))

    assert not found.readings
    assert [(one.reason, one.payload) for one in found.rejects] == [("no_birth", vector("data by aliases"))]
    assert "alias 10, alias 11" in found.rejects[0].detail


@pytest.mark.parametrize("kind", ["NCMD", "DCMD"])
def test_commands_are_skipped(kind):
    found = read(payload(metric("a")), f"spBv1.0/plant/{kind}/edge-1/press-7", device_id="edge-1")

    assert (found.readings, found.rejects) == ([], [])


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_a_compressed_payload_is_read(compress):
    (reading,) = read(wrapped(compress(payload(metric("a", 2.5))))).readings

    assert (reading.sensor_type, reading.value) == ("a", 2.5)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (wrapped(b"no compression"), "unknown_form"),
        (wrapped(gzip.compress(payload(metric("a"))), uuid=b"other"), "unknown_form"),
        (wrapped(gzip.compress(payload(metric("a")))[:-9]), "invalid_encoding"),
        (wrapped(gzip.compress(bytes(2_000_000))), "too_large"),
        (wrapped(gzip.compress(wrapped(gzip.compress(b"")))), "too_deep"),
        (b64decode("AAAA"), "invalid_encoding"),
        (b"", "empty"),
    ],
    ids=range(7),
)
def test_what_cannot_be_unpacked_is_refused(data, reason):
    found = read(data)

    assert [(one.reason, one.payload) for one in found.rejects] == [(reason, data)]
