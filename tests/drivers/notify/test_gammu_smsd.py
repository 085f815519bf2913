"""SMS over a real gammu-smsd with gammu's dummy modem."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from ulid import ULID

from drivers.notify.gammu_smsd import GammuSmsd, GammuSmsdSettings
from radiobridge.errors import DeviceLost, MissingPart, NoticeRefused
from radiobridge.events import Notice
from radiobridge.ports import Delivered, Failed, News, Received, Sent
from tests.drivers.notify.smsd import Smsd, wait_until

N = TypeVar("N", bound=News)
NUMBER = "+8613800000000"
LONG = "三号点围墙被撬，" * 38


def notice(text: str, address: str = NUMBER, *, id_: str | None = None) -> Notice:
    return Notice(id_ or str(ULID()), time.time(), "sms", address, text)


@pytest.fixture
def smsd(tmp_path: Path) -> Iterator[Smsd]:
    with Smsd(tmp_path) as daemon:
        yield daemon


def modem(smsd: Smsd, stalled_s: float = 180) -> GammuSmsd:
    return GammuSmsd(GammuSmsdSettings(config=smsd.config, stalled_s=stalled_s))


def told(driver: GammuSmsd, kind: type[N], taken: Callable[[News], object] = lambda news: news) -> N:
    """The next news of the kind; whatever is told is taken over."""
    found: list[N] = []

    def look() -> bool:
        for news in driver.poll():
            taken(news)
            driver.taken_over(news)
            if isinstance(news, kind):
                found.append(news)
        return bool(found)

    wait_until(look)
    return found[0]


def test_chinese_and_a_long_text_go_out_whole_and_each_is_told_as_sent(smsd: Smsd) -> None:
    first, second = notice("求救 3号点 水位超限 😀"), notice(LONG)
    assert len(LONG) > 300
    with modem(smsd) as driver:
        assert driver.send(first) is False
        assert told(driver, Sent) == Sent(first.id)
        driver.send(second)
        assert told(driver, Sent) == Sent(second.id)
        assert driver.poll() == []
    assert smsd.sent_texts() == [first.text, LONG]
    assert smsd.names("outbox") == smsd.names("sent") == []


def test_chinese_is_sent_as_unicode_and_plain_text_in_the_short_code(smsd: Smsd) -> None:
    with modem(smsd) as driver:
        for text in ("求救", "Fire at post 3"):
            driver.send(notice(text))
            told(driver, Sent)
    codings = [
        next(line for line in path.read_text(errors="replace").splitlines() if line.startswith("Coding"))
        for path in sorted((smsd.folder / "sent/taken").iterdir())
    ]
    assert codings == ["Coding = Unicode_No_Compression", "Coding = Default_No_Compression"]


def test_the_same_notice_again_goes_out_once(smsd: Smsd) -> None:
    one = notice("求救")
    with modem(smsd) as driver:
        driver.send(one)
        driver.send(one)
        told(driver, Sent)
        assert driver.send(one) is True
    with modem(smsd) as driver:
        assert driver.send(one) is True
        assert driver.poll() == []
    assert smsd.sent_texts() == ["求救"]


def test_news_is_told_again_until_it_is_taken_over(smsd: Smsd) -> None:
    one = notice("求救")
    with modem(smsd) as driver:
        driver.send(one)
        wait_until(lambda: driver.poll() == [Sent(one.id)])
    with modem(smsd) as driver:
        assert driver.poll() == [Sent(one.id)]
        driver.taken_over(Sent(one.id))
        assert driver.poll() == []


@pytest.mark.parametrize(
    ("inbox_format", "locale", "text"),
    [
        ("unicode", "C.UTF-8", "求救 3号点 水位超限 😀"),
        ("standard", "C.UTF-8", "求救 3号点 水位超限 😀"),
        ("unicode", "C", "求救 3号点 水位超限"),
        ("standard", "C", "help post 3"),
    ],
)
def test_an_incoming_text_is_given_once_and_lies_in_taken(
    tmp_path: Path, inbox_format: str, locale: str, text: str
) -> None:
    with Smsd(tmp_path, inbox_format=inbox_format, locale=locale) as smsd, modem(smsd) as driver:
        smsd.receives("+8613800000001", text)
        received = told(driver, Received)
        assert (received.sender, received.text) == ("+8613800000001", text)
        assert abs(received.at - time.time()) < 20
        assert driver.poll() == []
        assert smsd.names("inbox") == []
        assert len(smsd.names("inbox/taken")) == 1


def test_the_parts_of_a_long_incoming_text_are_one_in_whatever_order_they_came(smsd: Smsd) -> None:
    texts: set[str] = set()

    def look() -> bool:
        for news in driver.poll():
            assert isinstance(news, Received)
            texts.add(news.text)
            driver.taken_over(news)
        return len(texts) == 2

    with modem(smsd) as driver:
        smsd.receives("+8613800000002", "二" * 10, udh="050003110202")
        smsd.receives("+8613800000002", "还有")
        smsd.receives("+8613800000002", "一" * 67, udh="050003110201")
        wait_until(look)
    assert texts == {"一" * 67 + "二" * 10, "还有"}


def test_a_text_that_was_not_taken_over_comes_again_under_the_same_name(smsd: Smsd) -> None:
    smsd.receives("10086", "")
    with modem(smsd) as driver:
        wait_until(driver.poll)
        first = driver.poll()
    with modem(smsd) as driver:
        assert driver.poll() == first


def test_junk_in_the_inbox_stops_nothing(smsd: Smsd) -> None:
    inbox = smsd.folder / "inbox"
    (inbox / "IN20261127_101112_00_+8613_00.bin").write_bytes(b"\x00\x06\xff")
    (inbox / "note.txt").write_text("x")
    (inbox / "IN_garbage_.txt").write_text("x")
    (inbox / "IN20261127_101112_00_Bank_00.txt").write_bytes(b"\xff\xfe\x00\xd8 broken \xff")
    (inbox / "IN20261127_101113_00_dir_00.txt").mkdir()
    os.utime(inbox / "IN20261127_101112_00_Bank_00.txt", (1, 1))
    with modem(smsd) as driver:
        assert told(driver, Received).sender == "Bank"
        smsd.receives("+8613800000001", "求救")
        assert told(driver, Received).text == "求救"


def test_the_network_s_report_comes_as_delivered(smsd: Smsd) -> None:
    one = notice("求救")
    with modem(smsd) as driver:
        driver.send(one)
        told(driver, Sent)
        smsd.receives(NUMBER, "Delivered", pdu="Status_Report")
        assert told(driver, Delivered) == Delivered(one.id)
        assert driver.poll() == []
    assert smsd.names("inbox") == smsd.names("sent/taken") == []


def test_a_long_text_is_delivered_when_all_its_parts_are(smsd: Smsd) -> None:
    one = notice("长" * 100)
    with modem(smsd) as driver:
        driver.send(one)
        told(driver, Sent)
        smsd.receives(NUMBER, "Delivered", pdu="Status_Report")
        wait_until(lambda: driver.poll() or smsd.names("inbox/taken"))
        assert driver.poll() == []
        smsd.receives(NUMBER, "Delivered", pdu="Status_Report")
        assert told(driver, Delivered) == Delivered(one.id)


def test_a_report_of_failure_is_for_good(smsd: Smsd) -> None:
    one = notice("求救")
    with modem(smsd) as driver:
        driver.send(one)
        told(driver, Sent)
        smsd.receives(NUMBER, "Failed", pdu="Status_Report")
        assert told(driver, Failed).for_good


def test_somebody_who_writes_delivered_is_heard(smsd: Smsd) -> None:
    with modem(smsd) as driver:
        smsd.receives("+8613899999999", "Delivered")
        assert told(driver, Received).text == "Delivered"


def test_what_the_modem_refused_can_be_sent_again(tmp_path: Path) -> None:
    smsd, one = Smsd(tmp_path), notice("求救")
    with modem(smsd) as driver:
        driver.send(one)
        (file,) = smsd.names("outbox")
        (tmp_path / "outbox" / file).rename(tmp_path / "error" / file)  # as the daemon does
        failed = told(driver, Failed)
        assert (failed.id, failed.for_good) == (one.id, False)
        assert "systemctl status gammu-smsd" in failed.why
        driver.send(one)
        assert smsd.names("outbox") == [file]
        assert smsd.names("error") == []


def test_without_the_daemon_it_says_so_and_takes_no_more(tmp_path: Path) -> None:
    smsd = Smsd(tmp_path)
    with modem(smsd, stalled_s=1) as driver:
        driver.send(notice("求救"))
        assert driver.poll() == []
        assert driver.concern == ""
        wait_until(lambda: driver.poll() == [] and driver.concern)
        assert "1 SMS" in driver.concern
        assert "systemctl status gammu-smsd" in driver.concern
        with pytest.raises(DeviceLost, match="modem or its daemon is gone"):
            driver.send(notice("again"))
        with smsd:
            assert told(driver, Sent)
            assert driver.concern == ""


def test_what_waits_behind_another_can_be_withdrawn(tmp_path: Path) -> None:
    smsd = Smsd(tmp_path)
    first, second = notice("1", id_="A"), notice("2", id_="B")
    with modem(smsd) as driver:
        driver.send(first)
        driver.send(second)
        assert driver.withdraw(second.id)
        assert not driver.withdraw(first.id)
        assert not driver.withdraw("unknown")
        assert driver.poll() == []
    assert len(smsd.names("outbox")) == 1


def test_a_file_that_somebody_took_away_is_said(tmp_path: Path) -> None:
    smsd, one = Smsd(tmp_path), notice("1")
    with modem(smsd) as driver:
        driver.send(one)
        for name in smsd.names("outbox"):
            (tmp_path / "outbox" / name).unlink()
        assert driver.poll() == []
        assert driver.poll() == [Failed(one.id, f"its file is gone from {tmp_path}/outbox")]


@pytest.mark.parametrize(
    "number", ["", "12", "-rf", "+86 138", "１３８００", "+1234567890123456", "a", "1;ls", "../1"]
)
def test_what_is_no_number_is_refused(tmp_path: Path, number: str) -> None:
    with modem(Smsd(tmp_path)) as driver, pytest.raises(NoticeRefused, match="no telephone number"):
        driver.send(notice("x", number))


def test_an_empty_text_is_refused(tmp_path: Path) -> None:
    with modem(Smsd(tmp_path)) as driver, pytest.raises(NoticeRefused, match="no text"):
        driver.send(notice(" \0\n"))


def test_a_text_that_looks_like_an_option_is_a_text(smsd: Smsd) -> None:
    with modem(smsd) as driver:
        driver.send(notice("-unicode -len 3 $(id) `id`\n第二行"))
        told(driver, Sent)
    assert smsd.sent_texts() == ["-unicode -len 3 $(id) `id`\n第二行"]


def broken(folder: Path, before: str, after: str) -> Smsd:
    smsd = Smsd(folder)
    smsd.config.write_text(smsd.config.read_text().replace(before, after))
    return smsd


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("service = files", "service = sql", "service = files"),
        ("inboxformat = unicode", "inboxformat = detail", "inboxformat = unicode"),
        ("outboxpath", "nopath", "outboxpath = ''"),
        ("/outbox/", "/nowhere/", "is not there"),
        ("/sent/", "/outbox/", "four different folders"),
        ("[smsd]", "[other]", r"no section \[smsd\]"),
        ("[gammu]", "not a line of it", "no settings file of gammu-smsd"),
    ],
)
def test_what_is_wrong_with_gammu_s_settings_is_said(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    with pytest.raises(DeviceLost, match=said):
        modem(broken(tmp_path, before, after)).open()


def test_a_settings_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DeviceLost, match="apt install gammu-smsd"):
        GammuSmsd(GammuSmsdSettings(config=tmp_path / "none")).open()


def test_folders_that_may_not_be_written_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    smsd = Smsd(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: "outbox" not in str(path))  # root may everything
    with pytest.raises(DeviceLost, match="usermod -aG gammu"):
        modem(smsd).open()


def test_without_the_program_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPart, match="apt install gammu-smsd"):
        modem(Smsd(tmp_path)).open()


def test_folders_that_go_away_later_are_a_lost_device(tmp_path: Path) -> None:
    smsd = Smsd(tmp_path)
    with modem(smsd) as driver:
        for name in ("inbox", "outbox"):
            (tmp_path / name).rename(tmp_path / f"{name}-away")
        with pytest.raises(DeviceLost, match=r"docs/notify\.md"):
            driver.send(notice("x"))
        with pytest.raises(DeviceLost, match=r"docs/notify\.md"):
            driver.poll()
