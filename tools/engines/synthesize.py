"""`python -m tools.engines.synthesize FOLDER`: write the plan of every preset below the folder, by the engine that
``SYNTH_ENGINE`` names.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lib.app import synthesize
from lib.config import load_preset, presets


def main(folder: Path) -> None:
    for preset in presets():
        synthesize(load_preset(preset), environment_suffix="test", outdir=folder / preset)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
