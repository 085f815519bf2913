from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from radiobridge.bus.store import Store
from radiobridge.bus.stored import Selection
from radiobridge.errors import OutboxFull, RadiobridgeError
from tests.builders import Clock
from tests.bus.builders import START, message

MB = 1_000_000


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store(tmp_path / "outbox.db", 10 * MB, clock=clock) as opened:
        yield opened


def numbers(store: Store, after: int = 0) -> list[int]:
    return [int(row.message.payload) for row in store.waiting_after(after, 1000)]


def test_messages_come_back_whole_and_in_the_order_they_were_appended(store: Store) -> None:
    store.append([message(2), message(1, "gate"), message(3)])
    assert [row.message for row in store.waiting_after(0, 10)] == [message(2), message(1, "gate"), message(3)]


def test_the_same_id_twice_is_one_message(store: Store) -> None:
    assert store.append([message(1)]) == store.append([message(1)])
    assert store.figures().waiting == 1


def test_done_messages_no_longer_wait(store: Store) -> None:
    seqs = store.append([message(1), message(2), message(3)])
    store.mark_done(seqs[:2])
    assert numbers(store) == [3]
    assert store.figures().waiting == 1


def test_a_message_is_done_when_every_named_receiver_has_confirmed_it(store: Store) -> None:
    store.append([message(1)])
    store.add_receipts([(message(1).id, "duty-room")], ["duty-room", "police"])
    assert numbers(store) == [1]
    store.add_receipts([(message(1).id, "police")], ["duty-room", "police"])
    assert numbers(store) == []


def test_a_receipt_counts_once_and_one_for_an_unknown_id_not_at_all(store: Store) -> None:
    store.append([message(1)])
    pair = (message(1).id, "duty-room")
    assert len(store.add_receipts([pair, pair, ("unknown", "duty-room")], ["duty-room", "police"])) == 1


def test_what_waits_for_a_receiver_that_is_no_longer_named_is_done(store: Store) -> None:
    store.append([message(1), message(2)])
    store.add_receipts([(message(1).id, "duty-room")], ["duty-room", "police"])
    store.settle(["duty-room"], 5)
    assert numbers(store) == [2]


def test_figures_are_the_same_after_opening_again(tmp_path: Path, store: Store, clock: Clock) -> None:
    seqs = store.append([message(n, size=500) for n in range(20)])
    store.mark_done(seqs[3:7])
    before = store.figures()
    store.close()
    with Store(tmp_path / "outbox.db", 10 * MB, clock=clock) as again:
        assert again.figures() == before
        assert before.waiting == 16
        assert before.oldest_waiting_at == START


def test_a_transaction_that_fails_leaves_nothing_behind(store: Store) -> None:
    def fail_after_writing() -> None:
        with store.transaction():
            store.append([message(1)])
            raise KeyError

    with pytest.raises(KeyError):
        fail_after_writing()
    assert store.figures().waiting == 0
    assert store.append([message(1)]) == [1]


def test_what_the_broker_outlived_before_a_crash_is_done_and_the_rest_waits(store: Store) -> None:
    seqs = store.append([message(n) for n in range(5)])
    store.mark_acknowledged([(seqs[0], 100.0), (seqs[1], 104.0), (seqs[2], 107.0), (seqs[3], 109.0)])
    store.settle([], 5)
    assert numbers(store) == [2, 3, 4]


def test_an_acknowledgement_is_no_receipt(store: Store) -> None:
    seqs = store.append([message(n) for n in range(2)])
    store.mark_acknowledged([(seqs[0], 100.0), (seqs[1], 200.0)])
    store.settle(["duty-room"], 5)
    assert numbers(store) == [0, 1]


def test_old_done_messages_are_trimmed_and_waiting_ones_never(store: Store, clock: Clock) -> None:
    seqs = store.append([message(n) for n in range(4)])
    store.mark_done(seqs[:2])
    clock.now += 10
    store.mark_done(seqs[2:3])
    assert store.trim(keep_after=clock.now - 5, limit=100) == 2
    assert store.trim(keep_after=clock.now - 5, limit=100) == 0
    assert numbers(store) == [3]
    assert store.count(Selection(since=0))[0] == 2


def test_beyond_its_size_the_oldest_done_messages_are_trimmed(tmp_path: Path, clock: Clock) -> None:
    with Store(tmp_path / "outbox.db", MB // 2, clock=clock) as store:
        seqs = store.append([message(n, size=5000) for n in range(110)])
        store.mark_done(seqs[:100])
        while store.trim(keep_after=0, limit=10):
            pass
        assert store.figures().used_bytes <= MB // 2
        assert len(numbers(store)) == 10
        kept = [int(r.message.payload) for r in store.selected(Selection(since=0), 0, 1000, 1000)]
        assert kept == list(range(kept[0], 110))


def test_a_full_database_says_which_file_and_what_to_do(tmp_path: Path, clock: Clock) -> None:
    with Store(tmp_path / "outbox.db", MB // 4, clock=clock) as store:
        too_much = [[message(n, size=5000)] for n in range(200)]
        with pytest.raises(OutboxFull, match=r"outbox\.db: database or disk is full; free space.*max_mb"):
            deque(map(store.append, too_much), maxlen=0)
        assert store.figures().waiting == len(numbers(store)) > 20


def test_messages_can_be_marked_done_in_a_database_full_by_its_size(tmp_path: Path, clock: Clock) -> None:
    with Store(tmp_path / "outbox.db", MB // 4, clock=clock) as store:
        n = 0
        while store.figures().waiting_bytes < MB // 4:
            store.append([message(n, size=700)])
            n += 1
        store.mark_done(row.seq for row in store.waiting_after(0, 10_000))
        assert store.figures().waiting == 0


def test_a_locked_database_is_reported_as_such(tmp_path: Path, store: Store) -> None:
    with sqlite3.connect(tmp_path / "outbox.db") as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutboxFull, match="another program keeps the file locked"):
            store.append([message(1)])
    other.close()
    store.append([message(1)])
    assert numbers(store) == [1]


def test_a_file_of_a_newer_radiobridge_is_refused_and_left_alone(tmp_path: Path, clock: Clock) -> None:
    with sqlite3.connect(tmp_path / "outbox.db") as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with (
        pytest.raises(RadiobridgeError, match="newer radiobridge"),
        Store(tmp_path / "outbox.db", MB, clock=clock),
    ):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["outbox.db"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("not a folder")
    with (
        pytest.raises(OutboxFull, match=r"outbox\.db: the folder cannot be created"),
        Store(tmp_path / "file" / "outbox.db", MB, clock=clock),
    ):
        pass


def test_a_file_that_is_no_database_is_moved_aside_and_kept(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "outbox.db").write_bytes(b"garbage " * 1000)
    with Store(tmp_path / "outbox.db", MB, clock=clock) as store:
        assert "was damaged" in store.damage
        assert store.append([message(1)]) == [1]
    aside = next(tmp_path.glob("outbox.db.damaged-*"))
    assert aside.read_bytes() == b"garbage " * 1000


def test_unsent_messages_are_carried_over_from_a_damaged_file(tmp_path: Path, clock: Clock) -> None:
    with Store(tmp_path / "outbox.db", MB, clock=clock) as store:
        seqs = store.append([message(n, size=3000) for n in range(40)])
        store.mark_done(seqs[:5])
    damage_a_page_of_messages(tmp_path / "outbox.db")
    with Store(tmp_path / "outbox.db", MB, clock=clock) as store:
        store.begin_anew("a page is damaged")
        saved = numbers(store)
        assert saved == sorted(saved)
        assert 30 <= len(saved) < 35
        assert f"{len(saved)} unsent messages were carried over" in store.damage


def test_numbers_go_on_rising_after_a_damage(store: Store) -> None:
    last = store.append([message(n) for n in range(5)])[-1]
    store.mark_done([last])
    store.begin_anew("for the test")
    assert min(row.seq for row in store.waiting_after(0, 10)) > last


def test_a_replay_selects_by_id_time_topic_and_limit(store: Store) -> None:
    seqs = store.append([message(n, topic="t/alert" if n % 2 else "t/callin") for n in range(10)])
    store.mark_done(seqs[:9])

    def selected(**options: object) -> list[int]:
        selection = Selection(**options)  # type: ignore[arg-type]
        count, last = store.count(selection)
        rows = [int(row.message.payload) for row in store.selected(selection, 0, last, 100)]
        assert len(rows) == count
        return rows

    assert selected(since_id=message(6).id) == [7, 8, 9]
    assert selected(since=START + 2, until=START + 4) == [2, 3, 4]
    assert selected(since=START, topics=("t/alert",)) == [1, 3, 5, 7, 9]
    assert selected(since=START, limit=3) == [0, 1, 2]
    assert selected(since_id=f"{7:026d}X") == [8, 9]


def test_looking_for_what_waits_does_not_read_what_is_done(tmp_path: Path, store: Store) -> None:
    with sqlite3.connect(tmp_path / "outbox.db") as other:
        plan = other.execute(
            "EXPLAIN QUERY PLAN SELECT seq FROM messages INDEXED BY waiting"
            " WHERE done_at IS NULL AND seq > 5 ORDER BY seq LIMIT 3"
        ).fetchall()
    other.close()
    assert "USING INDEX waiting (seq>?)" in plan[0][3].replace("COVERING ", "")


def damage_a_page_of_messages(file: Path) -> None:
    """One page in the middle of the payloads is overwritten."""
    data = bytearray(file.read_bytes())
    page = len(data) // 4096 // 2
    while b"  " * 100 not in data[page * 4096 : page * 4096 + 4096]:
        page += 1
    data[page * 4096 : page * 4096 + 4096] = b"\xff" * 4096
    file.write_bytes(data)
