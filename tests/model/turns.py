"""Tasks that take turns: each has a thread, and just one of them runs at any moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class Turns:
    """Who runs next is decided by ``choices``: how many places to move on at each pause, 0 once they are used up."""

    def __init__(self) -> None:
        self._alive: list[_Task] = []
        self._current: _Task | None = None
        self._choices: Iterator[int] = iter(())
        self._over = threading.Semaphore(0)

    def run(self, tasks: Sequence[Callable[[], None]], choices: Iterable[int]) -> None:
        """Run all tasks to their end. Raises the first error of one."""
        self._choices = iter(choices)
        if len(tasks) == 1:
            tasks[0]()
            return
        started = [_Task(task, self._ended) for task in tasks]
        self._alive = list(started)
        self._hand_over(started[0])
        self._over.acquire()
        self._current = None
        for task in started:
            if task.error is not None:
                raise task.error

    def pause(self) -> None:
        """Called by the running task where another one may run first."""
        current = self._current
        if current is None:
            return
        chosen = self._chosen(self._alive.index(current))
        if chosen is not current:
            self._hand_over(chosen)
            current.may_run.acquire()

    def _ended(self, task: _Task) -> None:
        place = self._alive.index(task)
        self._alive.remove(task)
        if self._alive:
            self._hand_over(self._chosen(place))
        else:
            self._over.release()

    def _chosen(self, place: int) -> _Task:
        return self._alive[(place + next(self._choices, 0)) % len(self._alive)]

    def _hand_over(self, task: _Task) -> None:
        self._current = task
        task.may_run.release()


class _Task:
    def __init__(self, task: Callable[[], None], ended: Callable[[_Task], None]) -> None:
        self.may_run = threading.Semaphore(0)
        self.error: BaseException | None = None
        self._task = task
        self._ended = ended
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        self.may_run.acquire()
        try:
            self._task()
        except BaseException as error:  # noqa: BLE001  # raised again by `run`
            self.error = error
        self._ended(self)
