"""`python -m tools.suite all|unit|e2e|quick`: what `make test`, `make unit`, `make e2e` and `make quick` run."""

from __future__ import annotations

import argparse
import sys

from tools.suite.parts import SELF_CONTAINED, end_to_end_parts, unit_parts
from tools.suite.quick import quick
from tools.suite.runner import run_all


def main() -> int:
    """Run what was asked for; 0 when every test passed."""
    parser = argparse.ArgumentParser(prog="python -m tools.suite", description=__doc__)
    parser.add_argument("what", choices=["all", "unit", "e2e", "quick"])
    parser.add_argument("--since", default="HEAD", metavar="COMMIT", help="of quick: compare with it (default HEAD)")
    options = parser.parse_args()
    if options.what == "quick":
        return quick(options.since)
    if options.what == "unit":
        return run_all(unit_parts(), SELF_CONTAINED)
    return run_all(end_to_end_parts() + (unit_parts() if options.what == "all" else []))


if __name__ == "__main__":
    sys.exit(main())
