"""Against a live deployment, AWS or local: its outputs file says what there is, and all that there is must work.

The file is `cfn-outputs/flat-outputs.json`, or the one that OUTPUTS_FILE names. Credentials, region and endpoints are
those of the standard AWS variables; who the broker's certificate is trusted by is what SSL_CERT_FILE says, or the
machine. Without a file nothing here is collected; with one, whatever is not found in INTEGRATION_WAIT_SECONDS fails.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.doors import DOORS, Delivery
from tests.integration.live import Live
from tests.integration.stores import LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OUTPUTS_FILE = Path(os.environ.get("OUTPUTS_FILE", "cfn-outputs/flat-outputs.json"))

collect_ignore_glob = [] if "OUTPUTS_FILE" in os.environ or OUTPUTS_FILE.exists() else ["test_*.py"]


def outputs_of_file() -> Mapping[str, str]:
    values: dict[str, str] = json.loads(OUTPUTS_FILE.read_text(encoding="utf-8"))
    return values


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each front door and each output that this deployment has, and none for what it has not."""
    outputs = outputs_of_file()
    if "door" in metafunc.fixturenames:
        metafunc.parametrize("door", [name for name, door in DOORS.items() if door.needs in outputs])
    if "store" in metafunc.fixturenames:
        metafunc.parametrize("store", [name for name in LOOKS if name in outputs])
    for kind in ("table", "bucket", "function"):
        if kind in metafunc.fixturenames:
            metafunc.parametrize(kind, [name for name in outputs if name.endswith(f"_{kind}")])


@pytest.fixture(scope="session")
def live() -> Live:
    return Live(outputs_of_file())


@pytest.fixture(scope="session")
def deliveries(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Delivery]]:
    """A good and a bad reading through every front door; what was made for them is removed afterwards."""
    doors = {
        name: door(live, tmp_path_factory.mktemp(name)) for name, door in DOORS.items() if door.needs in live.outputs
    }
    try:
        yield {name: door.deliver() for name, door in doors.items()}
    finally:
        for door in doors.values():
            door.clean()
