"""Draw the dashboard of each preset from its synthesized plan and example data: `make dashboard`.

Every widget of the dashboard's body is drawn at its position, without calling AWS.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lib.app import synthesize
from lib.config import load_preset, presets
from tools.dashboard.alarms import draw_alarms, is_on
from tools.dashboard.graphs import draw_graph
from tools.dashboard.numbers import draw_numbers
from tools.dashboard.sheet import Box, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build" / "dashboard"
GRID_COLUMNS = 24
SUFFIX = "example"
REFERENCE = re.compile(r"\$\{aws_cloudwatch_metric_alarm\.([A-Za-z0-9_-]+)\.arn\}")


def main(arguments: Sequence[str]) -> int:
    """Write one image per preset. Returns 2 for an unknown preset."""
    parser = argparse.ArgumentParser(prog="python -m tools.dashboard.draw", description=__doc__)
    parser.add_argument(
        "presets", nargs="*", metavar="PRESET", help=f"presets to draw; default: all, {', '.join(presets())}"
    )
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER", help="default: %(default)s")
    options = parser.parse_args(arguments)
    for preset in options.presets:
        if preset not in presets():
            print(f"preset {preset!r} is unknown; allowed are {', '.join(presets())}", file=sys.stderr)
            return 2
    options.out.mkdir(parents=True, exist_ok=True)
    for preset in options.presets or presets():
        path = options.out / f"{preset}.png"
        draw(plan_of(preset), load_preset(preset).load.readings_per_second * 60).save(path)
        print(path)
    return 0


def plan_of(preset: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        stack = synthesize(load_preset(preset), environment_suffix=SUFFIX, outdir=Path(folder))
        document: dict[str, Any] = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))
    return document


def draw(document: Mapping[str, Any], per_minute: float) -> Sheet:
    """Draw the dashboard of a plan. ``per_minute`` is the number of readings per minute."""
    (dashboard,) = document["resource"]["aws_cloudwatch_dashboard"].values()
    widgets = json.loads(dashboard["dashboard_body"])["widgets"]
    sheet = Sheet(GRID_COLUMNS, max(widget["y"] + widget["height"] for widget in widgets))
    for widget in widgets:
        _draw_widget(sheet, widget, document, per_minute)
    return sheet


def _draw_widget(sheet: Sheet, widget: Mapping[str, Any], document: Mapping[str, Any], per_minute: float) -> None:
    box, properties = Box.of_widget(widget), widget["properties"]
    if widget["type"] == "text":
        sheet.text(box.left + 0.04, box.top + box.height / 2, _plain(properties["markdown"]), size=13, weight="bold")
        return
    sheet.card(box)
    if widget["type"] == "alarm":
        draw_alarms(sheet, box, properties["title"], alarm_states(properties["alarms"], document, per_minute))
        return
    views: dict[str, Callable[[Sheet, Box, Mapping[str, Any], float], None]]
    views = {"timeSeries": draw_graph, "singleValue": draw_numbers}
    views[properties["view"]](sheet, box, properties, per_minute)


def alarm_states(arns: Sequence[str], document: Mapping[str, Any], per_minute: float) -> dict[str, bool]:
    """Return whether each alarm is on in the example, by its name without the common parts.

    The dashboard refers to alarms by their ARNs.
    """
    alarms = document["resource"]["aws_cloudwatch_metric_alarm"]
    suffix = document["output"]["environment_suffix"]["value"]
    shown = [alarms[match[1]] for arn in arns if (match := REFERENCE.fullmatch(arn))]
    return {
        alarm["alarm_name"].removeprefix("iot-").removesuffix(f"-{suffix}"): is_on(alarm, per_minute) for alarm in shown
    }


def _plain(markdown: str) -> str:
    return markdown.lstrip("# ").replace("`", "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
