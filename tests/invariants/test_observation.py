"""What goes wrong is seen, and the one who is told can do something."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.metrics import exists, of_alarm, of_widget
from tests.support.synth import references

if TYPE_CHECKING:
    from tests.support.synth import Synthesized

KINDS = (
    *("kinesis_stream", "sqs_queue", "lambda_function", "dynamodb_table", "timestreamwrite_table", "iot_topic_rule"),
    *("kinesis_firehose_delivery_stream", "api_gateway_rest_api"),
)
"""Types of resources that move or keep readings and have metrics."""


def test_every_alarm_watches_a_metric_that_exists_with_its_dimensions(stack: Synthesized) -> None:
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        watched = of_alarm(alarm)
        assert watched
        assert [metric for metric in watched if not exists(metric)] == []


def test_every_widget_shows_metrics_that_exist_with_their_dimensions(stack: Synthesized) -> None:
    shown = [metric for widget in widgets(stack, "metric") for metric in of_widget(widget)]
    assert shown
    assert [metric for metric in shown if not exists(metric)] == []


def test_bucket_sizes_are_queried_as_often_as_they_are_published(stack: Synthesized) -> None:
    periods = {metric.namespace == "AWS/S3": metric.period for w in widgets(stack, "metric") for metric in of_widget(w)}
    assert periods == {True: 86_400, False: 60}


def test_an_expression_reckons_with_metrics_of_its_own(stack: Synthesized) -> None:
    alarms = stack.all("aws_cloudwatch_metric_alarm").values()
    of_alarms = [alarm["metric_query"] for alarm in alarms if "metric_query" in alarm]
    of_widgets = [
        [entry[-1] for entry in widget["properties"]["metrics"] if "id" in entry[-1]]
        for widget in widgets(stack, "metric")
    ]
    for queries in of_alarms + of_widgets:
        ids = [query["id"] for query in queries]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[a-z][a-zA-Z0-9_]*", id_) for id_ in ids), "what metric math takes as an id"
        used = {name for query in queries for name in re.findall(r"\b[a-z]\w*", query.get("expression", ""))}
        assert used == {query["id"] for query in queries if "expression" not in query}


def test_exactly_one_result_of_an_alarm_counts(stack: Synthesized) -> None:
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        queries = alarm.get("metric_query", [{"return_data": True}])
        assert [query["return_data"] for query in queries].count(True) == 1


def test_every_alarm_notifies_when_it_starts_and_when_it_ends(stack: Synthesized) -> None:
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        assert references(alarm["alarm_actions"]) <= set(stack.all("aws_sns_topic"))
        assert alarm["alarm_actions"]
        assert alarm["ok_actions"] == alarm["alarm_actions"]


def test_every_alarm_says_what_it_means(stack: Synthesized) -> None:
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        assert len(alarm["alarm_description"]) > 40


def test_every_function_has_alarms_for_errors_throttles_and_duration(stack: Synthesized) -> None:
    for function in stack.all("aws_lambda_function"):
        assert {"Errors", "Throttles", "Duration"} <= watched(stack, function)


def test_a_duration_alarm_comes_before_the_timeout(stack: Synthesized) -> None:
    functions = stack.all("aws_lambda_function")
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        if alarm.get("metric_name") == "Duration":
            (function,) = references(alarm["dimensions"])
            assert alarm["threshold"] < functions[function]["timeout"] * 1_000


def test_a_stream_mapping_has_alarms_for_discarded_records(stack: Synthesized) -> None:
    for id_, mapping in stack.all("aws_lambda_event_source_mapping").items():
        if not references(mapping["event_source_arn"]) & set(stack.all("aws_kinesis_stream")):
            continue
        assert watched(stack, id_) == {"OnFailureDestinationDeliveredEventCount", "DroppedEventCount"}
        assert mapping["metrics_config"] == {"metrics": ["EventCount"]}, "off by default, and then the alarms are blind"


def test_every_queue_has_an_alarm(stack: Synthesized) -> None:
    for id_, queue in stack.all("aws_sqs_queue").items():
        age, dead = "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"
        assert (age if "redrive_policy" in queue else dead) in watched(stack, id_)


def test_every_table_and_index_has_alarms_for_throttling(stack: Synthesized) -> None:
    expected = {
        (id_, index)
        for id_, table in stack.all("aws_dynamodb_table").items()
        for index in ("", *(each["name"] for each in table.get("global_secondary_index", [])))
    }
    for name in ("ReadThrottleEvents", "WriteThrottleEvents"):
        alarms = [metric for alarm in stack.all("aws_cloudwatch_metric_alarm").values() for metric in of_alarm(alarm)]
        found = {
            (next(iter(references(metric.of))), metric.of.get("GlobalSecondaryIndexName", ""))
            for metric in alarms
            if metric.name == name
        }
        assert found == expected


def test_every_api_has_alarms_for_failures_refusals_and_slow_answers(stack: Synthesized) -> None:
    for id_ in stack.all("aws_api_gateway_rest_api"):
        assert {"4XXError", "5XXError", "Latency"} <= watched(stack, id_)


def test_every_function_with_runtime_configuration_has_an_alarm_for_it(stack: Synthesized) -> None:
    alarms = [metric for alarm in stack.all("aws_cloudwatch_metric_alarm").values() for metric in of_alarm(alarm)]
    services = {metric.of["service"] for metric in alarms if metric.name == "ConfigBroken"}
    configured = {
        function["function_name"].removeprefix("iot-").removesuffix("-test")
        for function in stack.all("aws_lambda_function").values()
        if function["environment"]["variables"].get("CONFIG_PARAMETER")
    }
    assert services == configured - {"replay"}, "the replay runs when a person starts it"


def test_every_topic_rule_has_alarms_for_what_it_cannot_deliver(stack: Synthesized) -> None:
    for id_ in stack.all("aws_iot_topic_rule"):
        assert {"Failure", "ErrorActionFailure", "ParseError", "RuleMessageThrottled"} <= watched(stack, id_)


def test_the_dashboard_shows_every_alarm(stack: Synthesized) -> None:
    (status,) = widgets(stack, "alarm")
    assert references(status["properties"]["alarms"]) == set(stack.all("aws_cloudwatch_metric_alarm"))


def test_no_two_widgets_overlap(stack: Synthesized) -> None:
    cells: set[tuple[int, int]] = set()
    for widget in widgets(stack):
        area = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert cells.isdisjoint(area)
        assert widget["x"] + widget["width"] <= 24
        cells |= area


def test_the_first_screen_says_whether_it_is_healthy(stack: Synthesized) -> None:
    """Single values over the whole width, and right below them the alarms."""
    (status,) = widgets(stack, "alarm")
    numbers = [widget for widget in widgets(stack) if widget["y"] < status["y"]]
    assert all(widget["properties"]["view"] == "singleValue" for widget in numbers)
    assert sum(widget["width"] for widget in numbers) == 24
    shown = {metric.name for widget in numbers for metric in of_widget(widget)}
    assert {"ReadingsProcessed", "ReadingsQuarantined", "AlertsPublished", "Errors"} <= shown
    assert shown & {"GetRecords.IteratorAgeMilliseconds", "ApproximateAgeOfOldestMessage"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_dashboard_shows_every_part(kind: str, stack: Synthesized) -> None:
    shown = {id_ for widget in widgets(stack, "metric") for id_ in references(widget["properties"]["metrics"])}
    assert set(stack.all(f"aws_{kind}")) <= shown


def widgets(stack: Synthesized, kind: str | None = None) -> list[dict[str, Any]]:
    body = json.loads(stack.one("aws_cloudwatch_dashboard")["dashboard_body"])
    return [widget for widget in body["widgets"] if kind in (None, widget["type"])]


def watched(stack: Synthesized, id_: str) -> set[str]:
    """The metrics of a resource that some alarm watches."""
    metrics = [metric for alarm in stack.all("aws_cloudwatch_metric_alarm").values() for metric in of_alarm(alarm)]
    return {metric.name for metric in metrics if id_ in references(metric.of)}
