"""From texts and tones to the sound that a channel is handed, with the real espeak-ng."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from radiobridge.announcements import Announcements
from radiobridge.bus.command_messages import SayCommand
from radiobridge.errors import CommandRefused
from radiobridge.events import (
    Announcement,
    AnnouncementEnded,
    Condition,
    Digit,
    Health,
    Outcome,
    Priority,
    Reply,
    Samples,
    Selcall,
)
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.receive.five_tone import FiveToneDecoder
from radiobridge.resample import resampled
from radiobridge.sender import Sender
from radiobridge.settings import IdentifySettings, TransmitSettings, VoiceSettings
from radiobridge.transmitter import SEND_HZ, Transmitter
from radiobridge.voice import active_level_dbfs

_PATIENCE_S = 20.0


class Handed:
    """Stands in for a channel's transmitter: keeps what it is handed."""

    def __init__(self) -> None:
        self.offers: list[tuple[Announcement, Samples]] = []
        self.identity: Samples | None = None

    def offer(self, announcement: Announcement, sound: Samples) -> None:
        self.offers.append((announcement, sound))

    def identify_by(self, sound: Samples) -> None:
        self.identity = sound


class Rig:
    """Two channels, `gate` and `yard`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.channels = {"gate": Handed(), "yard": Handed()}
        self.events: list[AnnouncementEnded | Health] = []

    def starts(self, voice: str = "espeak_ng", **settings: object) -> Rig:
        transmit = TransmitSettings.model_validate(settings)
        able = {name: (cast(Transmitter, handed), transmit) for name, handed in self.channels.items()}
        self.announcements = Announcements(
            VoiceSettings(driver=voice), self.folder / "speech", able, self.events.append
        )
        ids = (f"A{number}" for number in range(100))
        self.sender = Sender(
            self.announcements,
            dict.fromkeys(able, transmit),
            clock=lambda: 1000.0,
            new_id=lambda: next(ids),
        )
        self.announcements.start()
        return self

    def handed(self, count: int = 1, channel: str = "gate") -> list[tuple[Announcement, Samples]]:
        self.until(lambda: len(self.channels[channel].offers) >= count)
        return self.channels[channel].offers

    def sound(self, reply: Reply, language: str = "") -> Samples:
        """What the channel is handed for an answer."""
        count = len(self.channels["gate"].offers)
        self.sender.answer("gate", reply, language, "X")
        return self.handed(count + 1)[-1][1]

    def until(self, happened: Callable[[], bool]) -> None:
        give_up = time.monotonic() + _PATIENCE_S
        while not happened():
            assert time.monotonic() < give_up, self.events
            time.sleep(0.005)

    @property
    def troubles(self) -> list[str]:
        return [e.why for e in self.events if isinstance(e, Health) and e.condition is not Condition.OK]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.announcements.close()


def test_a_text_becomes_speech_at_the_channels_level(rig: Rig) -> None:
    rig.starts(level_dbfs=-20)
    sound = rig.sound(Reply({"en": "Received, emergency at school three"}))
    assert 1.0 < len(sound) / SEND_HZ < 5
    assert active_level_dbfs(sound, SEND_HZ) == pytest.approx(-20, abs=1.5)
    announcement = rig.handed()[0][0]
    assert (announcement.priority, announcement.cause, announcement.wait_s) == (Priority.REPLY, "X", 60)


def test_tones_come_before_the_words(rig: Rig) -> None:
    rig.starts()
    words = rig.sound(Reply({"en": "received"}))
    both = rig.sound(Reply({"en": "received"}, "dtmf:*103#"))
    decoder = DtmfDecoder("gate")
    heard = [*decoder.feed(resampled(both, SEND_HZ, 8000), 0), *decoder.finish()]
    assert "".join(digit.key for digit in heard if isinstance(digit, Digit)) == "*103#"
    assert len(both) > len(words) + SEND_HZ / 4


def test_selective_calls_come_first_each_by_itself(rig: Rig) -> None:
    rig.starts()
    sound = rig.sound(Reply({"en": "received"}, "dtmf:*", ("ccir:12345", "ccir:54321")))
    heard = resampled(sound, SEND_HZ, 8000)
    decoder, keys = FiveToneDecoder("gate", ["ccir"]), DtmfDecoder("gate")
    calls = [call for call in [*decoder.feed(heard, 0), *decoder.finish()] if isinstance(call, Selcall)]
    (star,) = [*keys.feed(heard, 0), *keys.finish()]
    assert [call.code for call in calls] == ["12345", "54321"]
    assert calls[0].at < 0.1
    assert calls[0].at + calls[0].duration_s + 0.2 < calls[1].at < star.at


def test_the_channels_languages_are_spoken_in_their_order(rig: Rig) -> None:
    text = {"ko": "접수했습니다", "zh": "收到", "en": "received"}
    rig.starts(languages=("en", "zh", "fr"))
    both = rig.sound(Reply(text))
    english, chinese = rig.sound(Reply({"en": "received"})), rig.sound(Reply({"zh": "收到"}))
    assert len(both) == pytest.approx(len(english) + len(chinese) + SEND_HZ / 4, abs=10)


def test_without_them_whoever_called_is_answered_in_his_language_or_else_in_the_first(rig: Rig) -> None:
    text = {"zh": "收到", "en": "received"}
    rig.starts()
    assert np.array_equal(rig.sound(Reply(text), "en"), rig.sound(Reply({"en": "received"})))
    assert np.array_equal(rig.sound(Reply(text)), rig.sound(Reply({"zh": "收到"})))


def test_speech_is_rendered_once_and_kept(rig: Rig) -> None:
    rig.starts()
    first = rig.sound(Reply({"en": "received"}))
    kept = list((rig.folder / "speech").iterdir())
    assert len(kept) == 1
    assert np.array_equal(rig.sound(Reply({"en": "received"})), first)
    assert list((rig.folder / "speech").iterdir()) == kept


def test_a_language_that_the_voice_does_not_speak_is_told_and_the_rest_is_sent(rig: Rig) -> None:
    rig.starts(languages=("xx", "en"))
    sound = rig.sound(Reply({"xx": "?", "en": "received"}, "beep"))
    assert len(sound) > SEND_HZ / 2
    rig.until(lambda: bool(rig.troubles))
    assert "xx" in rig.troubles[0]


def test_what_cannot_be_made_is_told(rig: Rig) -> None:
    rig.starts()
    rig.sender.answer("gate", Reply({"xx": "?"}), "", "X")
    rig.until(lambda: any(isinstance(event, AnnouncementEnded) for event in rig.events))
    (ended,) = (event for event in rig.events if isinstance(event, AnnouncementEnded))
    assert (ended.outcome, ended.cause) == (Outcome.FAILED, "X")
    assert "xx" in ended.why


def test_a_channel_knows_how_it_says_who_it_is(rig: Rig) -> None:
    rig.starts(identify=IdentifySettings(tones="morse:DE B1ABC", text={"en": "This is the duty room"}))
    rig.until(lambda: rig.channels["yard"].identity is not None)
    identity = rig.channels["gate"].identity
    assert identity is not None
    assert len(identity) > 3 * SEND_HZ


def test_a_channel_that_cannot_send_is_not_answered(rig: Rig) -> None:
    rig.starts()
    rig.sender.answer("cellar", Reply({"en": "received"}), "", "X")
    rig.sound(Reply({"en": "received"}))
    assert len(rig.channels["gate"].offers) == 1


def test_a_command_is_said_on_the_channels_that_it_names(rig: Rig) -> None:
    rig.starts()
    ids = rig.sender.say(SayCommand(channels=("yard", "gate"), text={"en": "test"}, wait_s=5))
    assert len(ids) == 2
    announcement, _ = rig.handed(channel="yard")[0]
    assert (announcement.id, announcement.wait_s, announcement.priority) == (ids[0], 5, Priority.BULLETIN)
    assert len(rig.sender.say(SayCommand(channels=("*",), tones="attention"))) == 2


@pytest.mark.parametrize(
    ("channel", "tones", "said"),
    [
        ("gaet", "", "no channel 'gaet' that can send; there are: gate, yard; did you mean 'gate'"),
        ("gate", "dtmv:12", "did you mean 'dtmf'"),
        ("gate", "dtmf:12x", "'x'"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused(rig: Rig, channel: str, tones: str, said: str) -> None:
    rig.starts()
    with pytest.raises(CommandRefused, match=said):
        rig.sender.say(SayCommand(channels=(channel,), text={"en": "test"}, tones=tones))
