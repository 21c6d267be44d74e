"""One applied preset on an embedded AWS for all tests of a session that want one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lib.config import load_preset
from local.errors import RunError
from local.run.deployment import Deployment, deployed
from local.terraform.binary import find_binary

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def applied() -> Iterator[Deployment]:
    """`manufacturing`, applied: clients, outputs, state, and the workspace to plan in again."""
    yield from _applied("manufacturing")


@pytest.fixture(scope="session")
def floor() -> Iterator[Deployment]:
    """`factory-floor`, applied, with devices; nobody reads its stream yet."""
    yield from _applied("factory-floor")


@pytest.fixture(scope="session")
def serverless() -> Iterator[Deployment]:
    """`serverless-api`, applied, with its queue's mapping at work."""
    yield from _applied("serverless-api")


@pytest.fixture(scope="session")
def analytics() -> Iterator[Deployment]:
    """`sensor-analytics`, applied; nobody reads its stream yet."""
    yield from _applied("sensor-analytics")


def _applied(preset: str) -> Iterator[Deployment]:
    """Skips where there is no Terraform (and a skip fails in CI); whatever else goes wrong is an error."""
    try:
        find_binary()
    except RunError as reason:
        pytest.skip(str(reason))
    with deployed(load_preset(preset)) as deployment:
        yield deployment
