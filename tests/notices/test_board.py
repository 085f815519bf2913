"""The board: on disk first, over restarts, beside notifiers that are lost, hang or refuse."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from radiobridge.errors import DeviceLost, NoticeRefused
from radiobridge.events import Condition, NoticeOutcome
from radiobridge.notices.kept import Kept, NoticeState
from radiobridge.notices.queue import FIRST_RETRY_S
from radiobridge.notices.store import NoticeStore
from radiobridge.ports import Delivered, Received, Sent
from tests.notices.fake_notifier import FakeNotifier, Modem, installed
from tests.notices.rig import Told, board, notice, notifier, until

SENT, FAILED = NoticeOutcome.SENT, NoticeOutcome.FAILED


@pytest.fixture(autouse=True)
def modem(monkeypatch: pytest.MonkeyPatch) -> Iterator[Modem]:
    monkeypatch.setattr("radiobridge.ports.loading.entry_points", installed)
    monkeypatch.setattr("radiobridge.notices.queue.FIRST_RETRY_S", 0.05)
    modem = Modem()
    monkeypatch.setattr(FakeNotifier, "modems", {"1": modem, "2": Modem()})
    yield modem
    for each in FakeNotifier.modems.values():
        if each.hangs:
            each.hangs.set()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "notices.db"


def test_a_notice_goes_out_and_its_end_is_told(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        async with board(file, told) as notices:
            one = notice("火警")
            await notices.send([one])
            await until(told.events.__len__)
            assert told.outcomes() == [("火警", SENT)]
            assert [each.id for each in modem.sent] == [one.id]
            await until(lambda: told.condition("notify/sms") is Condition.OK)

    asyncio.run(run())


def test_when_send_returns_it_is_on_disk(file: Path, modem: Modem) -> None:
    async def run() -> None:
        modem.takes = DeviceLost("no network")
        async with board(file, Told()) as notices:
            one = notice("火警")
            await notices.send([one])
            assert [each.notice for each in NoticeStore(file).live()] == [one]

    asyncio.run(run())


def test_what_waited_goes_out_after_a_restart_under_its_id(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told, one = Told(), notice("火警")
        modem.takes = DeviceLost("no network")
        async with board(file, told) as notices:
            await notices.send([one])
            await until(lambda: told.condition("notify/sms") is Condition.DEGRADED)
            assert "no network; 1 notice waits" in told.why("notify/sms")
        modem.takes = True
        async with board(file, told):
            await until(told.events.__len__)
            assert [each.id for each in modem.sent] == [one.id]
        async with board(file, told):
            await asyncio.sleep(0.1)
        assert len(modem.sent) == 1

    asyncio.run(run())


WRITER = """
import asyncio, sys
from pathlib import Path
import radiobridge.ports.loading as loading
from radiobridge.errors import DeviceLost
from tests.notices.fake_notifier import FakeNotifier, Modem, installed
from tests.notices.rig import Told, board, notice
loading.entry_points = installed
FakeNotifier.modems = {"1": Modem(takes=DeviceLost("no network"))}
async def run():
    async with board(Path(sys.argv[1]), Told()) as notices:
        for number in range(1_000_000):
            one = notice(str(number), to=str(number))
            await notices.send([one])
            print(one.id, flush=True)
asyncio.run(run())
"""


def test_a_process_that_is_killed_loses_no_notice_that_it_took(file: Path, modem: Modem) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        taken = [process.stdout.readline().strip() for _ in range(20)]
        process.kill()
        taken += process.stdout.read().split()

    async def run() -> None:
        async with board(file, Told()):
            await until(lambda: len(modem.sent) >= len(taken))
            assert {each.id for each in modem.sent} >= {*taken}

    asyncio.run(run())


def test_a_lost_modem_is_opened_again_and_nothing_is_lost(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        modem.opens = DeviceLost("the modem is gone; try: its cable")
        async with board(file, told) as notices:
            await notices.send([notice("火警")])
            await until(lambda: told.condition("notify/sms") is Condition.FAILED)
            assert "the modem is gone; try: its cable; 1 notice waits" in told.why("notify/sms")
            modem.opens = None
            await until(told.events.__len__)
            assert told.outcomes() == [("火警", SENT)]
            await until(lambda: told.condition("notify/sms") is Condition.OK)

    asyncio.run(run())


def test_a_refused_one_ends_as_failed_and_the_next_goes_out(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        modem.takes = NoticeRefused("no such number")
        async with board(file, told) as notices:
            await notices.send([notice("a", "1")])
            await until(told.events.__len__)
            modem.takes = True
            await notices.send([notice("b", "2")])
            await until(lambda: len(told.events) == 2)
        assert told.outcomes() == [("a", FAILED), ("b", SENT)]

    asyncio.run(run())


def test_one_for_a_notifier_that_there_is_not_ends_at_once(file: Path) -> None:
    async def run() -> None:
        told = Told()
        async with board(file, told) as notices:
            await notices.send([notice("a", by="pigeon")])
        assert told.outcomes() == [("a", FAILED)]

    asyncio.run(run())


def test_what_waited_for_a_notifier_that_was_taken_out_of_the_settings_is_said(file: Path) -> None:
    async def run() -> None:
        NoticeStore(file).keep([Kept(notice("a", by="pigeon"))])
        told = Told()
        async with board(file, told):
            await until(told.events.__len__)
        assert told.outcomes() == [("a", FAILED)]
        assert NoticeStore(file).live() == []

    asyncio.run(run())


def test_an_old_one_is_given_up(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        modem.takes = DeviceLost("no network")
        async with board(file, told, notifier(give_up_s=10)) as notices:
            await notices.send([notice("a", at=time.time() - 9.5)])
            await until(told.events.__len__)
        assert told.outcomes() == [("a", FAILED)]
        assert NoticeStore(file).live() == []

    asyncio.run(run())


def test_one_that_nobody_needs_any_more_is_not_sent(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        modem.takes = DeviceLost("no network")
        async with board(file, told) as notices:
            await notices.send([notice("a", cause="I1"), notice("b", "2", cause="I2")])
            await notices.withdraw("I1")
            await until(lambda: told.outcomes() == [("a", NoticeOutcome.WITHDRAWN)])
            modem.takes = True
            await until(lambda: len(told.events) == 2)
        assert [each.text for each in modem.sent] == ["b"]

    asyncio.run(run())


def test_one_in_the_modem_s_line_is_asked_back(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told, one = Told(), notice("a", cause="I1")
        modem.takes, modem.gives_back = False, True
        async with board(file, told) as notices:
            await notices.send([one])
            await until(lambda: modem.sent)
            await notices.withdraw("I1")
            await until(told.events.__len__)
        assert modem.asked_back == [one.id]
        assert told.outcomes() == [("a", NoticeOutcome.WITHDRAWN)]

    asyncio.run(run())


def test_a_panic_is_few_messages_for_each_telephone(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        async with board(file, told, notifier(gap_s=0.3)) as notices:
            for number in range(100):
                await notices.send([notice(f"alert {number}", to) for to in ("1", "2")])
            await until(lambda: len(told.events) == 200)
        assert len(modem.sent) < 40
        assert {each for _, each in told.outcomes()} == {SENT}

    asyncio.run(run())


def test_sent_and_delivered_are_told_by_the_modem_later(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told, one = Told(), notice("a")
        modem.takes = False
        async with board(file, told) as notices:
            await notices.send([one])
            await until(lambda: modem.sent)
            modem.news = [Sent(one.id)]
            await until(lambda: modem.taken_over)
        async with board(file, told):
            modem.news = [Delivered(one.id)]
            await until(lambda: len(told.events) == 2)
        assert told.outcomes() == [("a", SENT), ("a", NoticeOutcome.DELIVERED)]
        assert NoticeStore(file).live() == []

    asyncio.run(run())


def test_an_incoming_text_is_told_once_and_then_taken_over(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        received = Received("file 1", 12.5, "+86138", "求救")
        modem.news = [received]
        async with board(file, told):
            await until(lambda: modem.taken_over)
            modem.news = [received]  # as if the process had died before it was taken over
            await until(lambda: len(modem.taken_over) == 2)
        (text,) = told.texts()
        assert (text.notifier, text.at, text.sender, text.text) == ("sms", 12.5, "+86138", "求救")

    asyncio.run(run())


def test_a_text_that_nobody_could_hear_is_told_after_the_restart_with_its_id(
    file: Path, modem: Modem, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        told = Told()
        told.fails = True
        modem.news = [Received("file 1", 12.5, "+86138", "求救")]
        async with board(file, told):
            await until(lambda: modem.taken_over)
        told.fails = False
        (untold,) = NoticeStore(file).untold()
        async with board(file, told):
            await until(told.texts)
        assert told.texts() == [untold]
        assert NoticeStore(file).untold() == []

    with caplog.at_level(logging.CRITICAL):
        asyncio.run(run())


def test_a_driver_that_hangs_holds_up_no_other_and_is_reported(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        modem.hangs = threading.Event()
        kinds = notifier("sms", "1"), notifier("wecom", "2")
        async with board(file, told, *kinds, hang_s=0.1) as notices:
            await notices.send([notice("a", by="sms"), notice("b", by="wecom")])
            await until(told.events.__len__)
            assert told.outcomes() == [("b", SENT)]
            await until(lambda: told.condition("notify/sms") is Condition.FAILED)
            assert "fake modem has not answered" in told.why("notify/sms")
            modem.hangs.set()
            await until(lambda: len(told.events) == 2)
            await until(lambda: told.condition("notify/sms") is Condition.OK)

    asyncio.run(run())


def test_the_end_does_not_wait_for_a_driver_that_hangs(file: Path, modem: Modem) -> None:
    async def run() -> None:
        modem.hangs = threading.Event()
        async with board(file, Told()) as notices:
            await notices.send([notice("a")])
            await asyncio.sleep(0.1)
            begin = time.monotonic()
        assert time.monotonic() - begin < 3
        (kept,) = NoticeStore(file).live()
        assert kept.state is NoticeState.WAITING

    asyncio.run(run())


def test_a_driver_with_a_fault_of_its_own_is_reported_and_tried_again(
    file: Path, modem: Modem, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        told = Told()
        modem.takes = ZeroDivisionError()
        async with board(file, told) as notices:
            await notices.send([notice("a")])
            await until(lambda: told.condition("notify/sms") is Condition.DEGRADED)
            modem.takes = True
            await until(told.events.__len__)
        assert told.outcomes() == [("a", SENT)]

    with caplog.at_level(logging.CRITICAL):
        asyncio.run(run())


def test_what_a_driver_is_concerned_about_is_its_health(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        modem.concern = "nothing leaves the outbox"
        async with board(file, told):
            await until(lambda: told.condition("notify/sms") is Condition.DEGRADED)
            modem.concern = ""
            await until(lambda: told.condition("notify/sms") is Condition.OK)

    asyncio.run(run())


def test_where_the_disk_takes_nothing_notices_go_out_and_health_says_so(file: Path, modem: Modem) -> None:
    async def run() -> None:
        told = Told()
        file.parent.write_text("in the way", encoding="utf-8")
        modem.news = [Received("file 1", 12.5, "+86138", "求救")]
        async with board(file, told) as notices:
            await notices.send([notice("a")])
            assert told.condition("notices") is Condition.FAILED
            await until(lambda: len(told.events) == 2)
            assert told.outcomes() == [("a", SENT)]
            assert modem.taken_over == []
            file.parent.unlink()
            await until(lambda: told.condition("notices") is Condition.OK)
            await until(lambda: modem.taken_over)
        assert len(told.texts()) == 1

    asyncio.run(run())


def test_a_file_that_is_no_database_is_said_and_the_station_starts(file: Path, modem: Modem) -> None:
    file.parent.mkdir()
    file.write_text("no database, and long enough to be taken for one" * 30, encoding="utf-8")

    async def run() -> None:
        told = Told()
        async with board(file, told) as notices:
            await notices.send([notice("a")])
            await until(told.events.__len__)
        assert told.outcomes() == [("a", SENT)]
        assert "move it away only if it is damaged" in told.why("notices")

    asyncio.run(run())


def test_old_ones_are_removed_and_waiting_ones_never(file: Path) -> None:
    store = NoticeStore(file)
    store.keep([Kept(notice("over", at=1.0), NoticeState.ENDED), Kept(notice("waits", at=1.0))])
    text, told = store.take("sms", Received("1", 1.0, "138", "old"), "T1")
    assert not told
    store.told(text.id)
    store.trim(time.time())
    assert [each.notice.text for each in store.live()] == ["waits"]
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT count(*) FROM notices").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM texts").fetchone() == (0,)


def test_retries_begin_soon() -> None:
    assert FIRST_RETRY_S <= 10
