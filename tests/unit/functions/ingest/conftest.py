"""The ingest function's wiring, made anew for each test."""

from __future__ import annotations

import logging

import pytest

from lambda_src.ingest_api import handler


@pytest.fixture(autouse=True)
def ingest_surroundings(surroundings):
    _forget()
    yield
    _forget()


def _forget():
    handler.wire.cache_clear()
    logging.root.manager.loggerDict.pop(handler.SERVICE, None)
