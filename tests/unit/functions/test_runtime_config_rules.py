"""The document of the runtime configuration: what is valid, and what is said about the rest."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_src.common.aws import clients
from lambda_src.common.runtime_config import ConfigSource, RuntimeConfig, parse
from lambda_src.common.telemetry import Counters
from lambda_src.processor.handler import SERVICE
from tests.unit.functions.runtime_document import GOOD, NAME


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "truncated"),
        ("max_readings: 5", "malformed"),
        ("{}{}", "trailing"),
        ("null", "expected `object`"),
        ("[" * 100_000, "expected `object`"),
        ('{"thresholds": {"a": {"max": ' + "[" * 100_000, "expected `float | null`"),
        ('{"treshholds": {}}', "unknown field `treshholds`"),
        ('{"batch_size": 10}', "batch_size cannot change without a deployment: set queue.batch_size or processor"),
        ('{"processing_timeout": 30}', "processing_timeout cannot change without a deployment: set processor.timeout"),
        ('{"thresholds": {"temperature": {"maximum": 1}}}', "unknown field `maximum`"),
        ('{"thresholds": {"temperature": {"max": "1"}}}', "expected `float | null`"),
        ('{"thresholds": {"temperature": {"max": NaN}}}', "malformed"),
        ('{"thresholds": {"temperature": {"max": 1e999}}}', "out of range"),
        ('{"thresholds": {"temperature": {}}}', "thresholds.temperature must have at least one bound"),
        ('{"thresholds": {"temperature": {"min": 5, "max": 1}}}', "max must not be below min (got 1 and 5)"),
        (
            '{"thresholds": {"temperature": {"max": 5, "critical_max": 1}}}',
            "critical_max must not be below max (got 1 and 5)",
        ),
        ('{"thresholds": {"Temperature": {"max": 1}}}', "matching regex"),
        ('{"thresholds": {"t\\n": {"max": 1}}}', "matching regex"),
        ('{"query_limit": 1001}', "<= 1000"),
        ('{"query_limit": true}', "got `bool`"),
        ('{"max_readings": 501}', "<= 500"),
        ('{"max_readings": 1.5}', "got `float`"),
        ("\ud800", "surrogates"),
    ],
)
def test_what_breaks_a_rule_is_named(text, said):
    with pytest.raises(ValueError) as caught:
        parse(text)

    assert said.lower() in str(caught.value).lower()


def test_an_empty_document_leaves_everything_to_the_deployment():
    assert parse("{}") == RuntimeConfig(None, None, None)


@pytest.mark.parametrize("later", [(), ("{",), ("{", '{"query_limit": 0}')])
def test_it_is_read_from_the_service(aws, later):
    ssm: Any = clients.ssm()
    for text in (GOOD, *later):
        ssm.put_parameter(Name=NAME, Value=text, Type="String", Overwrite=True)
    counters = Counters(namespace="IoT/Test", service=SERVICE, environment="test")

    assert ConfigSource(NAME, service=SERVICE, counters=counters).current().max_readings == 100
