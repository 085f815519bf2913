"""`radiobridge notify --test`, over a real gammu-smsd and a fake notifier."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from radiobridge.cli import main
from radiobridge.errors import DeviceLost, NoticeRefused
from radiobridge.ports import Failed
from tests.drivers.notify.smsd import Smsd
from tests.notices.fake_notifier import FakeNotifier, Modem, installed


@pytest.fixture(autouse=True)
def modem(monkeypatch: pytest.MonkeyPatch) -> Modem:
    monkeypatch.setattr("radiobridge.ports.loading.entry_points", installed)
    modem = Modem()
    monkeypatch.setattr(FakeNotifier, "modems", {"1": modem})
    return modem


def settings(folder: Path, driver: str = '"fake"') -> str:
    path = folder / "radiobridge.toml"
    path.write_text(
        '[[channel]]\nname = "gate"\ninput = { driver = "udp", port = 7000 }\n'
        '[[unit]]\nids = ["1"]\nname = "Li"\nphone = "13800000001"\n'
        f'[[notifier]]\nname = "sms"\ndriver = {driver}\n',
        encoding="utf-8",
    )
    return str(path)


def notify(config: str, *words: str, wait_s: str = "5") -> int:
    return main(["notify", "--test", *words, "--config", config, "--wait-s", wait_s])


def test_an_sms_goes_out_and_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Smsd(tmp_path) as smsd:
        config = settings(tmp_path, f'{{ driver = "gammu_smsd", config = "{smsd.config}" }}')
        assert notify(config, "sms", "Li", "求救 3号点", wait_s="15") == 0
        assert smsd.sent_texts() == ["求救 3号点"]
    assert capsys.readouterr().out == "sent to 13800000001 by sms\n"


def test_without_the_daemon_it_says_what_to_try(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    smsd = Smsd(tmp_path)
    config = settings(tmp_path, f'{{ driver = "gammu_smsd", config = "{smsd.config}", stalled_s = 1 }}')
    assert notify(config, "sms", "Li", "x", wait_s="2") == 1
    said = capsys.readouterr().err
    assert "not sent within 2 s, and it may still go out" in said
    assert "systemctl status gammu-smsd" in said


def test_a_service_that_takes_it_has_sent_it(tmp_path: Path, modem: Modem) -> None:
    assert notify(settings(tmp_path), "sms", "138", "x") == 0
    assert [(each.address, each.text) for each in modem.sent] == [("138", "x")]


@pytest.mark.parametrize("error", [DeviceLost("the modem is gone"), NoticeRefused("no such number")])
def test_what_is_wrong_is_said(
    tmp_path: Path, modem: Modem, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    modem.takes = error
    assert notify(settings(tmp_path), "sms", "138", "x") == 1
    assert str(error) in capsys.readouterr().err


def test_one_that_waits_too_long_is_taken_back(
    tmp_path: Path, modem: Modem, capsys: pytest.CaptureFixture[str]
) -> None:
    modem.takes, modem.gives_back = False, True
    begin = time.monotonic()
    assert notify(settings(tmp_path), "sms", "138", "x", wait_s="0.6") == 1
    assert time.monotonic() - begin < 5
    assert "it was taken back" in capsys.readouterr().err


def test_news_of_others_is_left_for_the_station(tmp_path: Path, modem: Modem) -> None:
    modem.takes, modem.news = False, [Failed("another", "no network")]
    assert notify(settings(tmp_path), "sms", "138", "x", wait_s="0.6") == 1
    assert modem.taken_over == []


def test_a_notifier_that_there_is_not_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(settings(tmp_path), "sns", "138", "x") == 1
    assert "no [[notifier]] is called 'sns'; did you mean 'sms'?" in capsys.readouterr().err


def test_without_test_it_is_misused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["notify", "sms", "138", "x", "--config", settings(tmp_path)])
    assert ended.value.code == 2
