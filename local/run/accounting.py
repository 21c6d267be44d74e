"""Compare what was sent with what every store has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lib.config import Config
from local.http import as_role
from local.ledger.account import StoreAccount, account
from local.ledger.alerts import ReceivedAlert, account_alerts
from local.ledger.api import QueryReader
from local.ledger.order import account_order, read_stream
from local.ledger.processed import ProcessedReader
from local.ledger.quarantine import account_quarantine, count_given_up, read_quarantine
from local.ledger.stores import StoreReader
from local.ledger.tables import account_states, read_states
from local.run.deployment import Deployment
from local.run.report import RunReport
from local.run.source import MessageSource
from local.run.stream import Sent


def account_for(
    deployment: Deployment,
    config: Config,
    readers: Sequence[StoreReader],
    sent: Sent,
    source: MessageSource,
    received: list[ReceivedAlert],
    facts: Mapping[str, Any],
) -> RunReport:
    """Read every store back and compare it with what was sent."""
    clients, outputs = deployment.clients, deployment.outputs
    stores = account_stores(deployment, config, readers, sent)
    processed = [reader for reader in readers if isinstance(reader, ProcessedReader)]
    return RunReport(
        preset=outputs["preset"],
        sent=len(sent.readings),
        stores=stores,
        quarantine=account_quarantine({}, read_quarantine(clients, outputs["quarantine_bucket"])),
        alerts=account_alerts(source.expected_alerts, received, ordered=_keeps_order(outputs)),
        failures=count_given_up(clients, outputs),
        latencies_ms=[latency for reader in processed for latency in reader.latencies_ms()],
        order=account_order(sent.payloads, _streamed(deployment)) if _keeps_order(outputs) else None,
        conflicts=len(facts.get("replay", {}).get("conflicts", ())),
        extra=facts,
    )


def account_stores(
    deployment: Deployment, config: Config, readers: Sequence[StoreReader], sent: Sent
) -> list[StoreAccount]:
    """Return the account of each store and, if there are devices, of their states."""
    accounts = [
        # The arguments are evaluated in this order: a reader knows its repeats once it has been read.
        account(reader.name, reader.expected(sent.readings), reader.read(), repeats=reader.repeats)
        for reader in readers
    ]
    if "api_id" in deployment.outputs:
        http = as_role(deployment.clients, deployment.outputs, "api_reader_role_arn")
        query = QueryReader(http, sent.readings)
        accounts.append(account(query.name, query.expected(sent.readings), query.read()))
        http.close()
    if "devices_table" in deployment.outputs:
        states = read_states(deployment.clients, deployment.outputs["devices_table"])
        accounts.append(account_states(sent.readings, states, config.thresholds))
    return accounts


def _keeps_order(outputs: Mapping[str, Any]) -> bool:
    """Return whether messages keep their order. The bridge and the API repack them; a queue does not keep order."""
    return "stream_name" in outputs and not {"bridge_function", "api_id"} & outputs.keys()


def _streamed(deployment: Deployment) -> Iterator[tuple[str, bytes]]:
    return read_stream(deployment.clients, deployment.outputs["stream_name"])
