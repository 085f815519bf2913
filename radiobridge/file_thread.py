"""A thread of its own for the work on one file, so that a slow disk holds up nobody on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


class FileThread:
    """What keeps a file; `async with` it. Its jobs run one after another."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A disk that hangs does not hold up the end.
        self._thread.shutdown(wait=False)

    async def _in_thread(self, job: Callable[[], T]) -> T:
        """What the job gives, done after those before it. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, job)
