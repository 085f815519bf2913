"""A notifier that tests hold in their hand, found as an installed driver is."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import ClassVar

from radiobridge.events import Notice
from radiobridge.ports import DriverSettings, News, Notifier


@dataclass
class Modem:
    """What one fake does. `takes`: False, so that its end comes by `news`; an exception is raised."""

    takes: bool | Exception = True
    opens: Exception | None = None
    sent: list[Notice] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    taken_over: list[News] = field(default_factory=list)
    gives_back: bool = False
    asked_back: list[str] = field(default_factory=list)
    concern: str = ""
    hangs: threading.Event | None = None


class FakeNotifierSettings(DriverSettings):
    """Takes nothing but which modem it is."""

    modem: str = "1"


class FakeNotifier(Notifier):
    """Does what `modems` holds for it."""

    Settings = FakeNotifierSettings
    modems: ClassVar[dict[str, Modem]] = {}
    longest_text = 100

    @property
    def _modem(self) -> Modem:
        assert isinstance(self.settings, FakeNotifierSettings)
        return self.modems[self.settings.modem]

    @property
    def name(self) -> str:
        return "fake modem"

    def address_fault(self, address: str) -> str:
        return "" if address.isdigit() else f"{address!r} is no number"

    def open(self) -> None:
        if self._modem.opens:
            raise self._modem.opens

    def close(self) -> None:
        pass

    def send(self, notice: Notice) -> bool:
        if self._modem.hangs:
            self._modem.hangs.wait(30)
        if isinstance(self._modem.takes, Exception):
            raise self._modem.takes
        self._modem.sent.append(notice)
        return self._modem.takes

    def poll(self) -> list[News]:
        return [*self._modem.news]

    def taken_over(self, news: News) -> None:
        self._modem.news.remove(news)
        self._modem.taken_over.append(news)

    def withdraw(self, id_: str) -> bool:
        self._modem.asked_back.append(id_)
        return self._modem.gives_back

    @property
    def concern(self) -> str:
        return self._modem.concern


def installed(*, group: str) -> Sequence[EntryPoint]:
    """The entry points there are, `notify.fake`, and the notifiers of this tree."""
    ours = {
        "notify.fake": "tests.notices.fake_notifier:FakeNotifier",
        "notify.gammu_smsd": "drivers.notify.gammu_smsd:GammuSmsd",
        "notify.apprise": "drivers.notify.apprise:Apprise",
    }
    others = [point for point in entry_points(group=group) if point.name not in ours]
    return EntryPoints([*others, *(EntryPoint(name, value, group) for name, value in ours.items())])
