"""`python -m tools.engines`: `make engines`. Exit status 1 if a plan differs from CDKTF's in what is not accepted."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lib.config import presets
from tools.engines.comparison import differences
from tools.engines.environment import install, synthesize_all
from tools.engines.synthesize import main as synthesize_here

PLAN = Path("stacks") / "TapStacktest" / "cdk.tf.json"


def main() -> int:
    install()
    with TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "cdktf", Path(folder) / "cdktn"
        synthesize_here(ours)
        synthesize_all(theirs)
        found = {
            preset: differences(
                json.loads((ours / preset / PLAN).read_bytes()), json.loads((theirs / preset / PLAN).read_bytes())
            )
            for preset in presets()
        }
    for preset, lines in found.items():
        print(f"{preset}: {'the same' if not lines else f'{len(lines)} differences'}")
        for line in lines:
            print(f"  {line}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
