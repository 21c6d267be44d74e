"""What all tests share: the synthesized presets, and the rule that nothing is skipped in CI."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lib.config import presets
from tests.support.synth import Synthesized, synthesize_test_stack

if TYPE_CHECKING:
    from collections.abc import Callable

PRESETS = presets()
pytest_plugins = ("tests.support.embedded",)


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Synthesized]:
    """Gives a preset's stack, synthesized once a session with the suffix ``test``."""
    done: dict[str, Synthesized] = {}

    def get(preset: str) -> Synthesized:
        if preset not in done:
            done[preset] = Synthesized.of(synthesize_test_stack(preset, tmp_path_factory.mktemp(preset)))
        return done[preset]

    return get


@pytest.fixture(params=PRESETS)
def stack(request: pytest.FixtureRequest, synthesized: Callable[[str], Synthesized]) -> Synthesized:
    """Each preset in turn."""
    return synthesized(request.param)


@pytest.fixture(scope="session")
def manufacturing(synthesized: Callable[[str], Synthesized]) -> Synthesized:
    return synthesized("manufacturing")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure: it would say green where nothing was looked at."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("skipped tests count as failures in CI", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
