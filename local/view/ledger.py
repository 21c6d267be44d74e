"""The ledger at the end of a run, readable without any knowledge of it."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.ledger.account import StoreAccount
from local.run.report import RunReport, percentile

_NAMES = {
    "timestream": "Timestream (history)",
    "dynamodb_readings": "DynamoDB readings",
    "dynamodb_raw": "DynamoDB raw messages",
    "athena_lake": "Athena over the lake",
    "http_query": "HTTP query, paged",
    "device_state": "DynamoDB device state",
    "s3_anomalies": "S3 anomalies",
    "s3_processed": "S3 processed",
    "s3_raw": "S3 raw archive",
}


def print_ledger(report: RunReport, seconds: dict[str, float], console: Console) -> None:
    """Print what was sent, what each store has, what was refused and which alerts arrived; then the verdict."""
    table = Table(title="Ledger, in readings", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("Store", min_width=24)
    for heading in ("sent", "found", "missing", "unexpected", "duplicate", "repeats", ""):
        table.add_column(heading, justify="right")
    for store in report.stores:
        table.add_row(*_row(store))
    console.print(table)
    for line in _lines(report, seconds):
        console.print(f"  {line}", highlight=False, soft_wrap=True)
    verdict = "Every reading is accounted for." if report.ok else "NOT every reading is accounted for."
    console.print(Text(f"\n  {verdict}", style="bold green" if report.ok else "bold red"))


def _row(store: StoreAccount) -> list[Text | str]:
    return [
        _NAMES.get(store.name, store.name),
        f"{store.expected:,}",
        f"{store.found:,}",
        _wrong(store.missing),
        _wrong(store.unexpected),
        _wrong(store.doubled),
        f"{store.repeats:,}",
        Text("✓", style="bold green") if store.ok else Text("✗", style="bold red"),
    ]


def _wrong(count: int) -> Text:
    return Text(f"{count:,}", style="bold red" if count else "dim")


def _lines(report: RunReport, seconds: dict[str, float]) -> list[str]:
    alerts, quarantine = report.alerts, report.quarantine
    by_reason = ", ".join(f"{count} {reason}" for reason, count in quarantine.by_reason.items()) or "nothing"
    p50, p99 = (percentile(report.latencies_ms, percent) for percent in (50, 99))
    lines = [
        f"Quarantine: {by_reason}; {quarantine.unexplained} unexplained, {quarantine.missing} missing.",
        f"Failed after all retries: {report.failures} batches or messages.",
        f"Alerts: {alerts.received} received, {alerts.expected} expected; {alerts.missing} missing, "
        f"{alerts.unexpected} unexpected, {alerts.doubled} duplicate, {alerts.unsigned} unsigned.",
    ]
    if report.order:
        lines.append(f"Order: {report.order.checked} messages checked, {report.order.out_of_order} out of order.")
    if report.destroy_error:
        lines.append(f"Some resources could not be destroyed: {report.destroy_error}")
    if report.conflicts:
        lines.append(f"Not sent: {report.conflicts} rows with a duplicate timestamp and a different value.")
    if p50 is not None and p99 is not None:
        lines.append(f"From arrival to processing: median {p50 / 1000:.1f} s, p99 {p99 / 1000:.1f} s.")
    lines.append("Time: " + ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items()) + ".")
    examples = [example for store in report.stores for example in store.examples]
    return [*lines, *examples, *quarantine.examples, *alerts.examples]
