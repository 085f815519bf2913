"""The board over a real gammu-smsd: the modem comes and goes, the process is killed, and nothing is lost."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from radiobridge.events import Condition, NoticeOutcome
from radiobridge.settings import DriverChoice, NotifierSettings
from tests.drivers.notify.smsd import Smsd
from tests.notices.fake_notifier import installed
from tests.notices.rig import Told, board, notice, until


@pytest.fixture(autouse=True)
def drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radiobridge.ports.loading.entry_points", installed)
    monkeypatch.setattr("radiobridge.notices.queue.FIRST_RETRY_S", 0.05)


def sms(smsd: Smsd, stalled_s: float = 1) -> NotifierSettings:
    options = {"driver": "gammu_smsd", "config": str(smsd.config), "stalled_s": stalled_s}
    return NotifierSettings(name="sms", driver=DriverChoice.model_validate(options), gap_s=0)


def test_a_modem_that_is_gone_is_reported_and_nothing_is_lost_when_it_comes_back(tmp_path: Path) -> None:
    async def run() -> None:
        smsd, told = Smsd(tmp_path), Told()
        async with board(tmp_path / "notices.db", told, sms(smsd)) as notices:
            await notices.send(notice(f"求救 {number}", f"1380000000{number}") for number in range(6))
            await until(lambda: told.condition("notify/sms") is Condition.DEGRADED)
            assert "systemctl status gammu-smsd" in told.why("notify/sms")
            assert "6 notices wait" in told.why("notify/sms")
            assert len(smsd.names("outbox")) == 3, "the others can still be withdrawn and merged"
            with smsd:
                await until(lambda: len(told.outcomes()) == 6, timeout_s=40)
                await until(lambda: told.condition("notify/sms") is Condition.OK)
                assert {outcome for _, outcome in told.outcomes()} == {NoticeOutcome.SENT}
                smsd.receives("13800000001", "Delivered", pdu="Status_Report")
                smsd.receives("13900000000", "5号点 有人打架")
                await until(lambda: len(told.outcomes()) == 7 and told.texts(), timeout_s=20)
        assert told.outcomes()[-1] == ("求救 1", NoticeOutcome.DELIVERED)
        assert [(each.sender, each.text) for each in told.texts()] == [("13900000000", "5号点 有人打架")]
        assert sorted(smsd.sent_texts()) == [f"求救 {number}" for number in range(6) if number != 1]

    asyncio.run(run())


SENDER = """
import asyncio, sys
from pathlib import Path
import radiobridge.ports.loading as loading
from tests.drivers.notify.smsd import Smsd
from tests.notices.fake_notifier import installed
from tests.notices.rig import Told, board, notice
from tests.notices.test_with_gammu import sms
loading.entry_points = installed
folder = Path(sys.argv[1])
async def run():
    async with board(folder / "notices.db", Told(), sms(Smsd(folder), 60)) as notices:
        for number in range(10_000):
            one = notice(str(number), f"{sys.argv[2]}{number:04}")
            await notices.send([one])
            print(one.address, flush=True)
            await asyncio.sleep(0.02)
asyncio.run(run())
"""


def test_killed_in_the_middle_again_and_again_every_notice_goes_out_once(tmp_path: Path) -> None:
    """The ids are in the names of gammu's files: what it has already is not given to it again."""
    smsd, taken = Smsd(tmp_path, reports="no"), Counter[str]()
    with smsd:
        for prefix, count in (("1380000", 3), ("1390000", 7), ("1370000", 12)):
            command = [sys.executable, "-c", SENDER, str(tmp_path), prefix]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout
                lines = [process.stdout.readline() for _ in range(count)]
                process.kill()
                lines += process.stdout.readlines()
            # A line that was cut off belongs to a notice all the same.
            taken.update(line.strip() for line in lines if len(line) == len("13800000000\n"))

        async def run() -> None:
            told = Told()
            async with board(tmp_path / "notices.db", told, sms(smsd, 60)):
                await until(lambda: sent(smsd) >= taken, timeout_s=60)
                assert told.condition("notify/sms") is Condition.OK

        asyncio.run(run())
    assert {number: sent(smsd)[number] for number in taken} == dict(taken)


def sent(smsd: Smsd) -> Counter[str]:
    """How many went out to each number."""
    names = [path.name for path in (smsd.folder / "sent").rglob("OUT*")]
    return Counter(match[1] for name in names if (match := re.search(r"_(\d{11})_", name)))
