"""Asks an account, before a deploy, whether it can take this environment.

What Terraform would find out in the middle of an apply is said beforehand, with what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from lib.config import Config, ConfigError, load_environment, shard_count
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

_CLIENT = ClientConfig(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})
UNRESERVED_EXECUTIONS = 100
"""Concurrency that Lambda keeps free of reservations in every account (Lambda quotas)."""


@dataclass(frozen=True)
class Finding:
    """``problem`` says what is wrong and what to do; None when the check passed."""

    check: str
    problem: str | None = None


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="dev", metavar="SUFFIX", help="default: %(default)s")
    parser.add_argument("--region", help="default: the environment's")
    parser.add_argument("--state-bucket", metavar="NAME", help="check that it can be reached, too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a line a check; returns 1 when one failed."""
    try:
        config = load_environment(options.environment)
    except ConfigError as error:
        raise InputError(str(error)) from error
    region = options.region or config.region
    findings = list(look(config, region, options.state_bucket))
    for finding in findings:
        print(
            f"{'✗' if finding.problem else '✓'} {finding.check}" + (f": {finding.problem}" if finding.problem else "")
        )
    return int(any(finding.problem for finding in findings))


def look(config: Config, region: str, state_bucket: str | None) -> Iterator[Finding]:
    """Every check that this environment needs; stops after the first when there are no credentials."""
    credentials = _ask(
        "credentials", lambda: boto3.client("sts", region_name=region, config=_CLIENT).get_caller_identity()
    )
    yield credentials
    if credentials.problem:
        return
    if state_bucket:
        s3 = boto3.client("s3", region_name=region, config=_CLIENT)
        yield _ask(f"state bucket {state_bucket}", lambda: s3.head_bucket(Bucket=state_bucket))
    if config.timestream.enabled:
        yield _timestream(region)
    if config.stream.mode == "provisioned":
        yield _shards(config, region)
    yield _concurrency(config, region)


def _ask(check: str, call: Callable[[], object]) -> Finding:
    try:
        call()
    except (ClientError, BotoCoreError) as error:
        return Finding(check, " ".join(str(error).split()))
    return Finding(check)


def _timestream(region: str) -> Finding:
    client = boto3.client("timestream-write", region_name=region, config=_CLIENT)
    finding = _ask("Timestream", lambda: client.list_databases(MaxResults=1))
    if finding.problem is None:
        return finding
    advice = "closed to new customers since 2025-06-20 and not in every region; set [timestream] enabled = false"
    return Finding(finding.check, f"{advice} ({finding.problem})")


def _shards(config: Config, region: str) -> Finding:
    needed, check = shard_count(config), "Kinesis shards"
    client = boto3.client("kinesis", region_name=region, config=_CLIENT)
    try:
        limits = client.describe_limits()
    except (ClientError, BotoCoreError) as error:
        return Finding(check, " ".join(str(error).split()))
    free = limits["ShardLimit"] - limits["OpenShardCount"]
    if needed <= free:
        return Finding(check)
    return Finding(check, f"{needed} needed and {free} free; raise the quota or set [stream] mode = 'on-demand'")


def _concurrency(config: Config, region: str) -> Finding:
    """The processor runs once a shard and lane at the most; a new account may have ten runs in all."""
    needed, check = shard_count(config) * config.processor.parallelization, "Lambda concurrency"
    client = boto3.client("lambda", region_name=region, config=_CLIENT)
    try:
        limits = client.get_account_settings()["AccountLimit"]
    except (ClientError, BotoCoreError) as error:
        return Finding(check, " ".join(str(error).split()))
    free = limits["UnreservedConcurrentExecutions"]
    reserved = config.processor.reserved_concurrency
    if reserved is not None and free - reserved < UNRESERVED_EXECUTIONS:
        return Finding(check, f"{reserved} cannot be reserved of {free}: {UNRESERVED_EXECUTIONS} have to stay free")
    if needed <= free:
        return Finding(check)
    return Finding(check, f"{needed} runs at once needed and {free} free; raise the quota")
