"""What docs/systems.md says of names is what the plan has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_src.processor.settings import COUNTS
from lib.api.routes import ROUTES
from lib.config.load import load_preset
from tools.systems import PAGE, names, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.synth import Synthesized

SYSTEMS = names()
ROWS = [(preset, row) for preset, rows in SYSTEMS.items() for row in rows]


def known(preset: str, kind: str, stack: Synthesized) -> set[str]:
    """All names of a kind that the deployment has, without project, suffix, region and account."""
    config = load_preset(preset)

    def named(type_: str, attribute: str) -> set[str]:
        return {str(each[attribute]) for each in stack.all(type_).values()}

    def parts(type_: str, attribute: str) -> set[str]:
        return {name.removeprefix("iot-").partition("-test")[0] for name in named(type_, attribute)}

    return {
        "output": lambda: set(stack.document["output"]),
        "metric": lambda: set(COUNTS),
        "alarm": lambda: parts("aws_cloudwatch_metric_alarm", "alarm_name"),
        "table": lambda: parts("aws_dynamodb_table", "name"),
        "bucket": lambda: parts("aws_s3_bucket", "bucket"),
        "topic": lambda: {config.devices.topic_filter, config.devices.command_topic, *config.devices.publish_topics},
        "route": lambda: {f"{route.method} {route.path}" for route in ROUTES},
        "parameter": lambda: {name.rpartition("/")[2] for name in named("aws_ssm_parameter", "name")},
        "key": lambda: {name.replace("-test", "-<suffix>") for name in named("aws_kms_alias", "name")},
    }[kind]()


@pytest.mark.parametrize(("preset", "row"), ROWS, ids=[f"{preset}-{row['described']}" for preset, row in ROWS])
def test_a_described_name_has_its_counterpart(
    preset: str, row: dict[str, str], synthesized: Callable[[str], Synthesized]
) -> None:
    assert row["here"] in known(preset, row["kind"], synthesized(preset))


def test_every_system_has_a_page_with_its_names() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert set(SYSTEMS) == {
        "manufacturing",
        "serverless-api",
        "sensor-analytics",
        "plant-monitoring",
        "factory-floor",
    }
    assert all(f"## `{preset}`\n" in page and f"<!-- names {preset} -->" in page for preset in SYSTEMS)
    assert page == render(page, SYSTEMS), "run 'make docs'"


def test_described_output_names_are_aliases(synthesized: Callable[[str], Synthesized]) -> None:
    for preset, rows in SYSTEMS.items():
        aliases = {row["described"]: row["here"] for row in rows if row.get("note") == "an alias"}
        assert load_preset(preset).output_aliases == aliases
        outputs = synthesized(preset).document["output"]
        assert all(outputs[described] == outputs[here] for described, here in aliases.items())


def test_metric_aliases_are_the_described_names() -> None:
    for preset, rows in SYSTEMS.items():
        described = {row["here"]: row["described"] for row in rows if row["kind"] == "metric"}
        assert load_preset(preset).metric_aliases == described, preset
