from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from radiobridge.bus import outbox as outbox_module
from radiobridge.bus.disk import Batch, Committed, Disk
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.parcels import Parcel, Sending
from radiobridge.bus.stored import Outgoing, Selection
from radiobridge.bus.unsaved import HeldInMemory
from radiobridge.errors import OutboxFull
from radiobridge.events import Condition
from tests.builders import Clock
from tests.bus.builders import START, HealthLog, message, outbox, run, until
from tests.bus.test_store import damage_a_page_of_messages


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another program keeps the database locked, as good as a full disk."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def number(parcel: Parcel) -> int:
    return int(parcel.message.payload)


async def take(box: Outbox) -> Parcel:
    return await asyncio.wait_for(box.take(), 20)


async def deliver(box: Outbox, count: int) -> list[int]:
    """The next messages, each acknowledged at once by a broker that lives on."""
    numbers = []
    for _ in range(count):
        parcel = await take(box)
        box.published(parcel)
        numbers.append(number(parcel))
    box.settle(0)
    return numbers


async def nothing_more(box: Outbox) -> bool:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(box.take(), 0.05)
    return True


def waiting_on_disk(folder: Path) -> list[int]:
    db = sqlite3.connect(folder / "outbox.db")
    rows = db.execute("SELECT payload FROM messages WHERE done_at IS NULL ORDER BY seq").fetchall()
    db.close()
    return [int(payload) for (payload,) in rows]


def test_a_message_is_on_disk_when_put_returns(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await box.put(message(1))
            assert waiting_on_disk(tmp_path) == [1]

    run(scenario())


def test_many_puts_at_once_share_few_commits(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await asyncio.gather(*(box.put(message(n)) for n in range(500)))
        assert waiting_on_disk(tmp_path) == list(range(500))

    commits = 0
    commit = Disk.commit

    async def counted(disk: Disk, batch: Batch) -> Committed:
        nonlocal commits
        commits += 1
        return await commit(disk, batch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Disk, "commit", counted)
        run(scenario())
    assert commits <= 10


def test_messages_are_taken_in_the_order_they_were_put(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await asyncio.gather(*(box.put(message(n)) for n in range(50)))
            assert await deliver(box, 50) == list(range(50))
            assert await nothing_more(box)

    run(scenario())


def test_a_backlog_longer_than_memory_pages_comes_out_whole_and_in_order(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await asyncio.gather(*(box.put(message(n)) for n in range(1500)))
            first = await deliver(box, 700)
            await asyncio.gather(*(box.put(message(n)) for n in range(1500, 2000)))
            assert first + await deliver(box, 1300) == list(range(2000))
            assert await nothing_more(box)

    run(scenario())


def test_what_was_acknowledged_is_not_sent_after_a_restart_and_the_rest_is(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            for n in range(10):
                await box.put(message(n))
            assert await deliver(box, 4) == [0, 1, 2, 3]
        async with outbox(tmp_path) as box:
            assert box.status().waiting == 6
            assert await deliver(box, 6) == [4, 5, 6, 7, 8, 9]

    run(scenario())


def test_the_same_id_again_is_neither_stored_nor_sent_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await asyncio.gather(box.put(message(1)), box.put(message(1)))
            assert await deliver(box, 1) == [1]
            await box.put(message(1))
            await box.put(message(2))
            assert await deliver(box, 1) == [2]

    run(scenario())


def test_after_a_lost_connection_everything_unacknowledged_is_sent_again_from_the_lowest(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            for n in range(8):
                await box.put(message(n))
            taken = [await take(box) for _ in range(6)]
            for parcel in (taken[0], taken[2]):
                box.published(parcel)
            box.settle(0)
            await box.rewind([p for p in taken if p not in (taken[0], taken[2])])
            assert await deliver(box, 6) == [1, 3, 4, 5, 6, 7]
            assert await nothing_more(box)

    run(scenario())


def test_what_a_broker_acknowledged_just_before_it_died_is_sent_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock(0)
        async with outbox(tmp_path, timer=clock) as box:
            for n in range(3):
                await box.put(message(n))
                box.published(await take(box))
                clock.now += 1
            assert box.status().waiting == 0
            box.settle()
            await box.rewind(())
            assert await nothing_more(box)
            box.unsettle()
            await box.rewind(())
            assert await deliver(box, 1) == [2]
            assert await nothing_more(box)
            await box.rewind(())
            assert await nothing_more(box)

    run(scenario())


def test_a_lost_acknowledgement_stays_lost_over_a_crash(tmp_path: Path) -> None:
    async def scenario() -> None:
        wall, timer = Clock(START), Clock(0)
        async with outbox(tmp_path, clock=wall, timer=timer) as box:
            await box.put(message(1))
            await box.put(message(2))
            box.published(await take(box))
            box.unsettle()
            timer.now += 10
            wall.now += 10
            box.published(await take(box))
        async with outbox(tmp_path, clock=wall, timer=timer) as box:
            assert await deliver(box, 2) == [1, 2]

    run(scenario())


def test_after_a_crash_what_had_not_settled_is_sent_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await box.put(message(1))
            box.published(await take(box))
            box.unsettle()
        async with outbox(tmp_path) as box:
            assert await deliver(box, 1) == [1]

    run(scenario())


def test_a_disk_that_takes_nothing_is_a_health_event_and_its_messages_are_sent(tmp_path: Path) -> None:
    async def scenario() -> None:
        health = HealthLog()
        async with outbox(tmp_path, health) as box:
            await health.wait_for("outbox", Condition.OK)
            with locked(tmp_path / "outbox.db"):
                with pytest.raises(HeldInMemory, match="another program keeps the file locked"):
                    await box.put(message(1))
                with pytest.raises(HeldInMemory):
                    await box.put(message(2))
                assert await deliver(box, 1) == [1]
                trouble = await health.wait_for("outbox", Condition.FAILED, "held in memory")
                assert "outbox.db" in trouble.why
                assert box.status().held == 2
            await health.wait_for("outbox", Condition.OK)
            assert await deliver(box, 1) == [2]
            await until(lambda: box.status().waiting == 0)
            assert await nothing_more(box)
            assert await box.replay(Selection(since=0)) == 2

    run(scenario())


def test_held_messages_are_on_disk_when_it_takes_them_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        health = HealthLog()
        async with outbox(tmp_path, health) as box:
            await box.put(message(0))
            with locked(tmp_path / "outbox.db"):
                for n in range(1, 5):
                    with pytest.raises(HeldInMemory):
                        await box.put(message(n))
            await health.wait_for("outbox", Condition.FAILED)
            await health.wait_for("outbox", Condition.OK)
            assert waiting_on_disk(tmp_path) == [0, 1, 2, 3, 4]
            assert await deliver(box, 5) == [0, 1, 2, 3, 4]
            assert await nothing_more(box)

    run(scenario())


def test_held_messages_follow_behind_the_backlog_on_disk(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await asyncio.gather(*(box.put(message(n)) for n in range(600)))
            with locked(tmp_path / "outbox.db"):
                with pytest.raises(HeldInMemory):
                    await box.put(message(600))
                assert await deliver(box, 601) == list(range(601))

    run(scenario())


def test_beyond_the_memory_bound_messages_are_refused_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "MOST_HELD", 3)

    async def scenario() -> None:
        health = HealthLog()
        async with outbox(tmp_path, health) as box:
            with locked(tmp_path / "outbox.db"):
                for n in range(3):
                    with pytest.raises(HeldInMemory):
                        await box.put(message(n))
                with pytest.raises(OutboxFull, match="this one was refused") as refusal:
                    await box.put(message(3))
                assert not isinstance(refusal.value, HeldInMemory)
                assert box.status().refused == 1
                await health.wait_for("outbox", Condition.FAILED, "1 were refused")
                assert await deliver(box, 1) == [0]
                with pytest.raises(HeldInMemory):
                    await box.put(message(4))
            assert await deliver(box, 3) == [1, 2, 4]

    run(scenario())


def test_an_outbox_that_cannot_be_opened_at_start_still_sends(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()

    async def scenario() -> None:
        health = HealthLog()
        async with outbox(tmp_path, health) as box:
            await health.wait_for("outbox", Condition.FAILED, "unable to open database file")
            with pytest.raises(HeldInMemory):
                await box.put(message(1))
            taken = await take(box)
            (tmp_path / "outbox.db").rmdir()
            await health.wait_for("outbox", Condition.OK)
            assert waiting_on_disk(tmp_path) == [1]
            box.published(taken)
            await until(lambda: box.status().waiting == 0)

    run(scenario())


async def is_held(box: Outbox, of: Outgoing) -> bool:
    """Whether the outbox took the message into memory alone, for its size limit."""
    try:
        await box.put(of)
    except HeldInMemory as error:
        return "max_mb" in str(error)
    return False


def test_an_outbox_full_of_unsent_messages_warns_and_then_holds_in_memory(tmp_path: Path) -> None:
    async def scenario() -> None:
        health = HealthLog()
        async with outbox(tmp_path, health, max_mb=0.1) as box:
            n = 0
            while not await is_held(box, message(n, size=1000)):
                n += 1
            conditions = [e.condition for e in health.events if e.part == "outbox"]
            assert conditions == [Condition.OK, Condition.DEGRADED, Condition.FAILED]
            assert await deliver(box, n + 1) == list(range(n + 1))
            await health.wait_for("outbox", Condition.OK)
            await box.put(message(n + 1))
            assert await deliver(box, 1) == [n + 1]

    run(scenario())


def test_a_damaged_file_is_moved_aside_while_running_and_said_so(tmp_path: Path) -> None:
    async def scenario() -> None:
        health = HealthLog()
        async with outbox(tmp_path) as box:
            await asyncio.gather(*(box.put(message(n, size=3000)) for n in range(60)))
        damage_a_page_of_messages(tmp_path / "outbox.db")
        async with outbox(tmp_path, health) as box:
            delivered: set[int] = set()
            while len(delivered) < 57:
                delivered |= set(await deliver(box, 1))
            await health.wait_for("outbox", Condition.DEGRADED, "was damaged")
            await box.put(message(60))
            while 60 not in delivered:
                delivered |= set(await deliver(box, 1))

    run(scenario())
    assert list(tmp_path.glob("outbox.db.damaged-*"))


def test_with_named_receivers_a_puback_is_not_enough(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path, receivers=["duty-room", "police"]) as box:
            await box.put(message(1))
            assert await deliver(box, 1) == [1]
            box.confirm("duty-room", [message(1).id])
            box.confirm("somebody else", [message(1).id])
            await box.put(message(2))
            assert box.status().waiting == 2
            box.confirm("police", [message(1).id])
            await until(lambda: box.status().waiting == 1)

    run(scenario())


def test_an_unconfirmed_message_is_sent_again_and_the_silent_receiver_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        health, timer = HealthLog(), Clock(0.0)
        async with outbox(
            tmp_path, health, receivers=["duty-room", "police"], receipt_timeout_s=30, timer=timer
        ) as box:
            for n in range(3):
                await box.put(message(n))
            assert await deliver(box, 3) == [0, 1, 2]
            box.confirm("duty-room", [message(n).id for n in range(3)])
            box.confirm("police", [message(1).id])
            timer.now += 31
            again = [await take(box), await take(box)]
            assert [number(p) for p in again] == [0, 2]
            assert {p.sending for p in again} == {Sending.AGAIN}
            await health.wait_for("receipts/police", Condition.DEGRADED, "has not confirmed 2 messages")
            assert health.last("receipts/duty-room") is None or (
                health.last("receipts/duty-room").condition is Condition.OK  # type: ignore[union-attr]
            )
            box.confirm("police", [message(0).id, message(2).id])
            asking = asyncio.create_task(box.take())
            await health.wait_for("receipts/police", Condition.OK)
            assert box.status().waiting == 0
            asking.cancel()

    run(scenario())


def test_a_fresh_message_goes_before_a_replay(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            for n in range(5):
                await box.put(message(n))
            await deliver(box, 5)
            await box.put(message(5))
            assert await box.replay(Selection(since=START + 1, until=START + 3)) == 3
            assert await deliver(box, 4) == [5, 1, 2, 3]
            assert await nothing_more(box)

    run(scenario())


def test_a_replay_longer_than_a_page_is_sent_whole(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await asyncio.gather(*(box.put(message(n)) for n in range(700)))
            await deliver(box, 700)
            await box.put(message(700))
            assert await deliver(box, 1) == [700]
            await until(lambda: box.status().waiting == 0)
            assert await box.replay(Selection(since_id=message(99).id)) == 601
            assert await deliver(box, 601) == list(range(100, 701))

    run(scenario())


def test_a_replay_that_lost_its_connection_goes_on_where_it_was(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            await asyncio.gather(*(box.put(message(n)) for n in range(6)))
            await deliver(box, 6)
            await until(lambda: box.status().waiting == 0)
            await box.replay(Selection(since=0))
            lost = [await take(box), await take(box)]
            await box.rewind(lost)
            assert await deliver(box, 6) == list(range(6))

    run(scenario())


def test_status_tells_how_long_the_oldest_message_waits(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = Clock(START + 100)
        async with outbox(tmp_path, clock=clock) as box:
            assert box.status().oldest_waiting_s == 0
            await box.put(message(40))
            await box.put(message(70))
            assert box.status().oldest_waiting_s == 60

    run(scenario())


def test_a_cancelled_put_harms_nobody(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            task = asyncio.create_task(box.put(message(1)))
            await asyncio.sleep(0)
            task.cancel()
            await box.put(message(2))
            assert await deliver(box, 2) == [1, 2]

    run(scenario())


def test_after_the_end_a_put_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            pass
        with pytest.raises(OutboxFull, match="is stopping"):
            await box.put(message(1))

    run(scenario())
