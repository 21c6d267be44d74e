"""A function's surroundings: an invented account, no network, clients and wiring made anew for each test."""

from __future__ import annotations

import gc
import logging
import socket

import pytest
from moto import mock_aws

from lambda_src.common import telemetry
from lambda_src.common.aws import clients
from lambda_src.common.deployment import DeploymentRules
from lambda_src.processor import handler as processor
from lambda_src.secret_rotation import handler as rotation
from tests.unit.functions.alerting import AlertPlant
from tests.unit.functions.deployments import deploy, forget

AWS_ENV = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_TIMESTREAM_WRITE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in AWS_ENV.items():
        monkeypatch.setenv(name, value)

    def refuse(*_args, **_kwargs):
        raise AssertionError("a unit test tried to open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    _forget()
    yield
    _forget()


def _forget():
    # The processor freezes what its container holds; here that would be the objects of every other test.
    gc.unfreeze()
    clients.forget()
    forget()
    processor.wire.cache_clear()
    rotation._settings.cache_clear()
    # A logger keeps the standard output that it was made with, which is a new one in each test.
    telemetry.logger.cache_clear()
    for service in (processor.SERVICE, rotation.SERVICE):
        logging.root.manager.loggerDict.pop(service, None)


@pytest.fixture
def deployed(monkeypatch, tmp_path):
    """Give functions the rules that a deployment has in its settings."""

    def give(**rules):
        deploy(monkeypatch, tmp_path, DeploymentRules(**rules))

    return give


@pytest.fixture
def aws():
    with mock_aws():
        yield


@pytest.fixture
def alerts():
    return AlertPlant()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("lambda_src.common.aws.retry.time.sleep", lambda _seconds: None)
