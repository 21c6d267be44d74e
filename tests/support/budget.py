"""A plugin of pytest for a run that has to end soon: `-p tests.support.budget --until EPOCH_SECONDS`.

Tests run in the order in which their files were named; those that have not begun at that time are left out, and the
closing lines say how many.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

_left_out = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--until", type=float, help="begin no test after this time, in seconds since 1970")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_left_out] = 0


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """True for a test that is left out: nobody else runs it."""
    until = item.config.getoption("--until")
    if until is None or time.time() < until:
        return None
    item.config.stash[_left_out] += 1
    return True


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    if config.stash[_left_out]:
        terminalreporter.write_line(f"{config.stash[_left_out]} left out")
