"""Metrics as the services document them, and what alarms and widgets look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STREAM, FUNCTION, MAPPING = {"StreamName"}, {"FunctionName"}, {"EventSourceMappingUUID"}
DELIVERY, QUEUE, TABLE = {"DeliveryStreamName"}, {"QueueName"}, {"TableName"}
TABLE_OR_INDEX = (TABLE, {"GlobalSecondaryIndexName", *TABLE})
STAGE, RULE, ACTION = {"ApiName", "Stage"}, {"RuleName"}, {"ActionType", "RuleName"}
SERIES = {"DatabaseName", "TableName"}

DOCUMENTED: dict[str, dict[str, tuple[set[str], ...]]] = {
    "AWS/Kinesis": {
        "GetRecords.IteratorAgeMilliseconds": (STREAM,),
        "GetRecords.Records": (STREAM,),
        "IncomingRecords": (STREAM,),
        "ReadProvisionedThroughputExceeded": (STREAM,),
        "WriteProvisionedThroughputExceeded": (STREAM,),
    },
    "AWS/Lambda": {
        "DestinationDeliveryFailures": (FUNCTION,),
        "DroppedEventCount": (MAPPING,),
        "Duration": (FUNCTION,),
        "Errors": (FUNCTION,),
        "FailedInvokeEventCount": (MAPPING,),
        "Invocations": (FUNCTION,),
        "IteratorAge": (FUNCTION,),
        "OnFailureDestinationDeliveredEventCount": (MAPPING,),
        "PolledEventCount": (MAPPING,),
        "Throttles": (FUNCTION,),
    },
    "AWS/Firehose": {
        "DeliveryToS3.DataFreshness": (DELIVERY,),
        "DeliveryToS3.Records": (DELIVERY,),
        "DeliveryToS3.Success": (DELIVERY,),
        "ExecuteProcessing.Success": (DELIVERY,),
        "FailedConversion.Records": (DELIVERY,),
        "PartitionCountExceeded": (DELIVERY,),
        "SucceedConversion.Records": (DELIVERY,),
    },
    "AWS/Timestream": {
        "MagneticStoreRejectedRecordCount": (SERIES,),
        "SuccessfulRequestLatency": ({"Operation", *SERIES},),
    },
    "AWS/DynamoDB": {
        "ConsumedReadCapacityUnits": TABLE_OR_INDEX,
        "ConsumedWriteCapacityUnits": TABLE_OR_INDEX,
        "ReadThrottleEvents": TABLE_OR_INDEX,
        "WriteThrottleEvents": TABLE_OR_INDEX,
    },
    "AWS/SQS": {
        "ApproximateAgeOfOldestMessage": (QUEUE,),
        "ApproximateNumberOfMessagesNotVisible": (QUEUE,),
        "ApproximateNumberOfMessagesVisible": (QUEUE,),
        "NumberOfMessagesDeleted": (QUEUE,),
        "NumberOfMessagesSent": (QUEUE,),
    },
    "AWS/ApiGateway": {
        "4XXError": (STAGE,),
        "5XXError": (STAGE,),
        "Count": (STAGE,),
        "IntegrationLatency": (STAGE,),
        "Latency": (STAGE,),
    },
    "AWS/IoT": {
        "ErrorActionFailure": (ACTION,),
        "Failure": (ACTION,),
        "ParseError": (RULE,),
        "RuleMessageThrottled": (RULE,),
        "Success": (ACTION,),
        "TopicMatch": (RULE,),
    },
    "AWS/S3": {"NumberOfObjects": ({"BucketName", "StorageType"},)},
}
"""Namespaces, metrics and the dimensions under which they are published, from the services' own monitoring pages."""

OWN = {
    "AlertsPublished": {"processor"},
    "AnomaliesDetected": {"processor"},
    "ConfigBroken": {"ingest-api", "process-api", "processor", "query-api"},
    "DevicesOffline": {"presence"},
    "DuplicateReadings": {"processor"},
    "SensorOutages": {"processor"},
    "ItemsReturned": {"query-api"},
    "ProvisioningAllowed": {"provisioning-hook"},
    "ProvisioningRefused": {"provisioning-hook"},
    "Queries": {"query-api"},
    "ReadingsAccepted": {"ingest-api", "process-api"},
    "ReadingsArchived": {"archive-transform"},
    "ReadingsProcessed": {"processor"},
    "ReadingsQuarantined": {"processor"},
    "ReadingsRefused": {"ingest-api", "process-api"},
    "RecordsRefused": {"archive-transform"},
    "RequestsAccepted": {"ingest-api", "process-api"},
    "RequestsRefused": {"ingest-api", "process-api"},
    "UnsignedAlerts": {"presence", "processor"},
}
"""What our functions count, and which of them do."""


class Measured(NamedTuple):
    """``of``: dimensions with their values."""

    namespace: str
    name: str
    of: Mapping[str, str]
    period: int


def exists(metric: Measured) -> bool:
    if metric.namespace.startswith("AWS/"):
        return set(metric.of) in DOCUMENTED[metric.namespace].get(metric.name, ())
    return set(metric.of) == {"Environment", "service"} and metric.of["service"] in OWN[metric.name]


def of_alarm(alarm: Mapping[str, Any]) -> list[Measured]:
    """Everything that an alarm looks at: one metric, or those of its expression."""
    if "metric_query" not in alarm:
        return [Measured(alarm["namespace"], alarm["metric_name"], alarm["dimensions"], alarm["period"])]
    metrics = [query["metric"] for query in alarm["metric_query"] if "metric" in query]
    return [Measured(m["namespace"], m["metric_name"], m["dimensions"], m["period"]) for m in metrics]


def of_widget(widget: Mapping[str, Any]) -> Iterator[Measured]:
    """Everything that a graph or number shows, or calculates with unseen."""
    for entry in widget["properties"]["metrics"]:
        if isinstance(entry[0], str):
            namespace, name, *pairs, _ = entry
            of = dict(zip(pairs[::2], pairs[1::2], strict=True))
            yield Measured(namespace, name, of, widget["properties"]["period"])
