"""A run from start to end."""

import sys
from dataclasses import replace
from typing import Any

from rich.console import Console

from lib.config import Config
from local.ledger.stores import readers_for
from local.run.accounting import account_for
from local.run.background import background
from local.run.deployment import Deployment, deployed, destroy
from local.run.entrypoints import open_entrypoints
from local.run.options import Options
from local.run.report import RunReport, write_report
from local.run.source import Replay, check_source, describe_replay, device_ids, make_source
from local.run.stream import Sent, Watcher, send, wait_until_stored
from local.terraform.workspace import TerraformFailedError
from local.view.board import Board
from local.view.ledger import print_ledger
from local.view.live import LiveView
from local.view.plain import PlainView


def run(options: Options) -> int:
    """Run everything. Returns 0 if every reading is accounted for, 1 if not."""
    config = options.config
    replay = check_source(options, config)
    what = options.replay.name if options.replay else f"{options.devices} machines"
    board = Board(f"{options.environment or config.preset}: {what}, {options.rate:g} readings/s")
    console = Console(width=100) if not sys.stdout.isatty() else Console()
    plain = options.headless or not console.is_terminal
    with PlainView(board) if plain else LiveView(board, console):
        report = _run(options, config, replay, board)
    seconds = board.seconds()
    print_ledger(report, seconds, Console(width=100, color_system=None, force_terminal=False) if plain else console)
    if options.report is not None:
        write_report(options.report, report.as_json(seconds))
    return 0 if report.ok else 1


def _run(options: Options, config: Config, replay: Replay | None, board: Board) -> RunReport:
    with deployed(config, phase=board.phase, port=options.port, keep=options.keep) as deployment:
        devices = device_ids(options, config, replay)
        with open_entrypoints(deployment, devices, options.rate, config, board, options.format) as entrypoints:
            entrypoint = entrypoints.entrypoint
            sent = Sent()
            readers = readers_for(
                deployment.clients, deployment.outputs, sent.payloads, config, entrypoints.applications
            )
            with background(deployment, board) as (consumer, received), Watcher(readers, board) as watcher:
                with board.phase("stream"):
                    source = make_source(options, config, replay)
                    send(entrypoint, source, options.rate, sent, board)
                with board.phase("settle"):
                    wait_until_stored(consumer, watcher, sent, board)
            facts = {**_about_source(options, replay), **entrypoint.facts()}
        with board.phase("account"):
            report = account_for(deployment, config, readers, sent, source, received, facts)
        return replace(report, destroy_error=_destroy(deployment, board))


def _destroy(deployment: Deployment, board: Board) -> str | None:
    """Destroy what was applied. Returns the error, if any, because the ledger is worth printing anyway."""
    try:
        with board.phase("destroy") as progress:
            destroy(deployment, progress)
    except TerraformFailedError as error:
        return str(error)
    return None


def _about_source(options: Options, replay: Replay | None) -> dict[str, Any]:
    """Return what the report says about the source of the readings."""
    about: dict[str, Any] = {"environment": options.environment, "rate": options.rate}
    if replay is not None:
        return {**about, "replay": describe_replay(options, replay)}
    return {**about, "devices": options.devices, "seed": options.seed}
