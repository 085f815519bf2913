"""What waits to be transcribed: the call-in that matters first, and never too much."""

from __future__ import annotations

from threading import Thread
from typing import cast

import numpy as np

from radiobridge.events import TransmissionAudio
from radiobridge.speech.lanes import Listening
from radiobridge.speech.recogniser import RATE_HZ
from radiobridge.speech.transcripts import Transcription, TranscriptQueue

LISTENING = cast(Listening, None)


def wanted(name: str, seconds: float = 1, *alerts: str) -> Transcription:
    sound = TransmissionAudio("gate", 0, name, np.zeros(round(seconds * RATE_HZ), np.float32), RATE_HZ)
    return Transcription("gate", name, LISTENING, (sound,), frozenset(alerts))


def names(transcriptions: list[Transcription]) -> list[str]:
    return [each.transmission for each in transcriptions]


def test_calls_that_raised_something_come_first_and_others_in_their_order() -> None:
    queue = TranscriptQueue()
    for each in (wanted("a"), wanted("b"), wanted("c", 1, "fire"), wanted("d", 1, "fire")):
        queue.put(each)
    found = [queue.next() for _ in range(4)]
    assert [each.transmission for each in found if each] == ["c", "d", "a", "b"]


def test_what_is_too_much_is_given_up_the_oldest_that_raised_nothing_first() -> None:
    queue = TranscriptQueue(most_s=3)
    assert not queue.put(wanted("a", 1, "fire"))
    assert not queue.put(wanted("b"))
    assert not queue.put(wanted("c"))
    assert names(queue.put(wanted("d"))) == ["b"]
    assert names(queue.put(wanted("e", 2.5, "fire"))) == ["c", "d", "a"]


def test_whoever_waits_is_woken_by_the_next_and_by_the_end() -> None:
    queue = TranscriptQueue()
    taken: list[str | None] = []

    def serve() -> None:
        while each := queue.next():
            taken.append(each.transmission)
        taken.append(None)

    server = Thread(target=serve)
    server.start()
    queue.put(wanted("a"))
    while not taken:
        pass
    queue.close()
    server.join(10)
    assert taken == ["a", None]
