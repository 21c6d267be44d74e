"""Whoever is woken by an alarm finds what to do, and what the runbook tells him to do exists."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lib.app import build
from lib.config import load_preset, presets
from lib.config.model import Config
from lib.config.operations import AlertSubscriberConfig, SubscriberConfig
from ops.__main__ import build_parser
from tests.support import runbook
from tests.support.synth import Synthesized

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOOK = "https://example.com/hook"
A_DAY = "2026-01-01"
"""In place of the runbook's T."""
ENTRIES = {entry.anchor: entry for entry in runbook.entries()}


@pytest.fixture(scope="module")
def widest(tmp_path_factory: pytest.TempPathFactory) -> list[Synthesized]:
    """Each preset with the settings that bring it further alarms."""
    stacks = []
    for preset in presets():
        config = load_preset(preset)
        config = msgspec.structs.replace(
            config,
            alerts=msgspec.structs.replace(config.alerts, subscribers=(AlertSubscriberConfig(endpoint=HOOK),)),
            alarms=msgspec.structs.replace(
                config.alarms, anomalies_in_5_minutes=1, subscribers=(SubscriberConfig(endpoint=HOOK),)
            ),
            lake=msgspec.structs.replace(config.lake, partition_by_sensor_type=True),
            timestream=msgspec.structs.replace(
                config.timestream,
                hourly_aggregates=config.timestream.enabled,
                measures=("temperature",) if config.timestream.multi_measure else (),
            ),
        )
        folder = tmp_path_factory.mktemp(preset)
        build(config=config, environment_suffix="test", outdir=folder).synth()
        document = (folder / "stacks" / "TapStacktest" / "cdk.tf.json").read_text(encoding="utf-8")
        stacks.append(Synthesized(json.loads(document)))
    return stacks


def alarms_of(stack: Synthesized) -> dict[str, dict[str, Any]]:
    """By their names without project and suffix."""
    alarms = stack.all("aws_cloudwatch_metric_alarm").values()
    return {alarm["alarm_name"].removeprefix("iot-").removesuffix("-test"): alarm for alarm in alarms}


def test_every_alarm_links_to_a_runbook_entry_that_names_it(stack: Synthesized) -> None:
    for name, alarm in alarms_of(stack).items():
        link = re.search(r" Runbook: docs/runbook\.md#([a-z0-9-]+)$", alarm["alarm_description"])
        assert link, alarm["alarm_description"]
        assert name in ENTRIES[link[1]].alarms
        assert len(alarm["alarm_description"]) <= 1_024, "CloudWatch takes no longer one"


def test_every_entry_belongs_to_alarms_that_some_deployment_has(widest: list[Synthesized]) -> None:
    known = {name for stack in widest for name in alarms_of(stack)}
    named = [name for entry in ENTRIES.values() for name in entry.alarms]
    assert set(named) == known
    assert len(set(named)) == len(named), "one entry an alarm"
    assert all(entry.alarms for entry in ENTRIES.values())


def test_every_entry_has_meaning_first_look_action_and_end() -> None:
    for entry in ENTRIES.values():
        places = [entry.text.find(part) for part in runbook.PARTS]
        assert -1 not in places, entry.anchor
        assert places == sorted(places), entry.anchor


def test_every_link_within_the_runbook_leads_to_an_entry() -> None:
    assert set(re.findall(r"\]\(#([^)]+)\)", runbook.text())) <= set(ENTRIES)


def test_a_configured_url_comes_before_the_anchor() -> None:
    from lib.building.metric import Metric
    from lib.monitoring.alarms.alarm import Alarm

    alarm = Alarm(name="a", metric=Metric("n", "m", {}, "Sum"), above=0, meaning="It broke.", entry="broken")
    assert alarm.description("https://wiki.example/runbook") == "It broke. Runbook: https://wiki.example/runbook#broken"
    assert alarm.description("") == "It broke. Runbook: docs/runbook.md#broken"


@pytest.mark.parametrize("command", sorted(runbook.commands()))
def test_every_command_that_the_runbook_names_can_be_given(command: str) -> None:
    given = [A_DAY if word == "T" else word for word in shlex.split(command)]
    build_parser().parse_args(given)


def test_every_output_that_the_runbook_reads_exists(widest: list[Synthesized]) -> None:
    known = {name for stack in widest for name in stack.document["output"]}
    assert runbook.named_in_code(r"(?:\$\(|`)out ([a-z_]+)") <= known


def test_every_function_whose_log_the_runbook_reads_exists(widest: list[Synthesized]) -> None:
    known = {function["function_name"] for stack in widest for function in stack.all("aws_lambda_function").values()}
    assert {f"iot-{name}-test" for name in runbook.named_in_code(r"`problems ([a-z-]+)`")} <= known


def test_every_log_group_that_the_runbook_reads_exists(widest: list[Synthesized]) -> None:
    known = {group["name"] for stack in widest for group in stack.all("aws_cloudwatch_log_group").values()}
    named = runbook.named_in_code(r"(/?[a-z/]*iot-[a-z-]+-\$SUFFIX)")
    assert {name.replace("$SUFFIX", "test") for name in named if "/" in name} <= known


def test_every_setting_that_the_runbook_names_exists() -> None:
    tables = {field.name for field in msgspec.structs.fields(Config)}
    named = set(re.findall(r"`([a-z_]+)\.([a-z_0-9]+)\b", runbook.prose()))
    settings = {(table, key) for table, key in named if table in tables}
    assert settings
    for table, key in settings:
        kind = next(field.type for field in msgspec.structs.fields(Config) if field.name == table)
        assert key in {field.name for field in msgspec.structs.fields(kind)}, f"{table}.{key}"


def test_everything_the_runbook_names_on_the_dashboard_exists(widest: list[Synthesized]) -> None:
    shown = {name for stack in widest for name in _names_on_dashboard(stack)}
    looked_for = set(re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", runbook.prose().replace("\n", " ")))
    assert looked_for
    assert {name for name in looked_for if not any(each.startswith(name) for each in shown)} == set()


def _names_on_dashboard(stack: Synthesized) -> Iterator[str]:
    """Titles of rows and widgets, and the names of lines."""
    for widget in json.loads(stack.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]:
        properties: Mapping[str, Any] = widget["properties"]
        yield properties.get("title") or properties["markdown"].removeprefix("## ")
        yield from (entry[-1]["label"] for entry in properties.get("metrics", ()) if "label" in entry[-1])
