"""`python -m local run`: the pipeline on an embedded AWS.

Exit status: 0 when every reading is accounted for, 1 when not, 2 for bad input or an unusable machine, 130 after
Ctrl-C and 143 after SIGTERM. Nothing is left running in any case.
"""

import os
import signal
import sys
from types import FrameType

from local.errors import RunError
from local.run.command import run
from local.run.options import parse_options
from local.terraform.workspace import TerraformFailedError


def main() -> int:
    """Run the command line's command, and turn every way of ending into an exit status."""

    def terminate(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, terminate)
    try:
        return run(parse_options(sys.argv[1:]))
    except RunError as error:
        print(error, file=sys.stderr)
        return 2
    except TerraformFailedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: everything was stopped and removed", file=sys.stderr, flush=True)
        # Ctrl-C reached jsii's Node.js process, too, and its exit handler would complain that it is gone.
        os._exit(130)


if __name__ == "__main__":
    sys.exit(main())
