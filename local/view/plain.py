"""The view for logs: one line per phase and one every few seconds, without control codes."""

import sys
import threading
from contextlib import AbstractContextManager
from typing import TextIO

from local.view.board import Board

EVERY_SECONDS = 5.0


class PlainView(AbstractContextManager["PlainView"]):
    """Prints what happens on `board` while its `with` block runs."""

    def __init__(self, board: Board, stream: TextIO | None = None) -> None:
        self._board = board
        self._stream = stream or sys.stdout
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._report, name="view", daemon=True)

    def __enter__(self) -> "PlainView":
        self._board.log = self._print
        self._print(self._board.title)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _report(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            status = self._board.status()
            if status is not None:
                self._print(f"  {status}")

    def _print(self, line: str) -> None:
        print(line, file=self._stream, flush=True)
