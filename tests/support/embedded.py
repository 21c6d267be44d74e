"""Applied presets on embedded AWSs of their own, each once in a session, for the tests that name them.

A test uses one stack at most; `--stack NAME` selects the tests of one, or with `none` those that use none. So the
stacks can be tested side by side, each in a process of its own, and nothing is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lib.config import load_preset
from local.errors import RunError
from local.run.deployment import Deployment, deployed
from local.terraform.binary import find_binary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STACKS = {
    "applied": "manufacturing",
    "floor": "factory-floor",
    "serverless": "serverless-api",
    "analytics": "sensor-analytics",
}
"""Fixtures by name, and the preset that each applies."""
NO_STACK = "none"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--stack", choices=[*STACKS, NO_STACK], help="only tests of this applied stack, or of none")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--stack")
    if wanted is not None:
        config.hook.pytest_deselected(items=[item for item in items if stack_of(item) != wanted])
        items[:] = [item for item in items if stack_of(item) == wanted]


def stack_of(item: pytest.Item) -> str:
    """The stack that a test uses, by its fixtures or its `deployment` parameter; a UsageError where it uses several."""
    callspec = getattr(item, "callspec", None)
    named = {*getattr(item, "fixturenames", ()), callspec.params.get("deployment") if callspec else None}
    stacks = sorted(STACKS.keys() & named)
    if len(stacks) > 1:
        raise pytest.UsageError(f"{item.nodeid} uses the stacks {', '.join(stacks)}: a test may use one")
    return stacks[0] if stacks else NO_STACK


@pytest.fixture(scope="session")
def applied() -> Iterator[Deployment]:
    """`manufacturing`, applied: clients, outputs, state, and the workspace to plan in again."""
    yield from _applied("applied")


@pytest.fixture(scope="session")
def floor() -> Iterator[Deployment]:
    """`factory-floor`, applied, with devices; nobody reads its stream yet."""
    yield from _applied("floor")


@pytest.fixture(scope="session")
def serverless() -> Iterator[Deployment]:
    """`serverless-api`, applied, with its queue's mapping at work."""
    yield from _applied("serverless")


@pytest.fixture(scope="session")
def analytics() -> Iterator[Deployment]:
    """`sensor-analytics`, applied; nobody reads its stream yet."""
    yield from _applied("analytics")


@pytest.fixture(params=STACKS, scope="session")
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Each applied stack in turn."""
    found: Deployment = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def second_plan() -> Callable[[Deployment], dict[str, Any]]:
    """Gives the plan that is made after the apply, once a deployment: in it every ARN and policy is known."""
    made: dict[str, dict[str, Any]] = {}

    def get(deployment: Deployment) -> dict[str, Any]:
        key = str(deployment.workspace.folder)
        if key not in made:
            made[key] = deployment.workspace.show(deployment.workspace.plan())
        return made[key]

    return get


def _applied(stack: str) -> Iterator[Deployment]:
    """Skips where there is no Terraform (and a skip fails in CI); whatever else goes wrong is an error."""
    try:
        find_binary()
    except RunError as reason:
        pytest.skip(str(reason))
    with deployed(load_preset(STACKS[stack])) as deployment:
        yield deployment
