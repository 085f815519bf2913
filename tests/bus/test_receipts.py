from __future__ import annotations

from itertools import pairwise

from radiobridge.bus.receipts import WINDOW, ReceiverWatch

TIMEOUT_S = 30.0


class Receiver:
    """A receiver in memory: `waiting` holds the numbers that it has not confirmed."""

    def __init__(self, count: int) -> None:
        self.watch = ReceiverWatch("duty-room", TIMEOUT_S)
        self.waiting = set(range(1, count + 1))
        for seq in sorted(self.waiting):
            self.watch.published(seq, 0.0)

    def sent_again(self, now: float) -> list[int]:
        """The numbers that are sent again at `now`."""
        sent: list[int] = []
        while (asked := self.watch.due(now)) is not None:
            found = sorted(s for s in self.waiting if asked.after < s <= asked.up_to)[: asked.limit]
            self.watch.found(asked, found, now)
            sent += found
        return sent

    def confirms(self, seqs: list[int], now: float) -> None:
        for seq in seqs:
            self.waiting.discard(seq)
            self.watch.confirmed(seq, now)


def test_nothing_is_sent_again_before_the_time_out() -> None:
    assert Receiver(5).sent_again(TIMEOUT_S - 1) == []


def test_what_is_not_confirmed_in_time_is_sent_again_in_order() -> None:
    receiver = Receiver(5)
    receiver.confirms([2, 4], 1)
    assert receiver.sent_again(TIMEOUT_S + 1) == [1, 3, 5]
    assert receiver.watch.late


def test_a_receiver_that_answers_gets_all_and_is_no_longer_late() -> None:
    receiver = Receiver(1000)
    now, sent = TIMEOUT_S + 1, 0
    while receiver.waiting:
        batch = receiver.sent_again(now)
        assert 0 < len(batch) <= WINDOW
        sent += len(batch)
        now += 0.01
        receiver.confirms(batch, now)
    assert sent == 1000
    assert receiver.sent_again(now) == []
    assert not receiver.watch.late


def test_a_dead_receiver_gets_a_few_copies_ever_less_often() -> None:
    receiver = Receiver(1000)
    times = [now for now in range(3600) if receiver.sent_again(float(now))]
    pauses = [after - before for before, after in pairwise(times)]
    assert 4 <= len(times) <= 12
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 660


def test_a_receiver_that_comes_back_is_sent_the_rest_at_its_first_receipt() -> None:
    receiver = Receiver(200)
    now = 0.0
    while now < 2000:
        receiver.sent_again(now)
        now += 1
    receiver.watch.published(201, now)
    receiver.confirms([201], now)
    assert receiver.sent_again(now)[0] == 1


def test_a_slow_receiver_is_never_sent_more_than_it_confirms_and_a_window() -> None:
    receiver = Receiver(500)
    sent = 0
    for confirmed in range(1, 501):
        now = float(confirmed - 1)
        receiver.confirms([confirmed], now)
        sent += len(receiver.sent_again(now))
        assert sent <= confirmed + WINDOW


def test_a_stream_without_pause_still_becomes_overdue() -> None:
    watch = ReceiverWatch("duty-room", TIMEOUT_S)
    for tick in range(500):
        watch.published(tick + 1, tick * 0.1)
    due = watch.due(50.0)
    assert due is not None
    assert 180 <= due.up_to <= 201


def test_after_a_reconnect_the_older_messages_are_overdue_at_once() -> None:
    receiver = Receiver(50)
    receiver.watch.begin_again(40, 5.0)
    first = receiver.sent_again(5.0)
    receiver.confirms(first, 5.1)
    assert first + receiver.sent_again(5.2) == list(range(1, 41))


def test_what_was_found_confirmed_is_not_looked_through_again() -> None:
    receiver = Receiver(50)
    receiver.confirms(list(range(1, 51)), 1.0)
    assert receiver.sent_again(TIMEOUT_S + 1) == []
    receiver.waiting.add(51)
    receiver.watch.published(51, TIMEOUT_S + 2)
    asked = receiver.watch.due(2 * TIMEOUT_S + 3)
    assert asked is not None
    assert (asked.after, asked.up_to) == (50, 51)
