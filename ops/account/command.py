"""Settings that an account and region have once, for all deployments in it: api-logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.account import api_logs

if TYPE_CHECKING:
    import argparse


def register(parser: argparse.ArgumentParser) -> None:
    leaves = parser.add_subparsers(dest="command", required=True, metavar="api-logs")
    summary = (api_logs.__doc__ or "").splitlines()[0]
    leaf = leaves.add_parser("api-logs", help=summary, description=summary)
    api_logs.configure(leaf)
    leaf.set_defaults(run=api_logs.run)
