"""`python -m local run`: the pipeline on an embedded AWS.

Exit status: 0 if every reading is accounted for, 1 if not, 2 for invalid input or an unusable machine, 130 after Ctrl-C
and 143 after SIGTERM. Nothing is left running in any case.
"""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from local.errors import RunError
from local.run.command import run
from local.run.options import parse_options
from local.terraform.workspace import TerraformFailedError
from ops.encoding import write_in_any_encoding


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit status."""

    def terminate(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    write_in_any_encoding()
    signal.signal(signal.SIGTERM, terminate)
    try:
        return run(parse_options(arguments))
    except RunError as error:
        print(error, file=sys.stderr)
        return 2
    except TerraformFailedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; everything was stopped and removed", file=sys.stderr, flush=True)
        # Ctrl-C also reached jsii's Node.js process, and its exit handler would complain about that.
        os._exit(130)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
