"""A thread that does not fail in silence."""

import threading
from collections.abc import Callable


class Worker:
    """Runs `work` in a thread of its own, and keeps the error that ended it for whoever started it."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._work = work
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Wait until it has ended, however it did: `check` says how."""
        self._thread.join()

    def check(self) -> None:
        """Raise the error that ended the thread, if one did."""
        if self._error is not None:
            raise self._error

    def is_current(self) -> bool:
        """Whether the caller is what it runs."""
        return threading.current_thread() is self._thread

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 (kept for `check`, which raises it)
            self._error = error
