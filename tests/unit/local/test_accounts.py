"""What is wrong with a run makes its account say so."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_src.common.readings.reading import Identity
from local.fleet import ExpectedAlert
from local.ledger.account import StoreAccount, account
from local.ledger.alerts import AlertAccount, AlertMessage, ReceivedAlert, account_alerts
from local.ledger.once import Once
from local.ledger.order import OrderAccount
from local.ledger.quarantine import QuarantineAccount, QuarantineEntry, account_quarantine, each_refusal_once
from local.run.report import RunReport, percentile, write_report

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_src.common.alerting.publisher import AlertState

SENT = {Identity("press-1", "temperature", at): float(at) for at in range(3)}
STORED = list(SENT.items())
EPISODE = ExpectedAlert("press-1", "temperature", 5, 9)


def received(
    start_ms: int = 5, *, signed: bool = True, state: AlertState = "opened", severity: str = "warning"
) -> ReceivedAlert:
    return ReceivedAlert(AlertMessage("id", "press-1", "temperature", state, 120.0, severity, start_ms), signed)


def refused(payload: bytes, reason: str) -> QuarantineEntry:
    return QuarantineEntry(reason, "a sentence", b64encode(payload).decode())


def report(**changes: Any) -> RunReport:
    good = RunReport(
        preset="manufacturing",
        sent=3,
        stores=[account("timestream", SENT, STORED)],
        quarantine=account_quarantine({}, []),
        alerts=account_alerts([EPISODE], [received()]),
        failures=0,
        latencies_ms=[10.0, 20.0],
    )
    return replace(good, **changes)


def test_a_store_with_each_reading_once_is_right() -> None:
    found = account("timestream", SENT, STORED)
    assert (found.expected, found.found, found.missing, found.unexpected, found.doubled) == (3, 3, 0, 0, 0)
    assert found.ok


def test_a_missing_reading_is_counted_and_named() -> None:
    found = account("timestream", SENT, STORED[1:])
    assert (found.found, found.missing, found.ok) == (2, 1, False)
    assert found.examples == ("missing press-1 temperature 0 = 0.0",)


def test_a_reading_that_was_never_sent_is_unexpected() -> None:
    found = account("timestream", SENT, [*STORED, (Identity("press-2", "temperature", 0), 1.0)])
    assert (found.missing, found.unexpected, found.ok) == (0, 1, False)


def test_another_value_is_both_missing_and_unexpected() -> None:
    found = account("timestream", SENT, [*STORED[1:], (STORED[0][0], 99.0)])
    assert (found.missing, found.unexpected, found.ok) == (1, 1, False)


def test_a_reading_that_readers_would_count_twice_is_wrong() -> None:
    found = account("store", SENT, [*STORED, STORED[0]])
    assert (found.found, found.doubled, found.ok) == (3, 1, False)


def test_copies_that_no_reader_counts_are_reported_and_right() -> None:
    once = Once()
    stored = once.of([(2, (STORED[0][0], 99.0)), *((1, each) for each in STORED), (3, STORED[1])])
    found = account("store", SENT, stored, repeats=once.repeats)
    assert (found.found, found.doubled, found.repeats, found.ok) == (3, 0, 2, True)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_values_the_first_and_then_the_least_counts(turned: bool) -> None:
    identity = STORED[0][0]
    late_and_small, early = (2, (identity, 1.0)), [(1, (identity, 9.0)), (1, (identity, 8.0))]
    copies = [late_and_small, *early]
    once = Once()

    assert once.of(copies[::-1] if turned else copies) == [(identity, 8.0)]
    assert once.repeats == 2


def test_a_refusal_in_two_objects_is_read_once() -> None:
    lines = [
        b'{"payload_base64": "%s", "source": {"sequence_number": "%s", "position": %s}}' % part
        for part in [(b"ew==", b"7", b"0"), (b"ew==", b"8", b"0"), (b"ew==", b"8", b"1"), (b"W10=", b"8", b"0")]
    ]
    assert list(each_refusal_once([*lines, lines[1], lines[3]])) == lines


def test_quarantine_holds_exactly_what_was_sent_for_it() -> None:
    poison = {b"{": "invalid_json", b"[]": "empty"}
    assert account_quarantine(poison, [refused(b"{", "invalid_json"), refused(b"[]", "empty")]).ok


@pytest.mark.parametrize(
    ("lines", "unexplained", "missing"),
    [
        ([refused(b"good", "no_value")], 1, 1),
        ([refused(b"{", "empty")], 1, 1),
        ([refused(b"{", "invalid_json"), refused(b"{", "invalid_json")], 1, 0),
        ([], 0, 1),
    ],
    ids=["a good one", "another reason", "twice", "not there"],
)
def test_quarantine_that_is_not_explained_is_wrong(
    lines: list[QuarantineEntry], unexplained: int, missing: int
) -> None:
    found = account_quarantine({b"{": "invalid_json"}, lines)
    assert (found.unexplained, found.missing, found.ok) == (unexplained, missing, False)


@pytest.mark.parametrize(
    ("came", "field"),
    [
        ([], "missing"),
        ([received(), received(7)], "unexpected"),
        ([received(), received()], "doubled"),
        ([received(signed=False)], "unsigned"),
    ],
)
def test_each_episode_is_announced_once_and_signed(came: list[ReceivedAlert], field: str) -> None:
    assert account_alerts([EPISODE], [received()]).ok
    found = account_alerts([EPISODE], came)
    assert getattr(found, field) == 1
    assert not found.ok


def changes(*states: AlertState) -> list[ExpectedAlert]:
    return [EPISODE._replace(state=state) for state in states]


def test_an_escalation_is_expected_beside_its_opening() -> None:
    told = [received(), received(state="escalated", severity="critical")]

    assert account_alerts(changes("opened", "escalated"), told).ok
    assert account_alerts(changes("opened", "escalated"), told[:1]).missing == 1
    assert account_alerts(changes("opened"), told).unexpected == 1


@pytest.mark.parametrize(("severity", "ordered", "missing"), [("critical", False, 0), ("warning", False, 1)])
def test_without_order_an_episode_opened_critical_need_not_escalate(severity: str, ordered: bool, missing: int) -> None:
    told = [received(7, severity=severity)]

    assert account_alerts(changes("opened", "escalated"), told, ordered=ordered).missing == missing


def test_an_episodes_end_may_be_announced_if_readings_show_it() -> None:
    told = [received(), received(state="ended")]

    assert account_alerts(changes("opened", "ended"), told).ok
    assert account_alerts(changes("opened", "ended"), told[:1]).ok
    assert account_alerts(changes("opened"), told).unexpected == 1


@pytest.mark.parametrize(("start_ms", "fits"), [(4, False), (5, True), (7, True), (9, True), (10, False)])
def test_without_order_an_alert_may_name_any_anomaly(start_ms: int, fits: bool) -> None:
    found = account_alerts([EPISODE], [received(start_ms)], ordered=False)
    assert (found.missing, found.unexpected, found.ok) == (not fits, not fits, fits)


def test_without_order_two_alerts_of_an_episode_are_a_double() -> None:
    found = account_alerts([EPISODE], [received(5), received(7)], ordered=False)
    assert (found.missing, found.unexpected, found.doubled, found.ok) == (0, 0, 1, False)


BAD_STORE = StoreAccount("s3_raw", 3, 2, 1, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"stores": [account("timestream", SENT, STORED), BAD_STORE]},
        {"stores": []},
        {"sent": 0},
        {"failures": 1},
        {"destroy_error": "terraform destroy: no"},
        {"order": OrderAccount(checked=3, out_of_order=1)},
        {"quarantine": QuarantineAccount({"conflict": 1}, unexplained=1, missing=0)},
        {"alerts": AlertAccount(1, 0, missing=1, unexpected=0, doubled=0, unsigned=0)},
    ],
    ids=["a store", "no store", "nothing sent", "given up", "not destroyed", "order", "quarantine", "alerts"],
)
def test_one_wrong_part_makes_the_run_wrong(change: dict[str, Any]) -> None:
    assert report().ok
    assert not report(**change).ok


def test_the_report_has_its_documented_form(tmp_path: Path) -> None:
    write_report(tmp_path / "r.json", report(conflicts=2).as_json({"synth": 1.0, "apply": 2.0}))
    written = json.loads((tmp_path / "r.json").read_text())
    assert written["stores"]["timestream"].items() >= {"expected": 3, "found": 3, "missing": 0, "unexpected": 0}.items()
    assert (written["sent"], written["rejected"], written["conflicts"], written["ok"]) == (3, 0, 2, True)
    assert written["quarantined"] == {}
    assert written["latency_ms"] == {"p50": 10.0, "p99": 20.0}
    assert written["seconds"] == {"synth": 1.0, "apply": 2.0}


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(number) for number in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 99), percentile([], 50)) == (50.0, 99.0, None)
