"""The bridge's wiring, made anew for each test."""

from __future__ import annotations

import logging

import pytest

from lambda_src.bridge import handler


@pytest.fixture(autouse=True)
def bridge_surroundings(surroundings):
    _forget()
    yield
    _forget()


def _forget():
    handler.wire.cache_clear()
    logging.root.manager.loggerDict.pop(handler.SERVICE, None)
