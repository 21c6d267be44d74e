"""Adding an alarm touches the alarms of its subject and the runbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.walk import listed_files

if TYPE_CHECKING:
    from tests.support.walk import Walk

ALARM = """    yield Alarm(
        name="stream-oversized",
        metric=stream.metric("IncomingRecords"),
        above=1_000_000,
        meaning="More records arrived in 5 minutes than anybody expects. They cost money. Find the producer.",
    )
"""
FIRST = """    yield Alarm(
        name="stream-write-throttled",
"""
ENTRY = """### stream-oversized
Alarms: `stream-oversized`

**Means:** far more records arrive than expected.

**Look first:** *Records written*.

**Do:** find the producer.

**Over when** the alarm ends.

"""
USE = """
import pathlib
from tests.support import runbook
from tests.support.synth import Synthesized, synthesize_test_stack

stack = Synthesized.of(synthesize_test_stack("manufacturing", pathlib.Path("out").resolve()))
alarms = {each["alarm_name"]: each for each in stack.all("aws_cloudwatch_metric_alarm").values()}
added = alarms["iot-stream-oversized-test"]
anchor = added["alarm_description"].rpartition("#")[2]
assert anchor in {entry.anchor for entry in runbook.entries()}
assert "stream-oversized" in stack.one("aws_cloudwatch_dashboard")["dashboard_body"]
"""


def test_an_alarm_takes_its_definition_and_a_runbook_entry(walk: Walk) -> None:
    walk.insert("lib/monitoring/alarms/stream.py", ALARM, before=FIRST)
    walk.insert("docs/runbook.md", ENTRY, before="### stream-iterator-age\n")
    walk.run("-c", USE)
    walk.test("tests/invariants/test_observation.py", "-k", "manufacturing")
    assert walk.touched() == listed_files("Add an alarm", CONCERN="stream")
