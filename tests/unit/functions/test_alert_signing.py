"""Signatures of alerts, and what happens without a key."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.alerting.signing import Signer
from lambda_src.common.aws import clients
from tests.unit.functions.factories import NOW_MS, deadline, hot
from tests.unit.functions.fakes import FakeSNS, client_error


def _secret(value=None):
    created = clients.secretsmanager().create_secret(Name="signing", **({"SecretString": value} if value else {}))
    return created["ARN"]


def test_an_alert_is_signed_with_the_current_version(alerts, aws):
    key = bytes(range(32))
    arn = _secret(json.dumps({"algorithm": "HMAC-SHA256", "key": b64encode(key).decode()}))
    version = clients.secretsmanager().get_secret_value(SecretId=arn)["VersionId"]
    sns = FakeSNS()

    counts = alerts.container(sns, Signer(clients.secretsmanager(), arn)).announce([hot(NOW_MS)], deadline()).counts

    expected = hmac.new(key, sns.bodies[0], hashlib.sha256).hexdigest()
    attributes = {name: value["StringValue"] for name, value in sns.attributes[0].items()}
    assert attributes == {
        "state": "opened",
        "severity": "warning",
        "sensor_type": "temperature",
        "device_id": "press-1",
        "signature": expected,
        "key_id": version,
    }
    assert counts.unsigned == 0


def test_without_a_secret_value_alerts_are_unsigned_and_counted(alerts, aws):
    sns = FakeSNS()

    signer = Signer(clients.secretsmanager(), _secret())
    counts = alerts.container(sns, signer).announce([hot(NOW_MS)], deadline()).counts

    assert (counts.published, counts.unsigned) == (1, 1)
    assert "signature" not in sns.attributes[0]


def _signer(secrets: Any):
    return Signer(secrets, "arn")


MALFORMED = {
    "no JSON": "rotate me",
    "no object": "[]",
    "no key": '{"algorithm": "HMAC-SHA256"}',
    "an unknown algorithm": '{"algorithm": "MD5", "key": "AAAA"}',
    "a key that is not base64": '{"algorithm": "HMAC-SHA256", "key": "not base64!"}',
    "a key beyond ASCII": '{"algorithm": "HMAC-SHA256", "key": "\u00fc\u00fc\u00fc\u00fc"}',
    "an empty key": '{"algorithm": "HMAC-SHA256", "key": ""}',
    "half a surrogate pair": "\ud800",
    "nested without end": "[" * 100_000,
}


@pytest.mark.parametrize("form", MALFORMED)
def test_a_malformed_secret_stops_no_alert(alerts, form):
    sns = FakeSNS()

    counts = alerts.container(sns, _signer(_Secrets(None, MALFORMED[form]))).announce([hot(NOW_MS)], deadline()).counts

    assert (counts.published, counts.unsigned) == (1, 1)
    assert "signature" not in sns.attributes[0]


def test_a_binary_secret_stops_no_alert(alerts, aws):
    arn = clients.secretsmanager().create_secret(Name="signing", SecretBinary=b"\x00")["ARN"]
    sns = FakeSNS()

    counts = alerts.container(sns, Signer(clients.secretsmanager(), arn)).announce([hot(NOW_MS)], deadline()).counts

    assert (counts.published, counts.unsigned) == (1, 1)


class _Secrets:
    def __init__(self, error, secret='{"algorithm": "HMAC-SHA256", "key": "AAAA"}'):
        self.error = error
        self.secret = secret
        self.calls = 0

    def get_secret_value(self, **_request):
        self.calls += 1
        if self.error:
            raise self.error
        return {"VersionId": "v1", "SecretString": self.secret}


def test_a_secret_that_may_not_be_read_is_raised(alerts, aws):
    signer = _signer(_Secrets(client_error("AccessDeniedException")))
    with pytest.raises(ClientError, match="AccessDenied"):
        alerts.container(FakeSNS(), signer).announce([hot(NOW_MS)], deadline())


def test_a_secret_that_cannot_be_read_now_delays_the_batch(alerts, aws):
    signer = _signer(_Secrets(client_error("InternalServiceError", 500)))
    anomaly = hot(NOW_MS)

    assert alerts.container(FakeSNS(), signer).announce([anomaly], deadline()).failed == [anomaly]


def test_the_secret_is_read_once_for_many_alerts(alerts, aws):
    secrets = _Secrets(None)

    alerts.container(FakeSNS(), _signer(secrets)).announce(
        [hot(NOW_MS, device_id=f"d{n}") for n in range(25)], deadline()
    )

    assert secrets.calls == 1
