"""The picture of a dashboard: everything is drawn, from example data, and can be read."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from tools.dashboard import draw
from tools.dashboard.alarms import is_on
from tools.dashboard.body import shown
from tools.dashboard.example import series
from tools.dashboard.numbers import short

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.synth import Synthesized

PER_MINUTE = 6_000


def widgets(stack: Synthesized) -> list[dict[str, Any]]:
    body: dict[str, Any] = json.loads(stack.one("aws_cloudwatch_dashboard")["dashboard_body"])
    return list(body["widgets"])


def test_there_is_example_data_for_everything_that_is_shown(stack: Synthesized) -> None:
    for widget in widgets(stack):
        if widget["type"] == "metric":
            lines = shown(widget["properties"], PER_MINUTE)
            assert lines
            assert all(value >= 0 for line in lines for value in line.values)


def test_in_the_example_a_few_alarms_are_on(stack: Synthesized) -> None:
    alarms = stack.all("aws_cloudwatch_metric_alarm").values()
    on = {alarm["alarm_name"] for alarm in alarms if is_on(alarm, PER_MINUTE)}
    assert "iot-quarantine-test" in on
    assert len(on) < len(alarms) / 4


def test_an_alarm_is_on_if_its_periods_exceed_the_threshold() -> None:
    alarm = {
        "metric_name": "ReadingsProcessed", "dimensions": {}, "period": 300, "statistic": "Sum",
        "evaluation_periods": 2, "comparison_operator": "GreaterThanThreshold", "threshold": 0,
    }  # fmt: skip
    assert is_on(alarm, PER_MINUTE)
    assert not is_on({**alarm, "threshold": PER_MINUTE * 10}, PER_MINUTE)
    assert is_on({**alarm, "comparison_operator": "LessThanThreshold", "threshold": PER_MINUTE * 10}, PER_MINUTE)


def test_the_same_metric_always_has_the_same_data() -> None:
    assert series("Errors", "FunctionName a", "Sum", 60) == series("Errors", "FunctionName a", "Sum", 60)
    assert series("Duration", "FunctionName a", "Average", 60) != series("Duration", "FunctionName b", "Average", 60)


def test_a_number_over_the_whole_time_is_one_value() -> None:
    metric = ["Own", "AlertsPublished", "service", "processor", {"stat": "Sum", "label": "alerts"}]
    properties = {"metrics": [metric], "period": 60}
    (way,) = shown(properties, 60)
    (whole,) = shown({**properties, "setPeriodToTimeRange": True}, 60)
    assert whole.values == [sum(way.values)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.25, "0.25"), (6.83, "6.8"), (99.9, "100"), (8_100, "8,100"), (15_300, "15.3k"), (1_250_000, "1.25M")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_every_widget_is_drawn_and_can_be_read(stack: Synthesized) -> None:
    sheet = draw.draw(stack.document, PER_MINUTE)
    sheet.figure.draw_without_rendering()
    texts = [(text.get_text(), text.get_window_extent()) for text in sheet.figure.texts]
    titles = {widget["properties"].get("title") for widget in widgets(stack)} - {None}
    assert titles <= {text for text, _ in texts}
    assert [(a, b) for (a, first), (b, second) in combinations(texts, 2) if first.overlaps(second)] == []
    graphs = [(axes, legend) for axes in sheet.figure.axes if (legend := axes.get_legend())]
    assert len(graphs) == sum(widget["properties"].get("view") == "timeSeries" for widget in widgets(stack))
    for axes, legend in graphs:
        names, area = legend.get_window_extent(), axes.get_window_extent()
        highest = max(line.get_window_extent().y1 for line in axes.get_lines())
        assert names.y0 >= highest - 1, "the names stand above the lines"
        assert names.x1 <= area.x1 + 1
        assert names.y1 <= area.y1 + 1


def test_an_image_is_written_for_each_requested_preset(
    tmp_path: Path, manufacturing: Synthesized, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(draw, "plan_of", lambda _: manufacturing.document)
    assert draw.main(["manufacturing", "--out", str(tmp_path / "images")]) == 0
    written = tmp_path / "images" / "manufacturing.png"
    assert written.read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out == f"{written}\n"


def test_an_unknown_preset_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert draw.main(["nope"]) == 2
    assert "preset 'nope' is unknown; allowed are" in capsys.readouterr().err
