"""Adding a preset touches its file and the README; every test for all presets then runs for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.walk import listed_files

if TYPE_CHECKING:
    from tests.support.walk import Walk

PRESET = """# A laboratory: a few sensors, kept for a week.
region = "eu-west-1"

[load]
readings_per_second = 10

[raw]
expire_days = 7
"""
ROW = "| `laboratory` | a few sensors, kept for a week | eu-west-1 |\n"
GENERATE = """
from pathlib import Path
from tempfile import TemporaryDirectory
from tests.support.snapshots import accept
from tests.support.synth import Synthesized, synthesize_test_stack
from tools.architecture import draw

with TemporaryDirectory() as outdir:
    stack = Synthesized.of(synthesize_test_stack("laboratory", Path(outdir)))
accept("laboratory", stack.concerns())
Path("docs/architecture/laboratory.md").write_text(draw("laboratory", stack.document), encoding="utf-8")
"""
FIRST = "test_devices.py::test_the_endpoint_is_looked_up[complete]\n"
WITHOUT = (
    "test_observation.py::test_every_queue_has_an_alarm[laboratory]",
    "test_observation.py::test_every_api_has_alarms_for_failures_refusals_and_slow_answers[laboratory]",
    "test_observation.py::test_every_topic_rule_has_alarms_for_what_it_cannot_deliver[laboratory]",
)
RULES = ("tests/snapshot/test_presets.py", "tests/invariants/test_documents.py", "tests/invariants/test_observation.py")


def test_a_preset_takes_one_file_and_a_readme_row(walk: Walk) -> None:
    walk.create("presets/laboratory.toml", PRESET)
    walk.insert("README.md", ROW, before="| `complete` | every part")
    walk.insert("tests/invariants/without_resources.txt", "\n".join(WITHOUT) + "\n", before=FIRST)
    walk.run("-c", GENERATE)
    passed = walk.test(*RULES, "-k", "laboratory")
    assert "passed" in passed
    assert walk.touched() == listed_files("Add a preset", NAME="laboratory")
