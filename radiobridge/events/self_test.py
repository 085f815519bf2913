"""What became of an over-the-air self-test."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TestResult(StrEnum):
    """How a self-test ended."""

    __test__ = False

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not-run"
    """The channel was busy, or must not transmit now."""


@dataclass(frozen=True, slots=True)
class SelfTestEnded:
    """The keys that `channel` sent were heard on `heard_on`, or not; `at` is when that was clear.

    `heard`: what was heard meanwhile. `level_dbfs`, `snr_db`: the least of the keys, None where none was.
    """

    channel: str
    heard_on: str
    at: float
    result: TestResult
    keys: str
    heard: str
    level_dbfs: float | None = None
    snr_db: float | None = None
    why: str = ""
