"""Which messages of an edge node are missing."""

from __future__ import annotations

from lambda_src.common.readings.sparkplug.sequence import PATIENCE_MS, Numbered, Sequence, first_sequence, observe


def _message(seq, sent_ms, *, arrived_ms=None, is_birth=False):
    return Numbered(seq, sent_ms, sent_ms if arrived_ms is None else arrived_ms, is_birth)


def _observed(*messages, known=None):
    return observe(known or first_sequence(messages[0]), messages)


def test_numbers_in_order_miss_nothing():
    found = _observed(*(_message(seq % 256, 1000 + seq) for seq in range(700)))

    assert (found.missing, found.sequence.expected, found.sequence.ahead) == (0, 700 % 256, ())


def test_messages_may_arrive_in_any_order():
    first = _observed(_message(0, 100), _message(2, 300), _message(1, 200), _message(4, 500))
    later = _observed(_message(3, 400), known=first.sequence)

    assert [item.seq for item in first.sequence.ahead] == [4]
    assert (later.missing, later.sequence.expected, later.sequence.ahead) == (0, 5, ())


def test_a_message_that_does_not_come_in_time_is_missing():
    gap = _observed(_message(0, 100), _message(3, 400))
    late = _observed(_message(4, 500, arrived_ms=400 + PATIENCE_MS + 1), known=gap.sequence)

    assert gap.missing == 0
    assert (late.missing, late.sequence.expected) == (2, 5)


def test_redelivered_messages_change_nothing():
    known = Sequence(expected=10, seen_ms=1000)

    assert observe(known, [_message(9, 1000), _message(200, 100)]) == (Sequence(10, 1000, (_message(9, 1000),)), 0)
    assert observe(known, [_message(9, 999)]) == (known, 0)


def test_a_birth_begins_the_numbers_anew():
    known = Sequence(expected=10, seen_ms=1000, ahead=(_message(12, 1200), _message(1, 2100)))
    found = observe(known, [_message(0, 2000, is_birth=True)])

    assert (found.missing, found.sequence.expected, found.sequence.ahead) == (0, 2, ())


def test_an_old_birth_changes_nothing():
    known = Sequence(expected=10, seen_ms=1000)

    assert observe(known, [_message(0, 500, is_birth=True)]) == (known, 0)
