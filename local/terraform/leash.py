"""Run one program that must not outlive its owner: `python -m local.terraform.leash PROGRAM ARGUMENT…`.

Terraform's providers are separate processes that survive when Terraform is killed. This process leads their process
group and kills it when its standard input ends. The kernel closes this pipe when its owner ends for any reason.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the program and return its exit status."""

    def watch_owner() -> None:
        # Not sys.stdin, whose lock would be held at exit.
        while os.read(0, 1024):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch_owner, daemon=True).start()
    return subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
