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

from tests.integration.entrypoints import ENTRYPOINTS, Delivery
from tests.integration.live import Live
from tests.integration.stores import STORES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OUTPUTS_FILE = Path(os.environ.get("OUTPUTS_FILE", "cfn-outputs/flat-outputs.json"))

collect_ignore_glob = [] if "OUTPUTS_FILE" in os.environ or OUTPUTS_FILE.exists() else ["test_*.py"]


KINDS = {
    "table": ("_table",),
    "bucket": ("_bucket",),
    "function": ("_function",),
    "delivery": ("firehose_name",),
    "dead_letters": ("_dlq_url", "_undelivered_url"),
}
"""Things of which a deployment may have any number, by how their outputs' names end."""


def outputs_of_file() -> Mapping[str, str]:
    values: dict[str, str] = json.loads(OUTPUTS_FILE.read_text(encoding="utf-8"))
    return values


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(output): only for a deployment that has this output")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each way from a entrypoint into a store, and for each thing of a kind, that this deployment has."""
    outputs = outputs_of_file()
    if "entrypoint" in metafunc.fixturenames:
        metafunc.parametrize(("entrypoint", "store"), list(_ways(outputs)))
    for kind in KINDS:
        if kind in metafunc.fixturenames:
            metafunc.parametrize(kind, _of_kind(kind, outputs))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What this deployment does not have is not asked of it."""
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    outputs = outputs_of_file() if ours else {}
    absent = {item for item in ours if _is_of_absent_part(item, outputs)}
    if absent:
        config.hook.pytest_deselected(items=list(absent))
        items[:] = [item for item in items if item not in absent]


def _is_of_absent_part(item: pytest.Item, outputs: Mapping[str, str]) -> bool:
    if any(mark.args[0] not in outputs for mark in item.iter_markers("needs")):
        return True
    named = getattr(item, "fixturenames", ())
    return any(kind in named and not _of_kind(kind, outputs) for kind in KINDS)


def _ways(outputs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for entrypoint_name, entrypoint in ENTRYPOINTS.items():
        if entrypoint.needs in outputs:
            for store_name, store in STORES.items():
                if store.needs in outputs and store_name not in entrypoint.leaves_out:
                    yield entrypoint_name, store_name


def _of_kind(kind: str, outputs: Mapping[str, str]) -> Sequence[str]:
    return [name for name in outputs if name.endswith(KINDS[kind])]


@pytest.fixture(scope="session")
def live() -> Live:
    return Live(outputs_of_file())


@pytest.fixture(scope="session")
def deliveries(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Delivery]]:
    """A good and a bad reading through every entrypoint; what was made for them is removed afterwards."""
    entrypoints = {
        name: entrypoint(live, tmp_path_factory.mktemp(name))
        for name, entrypoint in ENTRYPOINTS.items()
        if entrypoint.needs in live.outputs
    }
    try:
        yield {name: entrypoint.deliver() for name, entrypoint in entrypoints.items()}
    finally:
        for entrypoint in entrypoints.values():
            entrypoint.clean()
