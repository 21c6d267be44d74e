"""CDK Terrain writes the same plans as CDKTF."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PRESETS
from tools.engines.__main__ import PLAN
from tools.engines.comparison import ACCEPTED, differences
from tools.engines.environment import ROOT, install, synthesize_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.synth import Synthesized


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All presets as the second engine synthesizes them."""
    folder = tmp_path_factory.mktemp("cdktn")
    install()
    synthesize_all(folder)
    return folder


@pytest.mark.parametrize("preset", PRESETS)
def test_both_engines_write_the_same_plan(preset: str, plans: Path, synthesized: Callable[[str], Synthesized]) -> None:
    written = json.loads((plans / preset / PLAN).read_bytes())
    assert differences(synthesized(preset).document, written) == []


def test_every_accepted_difference_is_there(plans: Path, synthesized: Callable[[str], Synthesized]) -> None:
    preset = PRESETS[0]
    written = json.loads((plans / preset / PLAN).read_bytes())
    ours = synthesized(preset).document
    for path in ACCEPTED:
        one, other = ours, written
        for key in path.split("."):
            one, other = one[key], other[key]
        assert one != other, path


def test_a_difference_is_named_with_both_values() -> None:
    one = {"resource": {"a": {"names": ["x", "y"], "same": 1}}, "gone": 1}
    other = {"resource": {"a": {"names": ["x", "z"], "same": 1}}}
    assert differences(one, other) == ["gone: 1 → None", "resource.a.names[1]: 'y' → 'z'"]


def test_an_unknown_engine_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import lib"],
        cwd=ROOT,
        env=os.environ | {"SYNTH_ENGINE": "pulumi"},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "SYNTH_ENGINE='pulumi': allowed are cdktf, cdktn" in done.stderr
