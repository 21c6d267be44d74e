"""What goes wrong is seen, and the one who is told can do something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.synth import references

if TYPE_CHECKING:
    from tests.support.synth import Synthesized

DOCUMENTED = {
    "AWS/Kinesis": {
        "GetRecords.IteratorAgeMilliseconds": {"StreamName"},
        "GetRecords.Records": {"StreamName"},
        "IncomingRecords": {"StreamName"},
        "ReadProvisionedThroughputExceeded": {"StreamName"},
        "WriteProvisionedThroughputExceeded": {"StreamName"},
    },
    "AWS/Lambda": {
        "DestinationDeliveryFailures": {"FunctionName"},
        "DroppedEventCount": {"EventSourceMappingUUID"},
        "Duration": {"FunctionName"},
        "Errors": {"FunctionName"},
        "FailedInvokeEventCount": {"EventSourceMappingUUID"},
        "Invocations": {"FunctionName"},
        "OnFailureDestinationDeliveredEventCount": {"EventSourceMappingUUID"},
        "PolledEventCount": {"EventSourceMappingUUID"},
        "Throttles": {"FunctionName"},
    },
    "AWS/Firehose": {
        "DeliveryToS3.DataFreshness": {"DeliveryStreamName"},
        "DeliveryToS3.Records": {"DeliveryStreamName"},
        "DeliveryToS3.Success": {"DeliveryStreamName"},
    },
    "AWS/Timestream": {"MagneticStoreRejectedRecordCount": {"DatabaseName", "TableName"}},
    "AWS/DynamoDB": {"ConsumedWriteCapacityUnits": {"TableName"}, "WriteThrottleEvents": {"TableName"}},
    "AWS/SQS": {
        "ApproximateAgeOfOldestMessage": {"QueueName"},
        "ApproximateNumberOfMessagesVisible": {"QueueName"},
    },
    "AWS/IoT": {
        "ErrorActionFailure": {"ActionType", "RuleName"},
        "Failure": {"ActionType", "RuleName"},
        "ParseError": {"RuleName"},
        "RuleMessageThrottled": {"RuleName"},
        "Success": {"ActionType", "RuleName"},
        "TopicMatch": {"RuleName"},
    },
}
"""Metrics and their dimensions from the services' own monitoring pages."""
OWN = {
    "AlertsPublished",
    "AnomaliesDetected",
    "DevicesOffline",
    "DuplicateReadings",
    "ProvisioningAllowed",
    "ProvisioningRefused",
    "ReadingsProcessed",
    "ReadingsQuarantined",
    "UnsignedAlerts",
}
OWN_DIMENSIONS = {"Environment", "service"}


def check(namespace: str, name: str, dimensions: set[str]) -> None:
    if namespace.startswith("AWS/"):
        assert DOCUMENTED[namespace].get(name) == dimensions, (namespace, name)
    else:
        assert name in OWN, name
        assert dimensions == OWN_DIMENSIONS


def test_every_alarm_watches_a_metric_that_exists_with_its_dimensions(stack: Synthesized) -> None:
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        check(alarm["namespace"], alarm["metric_name"], set(alarm["dimensions"]))


def test_every_graph_shows_metrics_that_exist_with_their_dimensions(stack: Synthesized) -> None:
    body = json.loads(stack.one("aws_cloudwatch_dashboard")["dashboard_body"])
    graphs = [widget for widget in body["widgets"] if widget["type"] == "metric"]
    assert graphs
    for graph in graphs:
        for namespace, name, *rest in graph["properties"]["metrics"]:
            check(namespace, name, set(rest[:-1:2]))


def test_every_alarm_tells_somebody_when_it_starts_and_when_it_ends(stack: Synthesized) -> None:
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        assert references(alarm["alarm_actions"]) <= set(stack.all("aws_sns_topic"))
        assert alarm["alarm_actions"]
        assert alarm["ok_actions"] == alarm["alarm_actions"]


def test_every_alarm_says_what_it_means(stack: Synthesized) -> None:
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        assert len(alarm["alarm_description"]) > 40


def test_every_function_has_alarms_for_errors_throttles_and_duration(stack: Synthesized) -> None:
    watched = {
        (next(iter(references(alarm["dimensions"]))), alarm["metric_name"])
        for alarm in stack.all("aws_cloudwatch_metric_alarm").values()
        if "FunctionName" in alarm["dimensions"]
    }
    for function in stack.all("aws_lambda_function"):
        assert {(function, name) for name in ("Errors", "Throttles", "Duration")} <= watched


def test_a_duration_alarm_comes_before_the_timeout(stack: Synthesized) -> None:
    functions = stack.all("aws_lambda_function")
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        if alarm["metric_name"] == "Duration":
            (function,) = references(alarm["dimensions"])
            assert alarm["threshold"] < functions[function]["timeout"] * 1_000


def test_a_mapping_of_the_stream_has_alarms_for_what_it_gives_up(stack: Synthesized) -> None:
    for id_, mapping in stack.all("aws_lambda_event_source_mapping").items():
        if not references(mapping["event_source_arn"]) & set(stack.all("aws_kinesis_stream")):
            continue
        assert watched(stack, id_) == {"OnFailureDestinationDeliveredEventCount", "DroppedEventCount"}
        assert mapping["metrics_config"] == {"metrics": ["EventCount"]}, "off by default, and then the alarms are blind"


def test_every_queue_has_an_alarm(stack: Synthesized) -> None:
    for id_, queue in stack.all("aws_sqs_queue").items():
        age, dead = "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"
        assert watched(stack, id_) == {age if "redrive_policy" in queue else dead}


def test_every_topic_rule_has_alarms_for_what_it_cannot_deliver(stack: Synthesized) -> None:
    for id_ in stack.all("aws_iot_topic_rule"):
        assert {"Failure", "ErrorActionFailure", "RuleMessageThrottled"} <= watched(stack, id_)


def watched(stack: Synthesized, id_: str) -> set[str]:
    """The metrics of a resource that some alarm watches."""
    alarms = stack.all("aws_cloudwatch_metric_alarm").values()
    return {alarm["metric_name"] for alarm in alarms if id_ in references(alarm["dimensions"])}


def test_the_dashboard_shows_every_alarm(stack: Synthesized) -> None:
    body = json.loads(stack.one("aws_cloudwatch_dashboard")["dashboard_body"])
    (status,) = [widget for widget in body["widgets"] if widget["type"] == "alarm"]
    assert references(status["properties"]["alarms"]) == set(stack.all("aws_cloudwatch_metric_alarm"))


def test_no_two_widgets_overlap(stack: Synthesized) -> None:
    cells: set[tuple[int, int]] = set()
    for widget in json.loads(stack.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]:
        area = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert cells.isdisjoint(area)
        assert widget["x"] + widget["width"] <= 24
        cells |= area
