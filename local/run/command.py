"""The run from beginning to end."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from rich.console import Console

from lib.config import Config, ConfigError
from lib.config.load import load_preset
from local.devices.mover import KinesisAction, RuleMover
from local.errors import RunError
from local.fleet import Replay
from local.ledger.account import StoreAccount, account
from local.ledger.alerts import AlertSubscriber, ReceivedAlert, account_alerts
from local.ledger.order import account_order, read_stream
from local.ledger.quarantine import account_quarantine, count_failures, read_quarantine
from local.ledger.stores import ProcessedReader, StoreReader, readers_for
from local.ledger.tables import account_states, read_states
from local.mapping import EventKind, MappingEvent, MappingRunner, MappingSettings
from local.run.deployment import Deployment, deployed, destroy
from local.run.door import Door, device_door, stream_door
from local.run.options import Options
from local.run.report import Report, write_report
from local.run.source import Source, check_source, describe_replay, device_ids, make_source
from local.run.stream import Sent, Watcher, send, settle
from local.terraform.workspace import TerraformFailedError
from local.view.board import Board
from local.view.ledger import print_ledger
from local.view.live import LiveView
from local.view.plain import PlainView

# Ordinary in every run, and so not worth a line.
_QUIET_EVENTS = frozenset({EventKind.BATCH, EventKind.SHARD_STARTED, EventKind.SHARD_ENDED})


def run(options: Options) -> int:
    """Do the whole run; 0 when every reading is accounted for, 1 when not."""
    try:
        config = load_preset(options.preset)
    except ConfigError as cause:
        raise RunError(str(cause)) from cause
    replay = check_source(options, config)
    what = options.replay.name if options.replay else f"{options.devices} machines"
    board = Board(f"{options.preset}: {what}, {options.rate:g} readings/s")
    console = Console(width=100) if not sys.stdout.isatty() else Console()
    plain = options.headless or not console.is_terminal
    with PlainView(board) if plain else LiveView(board, console):
        report = _run(options, config, replay, board)
    seconds = board.seconds()
    print_ledger(report, seconds, Console(width=100, color_system=None, force_terminal=False) if plain else console)
    if options.report is not None:
        write_report(options.report, report.as_json(seconds))
    return 0 if report.ok else 1


def _run(options: Options, config: Config, replay: Replay | None, board: Board) -> Report:
    with deployed(options.preset, phase=board.phase, port=options.port, keep=options.keep) as deployment:
        with _front_door(deployment, options, device_ids(options, config, replay), board) as door:
            sent = Sent()
            readers = readers_for(deployment.clients, deployment.outputs, sent.payloads, config)
            with consuming(deployment, board) as (runner, received), Watcher(readers, board) as watcher:
                with board.phase("stream"):
                    source = make_source(options, config, replay)
                    send(door, source, options.rate, sent, board)
                with board.phase("settle"):
                    settle(runner, watcher, sent, board)
            facts = {**_about_source(options, replay), **door.facts()}
        with board.phase("account"):
            report = _account(deployment, config, readers, sent, source, received, facts)
        return replace(report, destroy_error=_destroy(deployment, board))


@contextmanager
def _front_door(deployment: Deployment, options: Options, devices: Sequence[str], board: Board) -> Iterator[Door]:
    """Where the preset's readings come in: over MQTT where it has devices, else into the stream."""
    if "iot_data_topic" not in deployment.outputs:
        yield stream_door(deployment.clients, deployment.outputs)
        return
    with ExitStack() as stack:
        with board.phase("provision") as progress:
            door = stack.enter_context(device_door(deployment, devices, options.rate, progress))
        yield door


def _destroy(deployment: Deployment, board: Board) -> str | None:
    """Destroy what was applied; what went wrong, since a ledger is worth printing nevertheless."""
    try:
        with board.phase("destroy") as progress:
            destroy(deployment, progress)
    except TerraformFailedError as error:
        return str(error)
    return None


@contextmanager
def consuming(deployment: Deployment, board: Board) -> Iterator[tuple[MappingRunner, list[ReceivedAlert]]]:
    """What the embedded AWS leaves undone, done for the length of a `with` block, and the alerts received: the event
    source mapping of the stream, and topic rules that feed it."""
    outputs = deployment.outputs

    def on_event(event: MappingEvent) -> None:
        if event.kind not in _QUIET_EVENTS:
            board.say(f"{event.kind}: {event.records} records of {event.shard_id} {event.detail}".rstrip())

    def on_alert(received: ReceivedAlert) -> None:
        board.alerts += 1
        alert = received.alert
        signature = "signed" if received.signed else "NOT SIGNED"
        board.say(f"alert: {alert.device_id} {alert.sensor_type} {alert.value:g} {alert.severity} ({signature})")

    mapping = next(
        each
        for each in deployment.resources("aws_lambda_event_source_mapping")
        if each["uuid"] == outputs["processor_mapping_id"]
    )
    alerts = AlertSubscriber(deployment.clients, outputs["alerts_topic_arn"], outputs["signing_secret_arn"], on_alert)
    runner = MappingRunner(deployment.clients, MappingSettings.from_state(mapping), on_event)
    with ExitStack() as stack:
        alerts.start()
        stack.callback(alerts.stop)
        runner.start()
        stack.callback(runner.stop)
        for action in map(KinesisAction.of_rule, deployment.resources("aws_iot_topic_rule")):
            if action is not None:
                mover = RuleMover(deployment.clients, action)
                mover.start()
                stack.callback(mover.stop)
        yield runner, alerts.received


def _account(
    deployment: Deployment,
    config: Config,
    readers: Sequence[StoreReader],
    sent: Sent,
    source: Source,
    received: list[ReceivedAlert],
    facts: Mapping[str, Any],
) -> Report:
    clients, outputs = deployment.clients, deployment.outputs
    processed = [reader for reader in readers if isinstance(reader, ProcessedReader)]
    return Report(
        preset=outputs["preset"],
        sent=len(sent.readings),
        stores=account_stores(deployment, config, readers, sent),
        quarantine=account_quarantine({}, read_quarantine(clients, outputs["quarantine_bucket"])),
        alerts=account_alerts(source.expected_alerts, received),
        failures=count_failures(clients, outputs["on_failure_bucket"]),
        latencies_ms=[latency for reader in processed for latency in reader.latencies_ms()],
        order=None if "bridge_function" in outputs else account_order(sent.payloads, _streamed(deployment)),
        conflicts=len(facts.get("replay", {}).get("conflicts", ())),
        extra=facts,
    )


def account_stores(
    deployment: Deployment, config: Config, readers: Sequence[StoreReader], sent: Sent
) -> list[StoreAccount]:
    """The account of each store, and that of the devices' states where there are any."""
    accounts = [
        account(reader.name, reader.expected(sent.readings), reader.read(), repeats_allowed=reader.repeats_allowed)
        for reader in readers
    ]
    if "devices_table" in deployment.outputs:
        states = read_states(deployment.clients, deployment.outputs["devices_table"])
        accounts.append(account_states(sent.readings, states, config.thresholds))
    return accounts


def _streamed(deployment: Deployment) -> Iterator[tuple[str, bytes]]:
    return read_stream(deployment.clients, deployment.outputs["stream_name"])


def _about_source(options: Options, replay: Replay | None) -> dict[str, Any]:
    """What the report says about where the readings came from."""
    if replay is not None:
        return {"rate": options.rate, "replay": describe_replay(options, replay)}
    return {"rate": options.rate, "devices": options.devices, "seed": options.seed}
