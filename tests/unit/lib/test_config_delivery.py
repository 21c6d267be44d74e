"""Settings of hourly aggregates and of subscribers: what cannot be is named in one line."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from lambda_src.common.alerting import publisher
from lib.config import ConfigError, operations
from lib.config.operations import AlertSubscriberConfig, SubscriberConfig
from tests.unit.lib.test_config import decode

HOURLY = {"enabled": True, "hourly_aggregates": True}


def alerts(**subscriber: Any) -> dict[str, Any]:
    return {"alerts": {"subscribers": [{"endpoint": "a@example.com"}, subscriber]}}


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (
            alerts(endpoint="http://example.com"),
            "alerts.subscribers[1].endpoint='http://example.com': allowed is an e-mail address, or one with https://",
        ),
        (
            alerts(endpoint="https://me:secret@example.com"),
            "alerts.subscribers[1].endpoint='https://me:secret@example.com'",
        ),
        (
            alerts(endpoint="somebody"),
            "alerts.subscribers[1].endpoint='somebody': allowed is an e-mail address, or one",
        ),
        (
            alerts(endpoint="b@example.com", severities=["critical", "loud"]),
            "alerts.subscribers[1].severities[1]='loud': allowed are warning, critical",
        ),
        (
            alerts(endpoint="b@example.com", states=["opened", "over"]),
            "alerts.subscribers[1].states[1]='over': allowed are opened, escalated, ended",
        ),
        (
            alerts(endpoint="b@example.com", states=[]),
            "alerts.subscribers[1].states=[]: allowed is at least one of opened, escalated, ended",
        ),
        (alerts(endpont="b@example.com"), "alerts.subscribers[1].endpont='b@example.com': no such key; allowed are"),
        (alerts(endpoint=5), "alerts.subscribers[1].endpoint=5: expected `str`, got `int`"),
        (
            alerts(endpoint="a@example.com"),
            "alerts.subscribers[1].endpoint='a@example.com': allowed is an endpoint that",
        ),
        (
            {"alerts": {"emails": ["https://example.com"]}},
            "alerts.emails[0]='https://example.com': allowed is an e-mail",
        ),
        (
            {"alarms": {"subscribers": [{"endpoint": "a@example.com", "severities": []}]}},
            "alarms.subscribers[0].severities=[]: no such key; allowed are endpoint",
        ),
        (
            {"timestream": HOURLY | {"enabled": False}},
            "timestream.hourly_aggregates=True: allowed is false while timestream.enabled = false",
        ),
        (
            {"timestream": HOURLY | {"multi_measure": True}},
            "timestream.measures=[]: allowed is at least one sensor type",
        ),
        ({"timestream": HOURLY | {"measures": ["a"]}}, "timestream.measures=['a']: allowed is left out without"),
        ({"timestream": {"measures": ["a", "time"]}}, "timestream.measures[1]='time': allowed is a sensor type"),
    ],
)
def test_a_wrong_setting_names_file_key_value_and_alternatives(values: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        decode(**values)
    assert str(refused.value).startswith(f"environments/x.toml: {line}")
    assert "\n" not in str(refused.value)


def test_an_endpoint_is_an_email_or_https_with_optional_severities() -> None:
    config = decode(
        alerts={
            "emails": ["a@example.com"],
            "subscribers": [
                {"endpoint": "https://example.com:8443/hook?to=line-1", "severities": ["critical"]},
                {"endpoint": "b@example.com"},
            ],
        },
        alarms={"subscribers": [{"endpoint": "https://example.com"}]},
    )
    assert config.alerts.subscribers == (
        AlertSubscriberConfig(endpoint="https://example.com:8443/hook?to=line-1", severities=("critical",)),
        AlertSubscriberConfig(endpoint="b@example.com"),
    )
    assert config.alarms.subscribers == (SubscriberConfig(endpoint="https://example.com"),)


def test_alert_states_are_those_that_the_functions_publish() -> None:
    assert get_args(operations.AlertState) == get_args(publisher.AlertState)


def test_aggregates_need_their_columns_only_where_each_measure_is_one() -> None:
    assert decode(timestream=HOURLY).timestream.measures == ()
    assert decode(timestream=HOURLY | {"multi_measure": True, "measures": ["a.b"]}).timestream.measures == ("a.b",)
