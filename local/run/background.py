"""Fill gaps of the embedded AWS in the background: event source mapping, topic rules, alerts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from local.devices.mover import KinesisAction, RuleMover
from local.ledger.alerts import AlertListener, ReceivedAlert
from local.mapping import EventKind, MappingEvent, MappingRunner, MappingSettings
from local.run.consumer import Consumer, QueueConsumer
from local.run.deployment import Deployment
from local.view.board import Board

# Frequent in every run, so not worth a line.
_QUIET_EVENTS = frozenset({EventKind.BATCH, EventKind.SHARD_STARTED, EventKind.SHARD_ENDED})


@contextmanager
def background(deployment: Deployment, board: Board) -> Iterator[tuple[Consumer, list[ReceivedAlert]]]:
    """Run everything that reads the transport. Yields the consumer and the alerts received.

    Drives a stream's event source mapping and the topic rules that feed it. MiniStack drives a queue's mapping itself.
    """
    outputs = deployment.outputs

    def on_event(event: MappingEvent) -> None:
        if event.kind not in _QUIET_EVENTS:
            board.say(f"{event.kind}: {event.records} records of {event.shard_id} {event.detail}".rstrip())

    def on_alert(received: ReceivedAlert) -> None:
        board.alerts += 1
        alert = received.alert
        signature = "signed" if received.signed else "not signed"
        value = "" if alert.value is None else f" {alert.value:g}"
        board.say(f"alert: {alert.state} {alert.device_id} {alert.sensor_type}{value} {alert.severity} ({signature})")

    alerts = AlertListener(deployment.clients, outputs["alerts_topic_arn"], outputs["signing_secret_arn"], on_alert)
    with ExitStack() as stack:
        alerts.start()
        stack.callback(alerts.stop)
        consumer: Consumer
        if "queue_url" in outputs:
            consumer = QueueConsumer(deployment.clients, [outputs["queue_url"]])
        else:
            consumer = runner = MappingRunner(deployment.clients, _mapping(deployment), on_event)
            runner.start()
            stack.callback(runner.stop)
        for action in map(KinesisAction.of_rule, deployment.resources("aws_iot_topic_rule")):
            if action is not None:
                mover = RuleMover(deployment.clients, action)
                mover.start()
                stack.callback(mover.stop)
        yield consumer, alerts.received


def _mapping(deployment: Deployment) -> MappingSettings:
    """Return the settings of the stream's mapping as applied."""
    wanted = deployment.outputs["processor_mapping_id"]
    mappings = deployment.resources("aws_lambda_event_source_mapping")
    return MappingSettings.from_state(next(each for each in mappings if each["uuid"] == wanted))
