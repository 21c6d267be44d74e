"""The wiring of ``POST /process``, made anew for each test."""

from __future__ import annotations

import logging

import pytest

from lambda_src.processor import process_api


@pytest.fixture(autouse=True)
def process_surroundings(surroundings):
    _forget()
    yield
    _forget()


def _forget():
    process_api.wire.cache_clear()
    logging.root.manager.loggerDict.pop(process_api.SERVICE, None)
