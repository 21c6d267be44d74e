"""A stream has the shards that its load needs, or, on demand, none that somebody states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lib.config.load import checked
from tests.support.synth import Synthesized

if TYPE_CHECKING:
    from pathlib import Path


def stream(folder: Path, **settings: Any) -> dict[str, Any]:
    """The stream of a stack with these settings."""
    # jsii starts a Node.js process at its import: only tests that synthesize pay for it.
    from lib.app import synthesize

    load = {"readings_per_second": 2_500, "reading_bytes": 200}
    config = checked({"preset": "manufacturing", "load": load, "stream": settings}, "test.toml")
    return Synthesized.of(synthesize(config, environment_suffix="test", outdir=folder)).one("aws_kinesis_stream")


@pytest.mark.parametrize(
    ("settings", "mode", "shards"),
    [
        ({"mode": "on-demand"}, "ON_DEMAND", None),
        ({"mode": "provisioned", "shards": 7}, "PROVISIONED", 7),
    ],
)
def test_only_a_provisioned_stream_states_its_shards(
    settings: dict[str, Any], mode: str, shards: int | None, tmp_path: Path
) -> None:
    found = stream(tmp_path, **settings)

    assert found["stream_mode_details"]["stream_mode"] == mode
    assert found.get("shard_count") == shards
