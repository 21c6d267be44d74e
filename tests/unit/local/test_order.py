"""A message that overtook another one of its device is found."""

from __future__ import annotations

import pytest

from local.ledger.order import account_order

SENT = [b"a1", b"b1", b"a2", b"b2", b"a3"]


def record(payload: bytes) -> tuple[str, bytes]:
    return payload[:1].decode(), payload


def checked(*payloads: bytes) -> tuple[int, int]:
    found = account_order(SENT, map(record, payloads))
    assert found.ok is (found.out_of_order == 0)
    return found.checked, found.out_of_order


def test_each_device_in_its_order_is_right_however_devices_mix() -> None:
    assert checked(b"b1", b"b2", b"a1", b"a2", b"a3") == (5, 0)


def test_an_earlier_message_behind_a_later_one_counts() -> None:
    assert checked(b"a1", b"a3", b"a2", b"b1", b"b2") == (5, 1)


def test_all_that_were_overtaken_count() -> None:
    assert checked(b"a3", b"a1", b"a2", b"b2", b"b1") == (5, 3)


@pytest.mark.parametrize("stream", [(b"a1", b"a2", b"a1", b"a2", b"a3"), (b"a1", b"a1", b"a2")])
def test_a_message_that_came_again_counts_where_it_came_first(stream: tuple[bytes, ...]) -> None:
    assert checked(*stream)[1] == 0


def test_what_nobody_sent_and_what_is_missing_is_another_account() -> None:
    assert checked(b"x9", b"a1", b"a3") == (2, 0)
