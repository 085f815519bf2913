"""Which notice is handed over when: with a clock that the test moves, and no notifier."""

from __future__ import annotations

from itertools import count

from radiobridge.events import Notice, NoticeOutcome
from radiobridge.notices.kept import Kept, NoticeState
from radiobridge.notices.queue import MOST_KEPT, MOST_TO_ONE, Change, NoticeQueue, Rules
from tests.builders import Clock

AT = 1_790_000_000.0
LI, WANG = "138", "139"
_IDS = count()


def notice(text: str = "火警", to: str = LI, *, cause: str = "", at: float = AT) -> Notice:
    return Notice(f"N{next(_IDS):05}", at, "sms", to, text, cause=cause)


class Queue:
    """A queue and its clocks."""

    def __init__(self, *, gap_s: float = 20, most_in_line: int = 1, kept: tuple[Kept, ...] = ()) -> None:
        self.clock, self.timer = Clock(AT), Clock(100.0)
        self.rules = Rules(give_up_s=3600, gap_s=gap_s, longest_text=100, most_in_line=most_in_line)
        self.it = NoticeQueue(self.rules, clock=self.clock, timer=self.timer)
        self.it.restore(kept)

    def add(self, *notices: Notice) -> Change:
        return self.it.add(notices)

    def pass_s(self, seconds: float) -> None:
        self.clock.now += seconds
        self.timer.now += seconds

    def next(self) -> Notice | None:
        due = self.it.next()
        return due[0] if due else None

    def send(self) -> Notice | None:
        """What is handed over now, and taken at once."""
        due = self.next()
        if due:
            self.it.handed_over(due.id, is_sent=True)
        return due


def outcomes(change: Change) -> list[tuple[str, NoticeOutcome]]:
    return [(each.notice.text, each.outcome) for each in change.ended]


def test_a_notice_is_handed_over_at_once_and_ends_as_sent() -> None:
    queue = Queue()
    queue.add(notice("火警"))
    due = queue.next()
    assert due
    assert (due.text, due.address) == ("火警", LI)
    assert outcomes(queue.it.handed_over(due.id, is_sent=True)) == [("火警", NoticeOutcome.SENT)]
    assert queue.next() is None
    assert queue.it.waiting == 0


def test_what_is_written_down_before_it_goes_out_says_what_goes_out_together() -> None:
    queue = Queue()
    first, second = notice("a"), notice("b")
    queue.add(first, second)
    due = queue.it.next()
    assert due
    assert [(each.notice.id, each.unit) for each in due[1].kept] == [
        (first.id, first.id),
        (second.id, first.id),
    ]


def test_the_same_id_is_one_notice() -> None:
    queue = Queue()
    one = notice()
    assert queue.add(one).kept
    assert queue.add(one) == Change()


def test_a_failed_one_is_tried_again_ever_more_seldom_under_its_id() -> None:
    queue = Queue()
    one = notice()
    queue.add(one)
    waits = []
    for _ in range(7):
        due = queue.next()
        assert due
        assert due.id == one.id
        queue.it.failed(due.id, "no network", for_good=False)
        assert queue.it.trouble == "no network"
        wait_s = queue.it.next_in_s()
        assert wait_s
        waits.append(wait_s)
        queue.pass_s(wait_s)
    assert waits == [5, 10, 20, 40, 60, 60, 60]


def test_one_that_is_refused_is_not_tried_again() -> None:
    queue = Queue()
    queue.add(notice("a"))
    due = queue.next()
    assert due
    change = queue.it.failed(due.id, "no such number", for_good=True)
    assert [(each.outcome, each.why) for each in change.ended] == [(NoticeOutcome.FAILED, "no such number")]
    assert queue.next() is None


def test_an_address_that_is_dead_holds_up_no_other() -> None:
    queue = Queue()
    queue.add(notice("a", LI), notice("b", WANG))
    due = queue.next()
    assert due
    queue.it.failed(due.id, "no", for_good=False)
    queue.pass_s(1000)
    queue.add(notice("c", "140"))
    assert [sent.address for sent in (queue.send(), queue.send(), queue.send()) if sent] == [WANG, "140", LI]


def test_a_thousand_alerts_are_two_messages_to_one_telephone() -> None:
    queue = Queue()
    queue.add(notice("alert 0"))
    assert queue.send()
    change = queue.add(*(notice(f"alert {number}", at=AT + number) for number in range(1, 1000)))
    assert queue.send() is None, "the gap is not over"
    assert len(change.ended) == 999 - MOST_TO_ONE
    assert {each.why for each in change.ended} == {"100 newer ones wait for the same address"}
    queue.pass_s(20)
    due = queue.send()
    assert due
    assert due.text.startswith("(+9")
    assert due.text.endswith("\nalert 998\nalert 999")
    assert len(due.text) <= 100
    queue.pass_s(1000)
    assert queue.send() is None


def test_others_need_not_wait_for_the_gap_of_one() -> None:
    queue = Queue()
    queue.add(notice("a", LI), notice("b", WANG))
    assert queue.send()
    assert queue.send()


def test_what_was_tried_once_stays_as_it_was_and_newer_ones_follow() -> None:
    queue = Queue()
    queue.add(notice("a"))
    due = queue.next()
    assert due
    queue.add(notice("b"))
    queue.it.failed(due.id, "no", for_good=False)
    queue.pass_s(1000)
    again = queue.send()
    assert again == due
    queue.pass_s(20)
    following = queue.send()
    assert following
    assert following.text == "b"


def test_no_more_are_on_their_way_than_the_notifier_wants() -> None:
    queue = Queue(most_in_line=2)
    queue.add(*(notice(to=str(number)) for number in range(3)))
    on_their_way = []
    for _ in range(2):
        due = queue.next()
        assert due
        queue.it.handed_over(due.id, is_sent=False)
        on_their_way.append(due.id)
    assert queue.next() is None
    assert queue.it.next_in_s() is None
    queue.it.sent(on_their_way[0])
    assert queue.next()


def test_sent_then_delivered_are_two_events() -> None:
    queue = Queue()
    one = notice("a")
    queue.add(one)
    queue.next()
    assert queue.it.handed_over(one.id, is_sent=False).ended == ()
    assert outcomes(queue.it.sent(one.id)) == [("a", NoticeOutcome.SENT)]
    assert queue.it.sent(one.id).ended == ()
    assert outcomes(queue.it.delivered(one.id)) == [("a", NoticeOutcome.DELIVERED)]
    assert queue.it.delivered(one.id) == Change()


def test_a_withdrawn_one_is_not_sent() -> None:
    queue = Queue()
    queue.add(notice("a", cause="I1"), notice("b", cause="I2"))
    assert outcomes(queue.it.withdraw("I1")) == [("a", NoticeOutcome.WITHDRAWN)]
    due = queue.send()
    assert due
    assert due.text == "b"
    assert queue.it.withdraw("I2") == Change(), "it was too late"


def test_one_that_is_being_sent_is_not_withdrawn_unless_that_fails() -> None:
    queue = Queue()
    queue.add(notice("a", cause="I1"))
    due = queue.next()
    assert due
    assert queue.it.withdraw("I1") == Change()
    failed = queue.it.failed(due.id, "no", for_good=False)
    assert outcomes(failed) == [("a", NoticeOutcome.WITHDRAWN)]


def test_one_that_the_notifier_has_is_asked_back_once() -> None:
    queue = Queue()
    queue.add(notice("a", cause="I1"), notice("b", cause="I2"))
    due = queue.next()
    assert due
    queue.it.handed_over(due.id, is_sent=False)
    queue.it.withdraw("I1")
    assert queue.it.to_ask_back() == [], "somebody wants the other half"
    queue.it.withdraw("I2")
    assert queue.it.to_ask_back() == [due.id]
    assert queue.it.to_ask_back() == []
    assert [outcome for _, outcome in outcomes(queue.it.came_back(due.id))] == [NoticeOutcome.WITHDRAWN] * 2


def test_what_is_too_old_is_given_up_and_says_why() -> None:
    queue = Queue()
    queue.add(notice("a"))
    due = queue.next()
    assert due
    queue.it.failed(due.id, "no network", for_good=False)
    queue.pass_s(3590)
    assert queue.it.expire() == Change()
    queue.pass_s(20)
    (ended,) = queue.it.expire().ended
    assert (ended.outcome, ended.why) == (NoticeOutcome.FAILED, "given up after 1 h: no network")


def test_what_lies_with_the_notifier_is_asked_back_and_then_given_up_as_well() -> None:
    queue = Queue()
    queue.add(notice("a"))
    due = queue.next()
    assert due
    queue.it.handed_over(due.id, is_sent=False)
    queue.pass_s(3610)
    assert queue.it.expire() == Change()
    assert queue.it.to_ask_back() == [due.id]
    queue.pass_s(3600)
    (ended,) = queue.it.expire().ended
    assert "may still go out" in ended.why
    assert queue.it.waiting == 0


def test_one_in_a_driver_that_hangs_is_given_up_too() -> None:
    queue = Queue()
    queue.add(notice("a"))
    assert queue.next()
    queue.pass_s(7300)
    assert [outcome for _, outcome in outcomes(queue.it.expire())] == [NoticeOutcome.FAILED]


def test_after_a_restart_what_was_taken_is_handed_over_once_more_with_its_id() -> None:
    one, two = notice("a"), notice("b")
    kept = (Kept(one, NoticeState.TAKEN, one.id), Kept(two, NoticeState.TAKEN, one.id))
    due = Queue(kept=kept).next()
    assert due
    assert (due.id, due.text) == (one.id, "a\nb")


def test_after_a_restart_a_sent_one_may_still_be_delivered() -> None:
    one = notice("a")
    queue = Queue(kept=(Kept(one, NoticeState.SENT, one.id),))
    assert queue.next() is None
    assert outcomes(queue.it.delivered(one.id)) == [("a", NoticeOutcome.DELIVERED)]


def test_too_many_are_refused_and_that_is_said() -> None:
    queue = Queue()
    queue.add(*(notice(to=str(number)) for number in range(MOST_KEPT)))
    (ended,) = queue.add(notice("one more")).ended
    assert (ended.notice.text, ended.outcome) == ("one more", NoticeOutcome.FAILED)
