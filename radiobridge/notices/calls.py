"""A driver's calls in a thread of its own, so that one that hangs holds up nobody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Calls:
    """One thread, which does one call after the other; a daemon thread: Python's end does not wait for it."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def call(self, job: Callable[[], T]) -> asyncio.Future[T]:
        """What the job will have returned or raised; one that was cancelled before its turn is not done."""
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return asyncio.wrap_future(future)

    def end(self) -> None:
        """The thread ends when what it has to do is done."""
        self._jobs.put(None)

    def _run(self) -> None:
        while task := self._jobs.get():
            job, future = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except BaseException as error:  # noqa: BLE001  # whoever waits for it gets it
                future.set_exception(error)
