"""When a device that died is opened again."""

from radiobridge.backoff import FIRST_S, LONGEST_S, Backoff


def test_attempts_become_more_seldom_and_never_end() -> None:
    backoff = Backoff()
    waits = []
    now = 0.0
    for _ in range(20):
        backoff.opens(now)
        waits.append(backoff.died(now))
        now += waits[-1]
    assert waits[:4] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S, 8 * FIRST_S]
    assert waits[-1] == LONGEST_S


def test_a_device_that_worked_for_a_while_is_tried_again_soon() -> None:
    backoff = Backoff()
    for _ in range(10):
        backoff.opens(0)
        backoff.died(0)
    backoff.opens(100)
    assert backoff.died(100 + LONGEST_S + 1) == FIRST_S


def test_where_there_is_hope_the_attempts_begin_anew() -> None:
    backoff = Backoff()
    for _ in range(10):
        backoff.opens(0)
        backoff.died(0)
    backoff.soon()
    assert backoff.died(0) == FIRST_S
