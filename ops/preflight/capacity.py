"""Quotas: shards of streams, concurrency of functions. What the deployment has already counts as free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from ops.preflight.finding import Finding, ask, client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lib.part import PartDescription

UNRESERVED_EXECUTIONS = 100
"""Concurrency that Lambda keeps unreserved in every account (Lambda quotas)."""


def needed(parts: PartDescription, kind: str) -> int:
    """What all parts need of one kind, together."""
    return sum(need.amount for need in parts.needs if need.kind == kind)


def shards(parts: PartDescription, region: str) -> Finding:
    """Whether the region's quota has room for the shards of provisioned streams."""
    wanted = needed(parts, "kinesis-shards")
    streams = [need.of for need in parts.needs if need.kind == "kinesis-shards" and need.of]

    def problem() -> str | None:
        kinesis = client("kinesis", region)
        limits = kinesis.describe_limits()
        free = limits["ShardLimit"] - limits["OpenShardCount"] + sum(_open_shards(kinesis, name) for name in streams)
        if wanted <= free:
            return None
        return f"{wanted} needed but only {free} free; request a higher quota or set [stream] mode = 'on-demand'"

    return ask("Kinesis shards", problem)


def concurrency(parts: PartDescription, region: str) -> Finding:
    """Whether the account can reserve what all functions reserve together, and run what event source mappings start.

    A new account may have only 10 concurrent executions.
    """
    wanted = needed(parts, "lambda-concurrency")
    reserving = {
        function.plain_name: function.reserved_concurrency
        for function in parts.functions.values()
        if function.reserved_concurrency is not None
    }

    def problem() -> str | None:
        functions = client("lambda", region)
        free = functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
        free += sum(_reserved(functions, name) for name in reserving)
        reserved = sum(reserving.values())
        if reserved and free - reserved < UNRESERVED_EXECUTIONS:
            return f"{reserved} of {free} cannot be reserved; {UNRESERVED_EXECUTIONS} must stay unreserved"
        if wanted > free - reserved:
            return f"{wanted} concurrent executions needed but only {free - reserved} free; request a higher quota"
        return None

    return ask("Lambda concurrency", problem)


def method_limits(document: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """Requests per second and burst that the plan's APIs allow."""
    for settings in document.get("resource", {}).get("aws_api_gateway_method_settings", {}).values():
        yield settings["settings"]["throttling_rate_limit"], settings["settings"]["throttling_burst_limit"]


def api_throttle(limits: Sequence[tuple[float, float]], region: str) -> Finding:
    """Whether the account lets all APIs of the region have what this one allows its callers."""

    def problem() -> str | None:
        account = client("apigateway", region).get_account()["throttleSettings"]
        rate, burst = max(rate for rate, _ in limits), max(burst for _, burst in limits)
        if rate <= account["rateLimit"] and burst <= account["burstLimit"]:
            return None
        allowed = f"{account['rateLimit']:,.0f} and {account['burstLimit']:,}"
        return f"{rate:,} requests per second and bursts of {burst:,} are more than the account's {allowed}"

    return ask("API Gateway throttling", problem)


def _open_shards(kinesis: Any, stream: str) -> int:
    summary = _found(lambda: kinesis.describe_stream_summary(StreamName=stream)).get("StreamDescriptionSummary", {})
    return int(summary.get("OpenShardCount", 0))


def _reserved(functions: Any, name: str) -> int:
    answer = _found(lambda: functions.get_function_concurrency(FunctionName=name))
    return int(answer.get("ReservedConcurrentExecutions", 0))


def _found(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer; empty before the first deployment."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        return {}
