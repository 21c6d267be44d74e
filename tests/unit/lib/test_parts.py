"""Parts describe themselves; their descriptions become one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lib.building.metric import Metric
from lib.monitoring.alarms.alarm import Alarm
from lib.monitoring.dashboard.arrange import arranged_numbers, arranged_rows
from lib.monitoring.dashboard.widgets import DashboardRow, Graph, GraphLine, Number, Section
from lib.part import Need, PartDescription, describe_all

METRIC = Metric("n", "m", {}, "Sum")


@dataclass(frozen=True)
class FakePart:
    description: PartDescription

    def describe(self) -> PartDescription:
        return self.description


def alarm(name: str) -> Alarm:
    return Alarm(name=name, metric=METRIC, above=0, meaning="It broke.")


def line(label: str) -> GraphLine:
    return GraphLine(label, METRIC)


def graph(title: str, *labels: str) -> Graph:
    return Graph(title=title, left="per minute", lines=tuple(line(label) for label in labels))


def test_descriptions_are_joined_in_order_without_missing_parts() -> None:
    first = FakePart(PartDescription(alarms=[alarm("a")], outputs={"x": "1"}, needs=[Need("timestream")]))
    second = FakePart(PartDescription(alarms=[alarm("b")], outputs={"y": "2"}, needs=[Need("kinesis-shards", 3)]))
    joined = describe_all(first, None, second)
    assert [each.name for each in joined.alarms] == ["a", "b"]
    assert joined.outputs == {"x": "1", "y": "2"}
    assert joined.needs == [Need("timestream"), Need("kinesis-shards", 3)]


def test_two_parts_cannot_use_one_output_name() -> None:
    part = FakePart(PartDescription(outputs={"bucket": "b"}))
    with pytest.raises(ValueError, match="two parts use the names bucket"):
        describe_all(part, part)


def test_rows_of_one_title_share_graphs_and_lines() -> None:
    rows = [
        DashboardRow("Stream", Section.TRANSPORT, (graph("Written", "all"),)),
        DashboardRow("Stream", Section.TRANSPORT, (graph("Written", "late"), graph("Read", "all"))),
    ]
    (row,) = arranged_rows(rows)
    assert [(each.title, [line.label for line in each.lines]) for each in row.graphs] == [
        ("Written", ["all", "late"]),
        ("Read", ["all"]),
    ]


def test_rows_stand_in_the_order_of_their_sections() -> None:
    titles = {"Failures": Section.FAILURES, "Overview": Section.OVERVIEW, "A": Section.STORES, "B": Section.STORES}
    rows = arranged_rows(DashboardRow(title, section, (graph("g", "l"),)) for title, section in titles.items())
    assert [row.title for row in rows] == ["Overview", "A", "B", "Failures"]


def test_numbers_of_one_title_share_their_lines() -> None:
    numbers = arranged_numbers([Number("Oldest", ()), Number("Errors", (line("e"),)), Number("Oldest", (line("s"),))])
    assert [(number.title, [line.label for line in number.lines]) for number in numbers] == [
        ("Oldest", ["s"]),
        ("Errors", ["e"]),
    ]
