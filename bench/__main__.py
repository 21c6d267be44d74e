"""``python -m bench NAME …``: each measurement is a module with ``main(argv) -> int``, imported only when asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from ops.encoding import write_in_any_encoding

if TYPE_CHECKING:
    from collections.abc import Sequence

BENCHES = {
    "detect": "findings, false alarms and cost of the learning detector",
    "formats": "time of a message by a named format",
    "handlers": "CPU time and AWS calls of function handlers",
    "replay": "rate and memory of a replay on the embedded AWS, also killed and resumed",
    "sparkplug": "time of a Sparkplug metric that is named by its alias",
    "synth": "time of a synthesis, with and without the lazy bindings",
}


def main(argv: Sequence[str]) -> int:
    """Run one measurement; returns its exit status, 2 if no measurement has that name."""
    write_in_any_encoding()
    if not argv or argv[0] not in BENCHES:
        names = "; ".join(f"{name}: {what}" for name, what in BENCHES.items())
        print(f"python -m bench NAME [OPTIONS], where NAME is one of {names}", file=sys.stderr)
        return 2
    status: int = import_module(f"bench.{argv[0]}").main(list(argv[1:]))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
