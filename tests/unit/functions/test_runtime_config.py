"""The configuration that changes without a deployment: cached, checked, and never worse than the last good one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.runtime_config import ConfigSource, RuntimeConfig
from lambda_src.common.telemetry import Counters
from lambda_src.common.thresholds import Threshold
from lambda_src.processor.handler import SERVICE
from tests.unit.functions.fakes import client_error
from tests.unit.functions.runtime_document import GOOD, NAME

BETTER = '{"query_limit": 60}'


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class FakeParameters:
    """Answers with each of ``script`` in turn, the last one again and again; an exception is raised."""

    def __init__(self, *script: str | Exception) -> None:
        self.script = list(script)
        self.calls = 0
        self.versions: list[str] = []
        """What the parameter held before, the oldest first."""
        self.history_error: Exception | None = None

    def get_parameter(self, *, Name: str) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        assert Name == NAME
        self.calls += 1
        found = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(found, Exception):
            raise found
        return {"Parameter": {"Value": found}}

    def get_parameter_history(self, *, Name: str, MaxResults: int, NextToken: str = "0") -> dict[str, Any]:  # noqa: N803
        assert (Name, MaxResults <= 50) == (NAME, True)
        if self.history_error:
            raise self.history_error
        start = int(NextToken)
        page = [{"Value": text} for text in self.versions[start : start + MaxResults]]
        more = {"NextToken": str(start + MaxResults)} if start + MaxResults < len(self.versions) else {}
        return {"Parameters": page} | more


@pytest.fixture
def source(monkeypatch):
    """Makes a source on a script; the clock and the fake are its attributes ``clock`` and ``fake``."""

    def make(*script, parameter=NAME):
        fake, clock = FakeParameters(*script), Clock()
        monkeypatch.setattr(clients, "ssm", lambda: fake)
        counters = Counters(namespace="IoT/Test", service=SERVICE, environment="test")
        made: Any = ConfigSource(parameter, service=SERVICE, counters=counters, clock=clock)
        made.fake, made.clock = fake, clock
        return made

    yield make
    monkeypatch.undo()


def broken(text):
    """The values of the metric that were sent, in turn."""
    return [line["ConfigBroken"][0] for line in _lines(text) if "_aws" in line]


def logged(text):
    return [(line["level"], line["message"]) for line in _lines(text) if "level" in line]


def _lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_good_document_is_read_once_a_minute(source, capsys):
    config = source(GOOD, BETTER)

    first = config.current()
    config.clock.now = 59.9
    again = config.current()
    config.clock.now = 60.0
    later = config.current()

    assert first == RuntimeConfig({"temperature": Threshold(max=90, critical_max=110)}, 50, 100)
    assert again is first
    assert later == RuntimeConfig(query_limit=60)
    assert config.fake.calls == 2
    assert broken(capsys.readouterr().out) == [0, 0]


def test_switched_off_nothing_is_called(source, capsys):
    config = source(AssertionError("called"), parameter="")

    assert config.current() == RuntimeConfig()
    assert config.fake.calls == 0
    assert capsys.readouterr().out == ""


def test_an_invalid_document_keeps_the_last_valid_one_until_fixed(source, capsys):
    config = source(GOOD, '{"query_limit": 0}', "{", BETTER)
    found = []
    for minute in range(4):
        config.clock.now = minute * 60.0
        found.append(config.current().query_limit)

    output = capsys.readouterr().out
    assert found == [50, 50, 50, 60]
    assert broken(output) == [0, 1, 1, 0]
    assert [level for level, _ in logged(output)] == ["ERROR", "ERROR"]


def test_a_new_container_uses_the_last_valid_document_too(source, capsys):
    config = source("{")
    config.fake.versions = [BETTER, GOOD, '{"query_limit": 0}', "{"]

    assert config.current().query_limit == 50
    assert broken(capsys.readouterr().out) == [1]


def test_the_last_valid_document_is_found_on_any_history_page(source):
    config = source("{")
    config.fake.versions = [BETTER, *["{"] * 99]

    assert config.current().query_limit == 60


def test_without_a_valid_document_the_deployments_values_apply(source, capsys):
    config = source("[]")
    config.fake.versions = ["[]"]

    assert config.current() == RuntimeConfig()
    assert broken(capsys.readouterr().out) == [1]


@pytest.mark.parametrize("error", [client_error("ThrottlingException"), client_error("InternalServerError", 500)])
def test_a_new_container_never_falls_back_to_the_deployments_values(source, error):
    with pytest.raises(TemporaryFailureError):
        source(error).current()

    config = source("{")
    config.fake.history_error = error
    with pytest.raises(TemporaryFailureError):
        config.current()


@pytest.mark.parametrize("error", [client_error("ThrottlingException"), client_error("InternalServerError", 500)])
def test_while_the_service_is_away_the_last_one_applies(source, capsys, error):
    config = source(GOOD, error, BETTER)
    found = []
    for minute in range(3):
        config.clock.now = minute * 60.0
        found.append(config.current().query_limit)

    output = capsys.readouterr().out
    assert found == [50, 50, 60]
    assert broken(output) == [0, 0]
    assert [level for level, _ in logged(output)] == ["WARNING"]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ParameterNotFound"])
def test_what_only_a_deployment_mends_is_raised(source, code):
    with pytest.raises(ClientError, match=code):
        source(client_error(code)).current()
