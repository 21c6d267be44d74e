"""Prices are fetched from the public price list; here a local server has a sample of it."""

from __future__ import annotations

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from ops.cost.prices import FILE, read_prices
from ops.cost.refresh import refresh
from ops.errors import FailedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGIONS = {"us-east-1": "", "eu-central-1": "EUC1-"}
"""The sample has two regions; the others keep their numbers."""


def offer(region: str) -> dict[str, Any]:
    """A file of the offer AmazonKinesis, with a free step and a graduated price as other offers have them."""
    steps = {
        "a": {"beginRange": "0", "pricePerUnit": {"USD": "0.0000000000"}},
        "b": {"beginRange": "5", "pricePerUnit": {"USD": "0.0160000000"}},
        "c": {"beginRange": "100", "pricePerUnit": {"USD": "0.0100000000"}},
    }
    put = {"a": {"beginRange": "0", "pricePerUnit": {"USD": "0.0000000150"}}}
    products = {
        "OTHER": {"attributes": {"usagetype": f"{REGIONS[region]}IA-Storage-ShardHour"}},
        "SHARD": {"attributes": {"usagetype": f"{REGIONS[region]}Storage-ShardHour"}},
        "PUT": {"attributes": {"usagetype": f"{REGIONS[region]}PutRequestPayloadUnits"}},
        "FOREIGN": {"attributes": {"usagetype": f"{REGIONS[region]}Extended-Storage-ShardHour"}},
    }
    on_demand = {"SHARD": {"t": {"priceDimensions": steps}}}
    on_demand |= {name: {"t": {"priceDimensions": put}} for name in ("OTHER", "PUT")}
    return {"products": products, "terms": {"OnDemand": on_demand}}


class PriceServer(BaseHTTPRequestHandler):
    answers: dict[str, Any]

    def do_GET(self) -> None:
        answer = self.answers.get(self.path, {"regions": {}})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def answers() -> dict[str, Any]:
    base = "/offers/v1.0/aws/AmazonKinesis"
    found: dict[str, Any] = {f"{base}/1/{region}/index.json": offer(region) for region in REGIONS}
    entries = {region: {"currentVersionUrl": f"{base}/1/{region}/index.json"} for region in REGIONS}
    return found | {f"{base}/current/region_index.json": {"regions": entries}}


@pytest.fixture
def server(answers: dict[str, Any]) -> Iterator[str]:
    handler = type("Handler", (PriceServer,), {"answers": answers})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shutil.copy(FILE, tmp_path / "prices.toml")
    return tmp_path / "prices.toml"


def test_a_fetched_price_replaces_the_number_and_the_date(server: str, file: Path) -> None:
    said = list(refresh(file, server))
    found = read_prices(file)
    shard = found.prices["kinesis-shard-hour"].dollars
    assert (shard["us-east-1"], shard["eu-central-1"]) == (0.016, 0.016)
    assert found.prices["kinesis-put-unit"].dollars["us-east-1"] == pytest.approx(0.015)
    assert found.fetched
    assert said[-1] == f"prices.toml: {len(found.prices)} prices of 4 regions"


def test_a_price_that_the_list_lacks_keeps_its_number(server: str, file: Path) -> None:
    before = read_prices(file)
    said = list(refresh(file, server))
    after = read_prices(file)
    assert after.prices["kms-key"] == before.prices["kms-key"]
    assert after.prices["kinesis-shard-hour"].dollars["eu-west-1"] == 0.017
    assert "kms-key in us-east-1: not in the price list; the old number stays" in said
    assert "kinesis-shard-hour in eu-west-1: not in the price list; the old number stays" in said


def test_comments_of_the_file_survive(server: str, file: Path) -> None:
    list(refresh(file, server))
    comments = [line for line in FILE.read_text().splitlines() if line.startswith("#")]
    assert [line for line in file.read_text().splitlines() if line.startswith("#")] == comments


@pytest.mark.parametrize("wrong", [[], {"regions": None}, {"regions": {"us-east-1": {}}}])
def test_an_answer_of_another_shape_changes_nothing(
    wrong: Any, answers: dict[str, Any], server: str, file: Path
) -> None:
    answers["/offers/v1.0/aws/AmazonKinesis/current/region_index.json"] = wrong
    with pytest.raises(FailedError, match="AmazonKinesis"):
        list(refresh(file, server))
    assert file.read_text() == FILE.read_text()


def test_without_a_network_nothing_is_changed(file: Path) -> None:
    with pytest.raises(FailedError, match="nothing was changed"):
        list(refresh(file, "http://127.0.0.1:9"))
    assert file.read_text() == FILE.read_text()
