"""The run from beginning to end."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from rich.console import Console

from lib.config import Config, ConfigError
from lib.config.load import load_preset
from local.errors import RunError
from local.fleet import Replay
from local.ledger.account import account
from local.ledger.alerts import AlertSubscriber, ReceivedAlert, account_alerts
from local.ledger.quarantine import account_quarantine, count_failures, read_quarantine
from local.ledger.stores import ProcessedReader, StoreReader, readers_for
from local.mapping import EventKind, MappingEvent, MappingRunner, MappingSettings
from local.run.deployment import Deployment, deployed, destroy
from local.run.options import Options
from local.run.report import Report, write_report
from local.run.source import Source, check_source, describe_replay, make_source
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
        sent = Sent()
        readers = readers_for(deployment.clients, deployment.outputs, sent.payloads)
        with consuming(deployment, board) as (runner, received), Watcher(readers, board) as watcher:
            with board.phase("stream"):
                source = make_source(options, config, replay)
                send(deployment, source, options.rate, sent, board)
            with board.phase("settle"):
                settle(runner, watcher, sent, board)
        with board.phase("account"):
            report = _account(deployment, readers, sent, source, received, _about_source(options, replay))
        return replace(report, destroy_error=_destroy(deployment, board))


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
    """The event source mapping driven and the alerts received, for the length of a `with` block."""
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
        yield runner, alerts.received


def _account(
    deployment: Deployment,
    readers: list[StoreReader],
    sent: Sent,
    source: Source,
    received: list[ReceivedAlert],
    about_source: dict[str, Any],
) -> Report:
    clients, outputs = deployment.clients, deployment.outputs
    processed = [reader for reader in readers if isinstance(reader, ProcessedReader)]
    return Report(
        preset=outputs["preset"],
        sent=len(sent.readings),
        stores=[
            account(reader.name, sent.readings, reader.read(), repeats_allowed=reader.repeats_allowed)
            for reader in readers
        ],
        quarantine=account_quarantine({}, read_quarantine(clients, outputs["quarantine_bucket"])),
        alerts=account_alerts(source.expected_alerts, received),
        failures=count_failures(clients, outputs["on_failure_bucket"]),
        latencies_ms=[latency for reader in processed for latency in reader.latencies_ms()],
        conflicts=len(about_source.get("replay", {}).get("conflicts", ())),
        extra=about_source,
    )


def _about_source(options: Options, replay: Replay | None) -> dict[str, Any]:
    """What the report says about where the readings came from."""
    if replay is not None:
        return {"rate": options.rate, "replay": describe_replay(options, replay)}
    return {"rate": options.rate, "devices": options.devices, "seed": options.seed}
