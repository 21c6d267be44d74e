"""`python -m tools.runtime [pytest arguments]`: the functions' unit tests on the Python that they have in AWS."""

from __future__ import annotations

import subprocess
import sys

from tools.runtime.environment import NoInterpreterError, RuntimeEnvironment

TESTS = "tests/unit/functions"


def main() -> int:
    """Run all of them, or those that the arguments name; 0 if they pass."""
    try:
        environment = RuntimeEnvironment()
        environment.make()
    except NoInterpreterError as error:
        print(error, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"the environment could not be made: {' '.join(error.cmd)}", file=sys.stderr)
        return 1
    done = environment.run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *(sys.argv[1:] or [TESTS])])
    print(done.stdout, done.stderr, sep="", end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
