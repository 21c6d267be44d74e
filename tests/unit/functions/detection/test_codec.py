"""A packed state is restored to the last bit, or begins anew and says why."""

from __future__ import annotations

import struct
from math import nan
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.detection.codec import PACKED_BYTES, VERSION, pack, unpack
from lambda_src.common.detection.detector import Detector
from lambda_src.common.detection.state import SensorState

FRESH = pack(SensorState())


def learned():
    state = SensorState()
    detector = Detector()
    for index in range(3000):
        detector.observe(state, 1_735_689_600.0 + 60.0 * index, 20.0 + index % 17 / 3)
    return state


def sealed(packed):
    return packed + struct.pack("<I", crc32(packed))


def test_a_state_has_at_most_512_bytes():
    assert len(pack(learned())) == PACKED_BYTES <= 512


def test_every_field_survives():
    state = learned()
    restored = unpack(pack(state)).state
    assert {name: getattr(restored, name) for name in SensorState.__slots__} == {
        name: getattr(state, name) for name in SensorState.__slots__
    }


@given(st.binary(max_size=PACKED_BYTES + 8))
def test_any_bytes_give_a_usable_state(packed):
    restored = unpack(packed)
    assert restored.problem
    assert pack(restored.state) == FRESH


@given(st.integers(0, 8 * PACKED_BYTES - 1))
def test_one_changed_bit_resets_the_state(bit):
    packed = bytearray(pack(learned()))
    packed[bit // 8] ^= 1 << bit % 8
    restored = unpack(bytes(packed))
    assert restored.problem
    assert pack(restored.state) == FRESH


def test_another_version_is_named():
    assert unpack(bytes([VERSION + 1]) + FRESH[1:]).problem == f"the state has version {VERSION + 1}, not {VERSION}"


@pytest.mark.parametrize("name", ["mean", "peak", "quick_variance"])
def test_nan_in_a_state_resets_it(name):
    state = learned()
    setattr(state, name, nan)
    restored = unpack(pack(state))
    assert restored.problem == f"{name} of the state is nan"
    assert pack(restored.state) == FRESH


@pytest.mark.parametrize("name", ["variance", "spread", "pause"])
def test_a_negative_spread_resets_the_state(name):
    state = learned()
    setattr(state, name, -1.0)
    assert unpack(pack(state)).problem == f"{name} of the state is negative (-1.0)"


def test_a_wrong_checksum_is_named():
    assert unpack(FRESH[:-1] + bytes([FRESH[-1] ^ 1])).problem == "the state's checksum is wrong"
    assert unpack(sealed(FRESH[:-4])).problem is None
