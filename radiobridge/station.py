"""One station: starts the rooms, keeps an eye on them, reloads, and ends cleanly.

Channels, speech and the MQTT client run in threads of their own and hand over events; all that decides
happens on one event loop. The station listens before the broker or the speech model is there: what is
heard meanwhile waits on disk.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

from ulid import ULID

from radiobridge.announcements import Announcements
from radiobridge.announcer import Announcer
from radiobridge.bus.embedded import EmbeddedBroker
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.wire import Wire
from radiobridge.channel import Channel
from radiobridge.channel_health import ChannelHealth
from radiobridge.checks import load_station
from radiobridge.dispatch.desk import Desk
from radiobridge.dispatching import Dispatching
from radiobridge.errors import SettingsError
from radiobridge.events import Condition, Health
from radiobridge.handsets import Handsets
from radiobridge.history.writer import HistoryWriter
from radiobridge.inbox import Inbox
from radiobridge.intake import Intake, StationEvent
from radiobridge.links import links_of
from radiobridge.ports import load_audio_input
from radiobridge.ptt_guard import PttGuard, ptt_guard
from radiobridge.recordings.recorder import Recorder
from radiobridge.remarks import remarks
from radiobridge.sdnotify import notify, watchdog_interval_s
from radiobridge.self_tests import SelfTests
from radiobridge.sender import Sender
from radiobridge.settings import (
    EMBEDDED,
    RELOADED,
    PostSettings,
    SettingsFile,
    handsets_file,
    history_url,
    needs_restart,
    outbox_file,
    recordings_dir,
    speech_dir,
    state_dir,
)
from radiobridge.speech.engines import SpeechEngines
from radiobridge.speech.phrases import PhraseBook

log = logging.getLogger(__name__)

_ROUND_S = 5.0
"""How often the station looks after itself when no watchdog asks for more."""
_STATUS_EVERY_S = 30.0
_HUNG_S = 15.0
"""A driver that has not come back from a read for this long hangs."""
_CHANNELS_STOP_S = 0.7
_RECORDER_STOP_S = 0.5
_SETTLE_S = 0.4


def new_id() -> str:
    """A ULID: sorts by time, unique everywhere."""
    return str(ULID())


class Station:
    """The daemon. `run` returns after SIGTERM or SIGINT, or `stop`."""

    def __init__(self, file: SettingsFile, *, on_stop: Callable[[], None]) -> None:
        self._file = file
        self._on_stop = on_stop
        self._settings = file.settings
        self._stop = asyncio.Event()
        self._wire = Wire(self._settings.station.name, time.time, new_id, url_of=self._url_of)
        self._desk = Desk(self._settings, clock=time.time, new_id=new_id)
        self._channels: list[Channel] = []
        self._speech: SpeechEngines | None = None
        self._recorder: Recorder | None = None
        self._announcements: Announcements | None = None
        self._guard: PttGuard | None = None
        self._dispatching = Dispatching()
        self._posts: Mapping[str, PostSettings] = {}

    def stop(self) -> None:
        """The station ends as after SIGTERM; whoever started it hears of it at once."""
        if not self._stop.is_set():
            self._on_stop()
        self._stop.set()

    async def run(self) -> None:
        """Listens until it is told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        for remark in self._file.remarks(remarks(self._settings)):
            log.info("note: %s", remark)
        self._posts = {post.id: post for post in self._settings.post}
        async with AsyncExitStack() as stack:
            await self._open(stack, loop)
            notify("READY=1")
            log.info("ready: %d channels", len(self._channels))
            await self._look_after()
            notify("STOPPING=1")
            await self._close()
        log.info("stopped")

    def reload(self) -> None:
        """Codes, phrases, alert types and posts are those of the file; a bad file changes nothing."""
        path = self._file.path
        try:
            file = load_station(path)
        except SettingsError as error:
            why = f"{path} was not taken over, the settings before it stay: {error}"
            self._announcer.health(Health("settings", time.time(), Condition.DEGRADED, why))
            return
        settings = file.settings
        if left := needs_restart(self._settings, settings):
            why = f"{path}: {', '.join(left)} changed; that takes a restart, all else is in force"
            self._announcer.health(Health("settings", time.time(), Condition.DEGRADED, why))
        else:
            self._announcer.health(Health("settings", time.time(), Condition.OK))
        taken = self._settings.model_copy(update={key: getattr(settings, key) for key in RELOADED})
        self._settings = taken
        self._desk.reload(taken)
        self._posts = {post.id: post for post in taken.post}
        self._dispatching.reload(taken)
        if self._speech:
            self._speech.reload(PhraseBook(taken.phrase, taken.speech, taken.post))
        log.info("%s: %d codes, %d phrases in force", path, len(taken.code), len(taken.phrase))

    async def _open(self, stack: AsyncExitStack, loop: asyncio.AbstractEventLoop) -> None:
        settings = self._settings

        def emit(event: StationEvent) -> None:
            loop.call_soon_threadsafe(self._intake.take, event)

        self._announcer = Announcer(self._wire, waiting=lambda: self._outbox.status().waiting)
        self._history = self._announcer.history = await stack.enter_async_context(
            HistoryWriter(
                history_url(settings),
                settings.station.name,
                keep_days=settings.history.keep_days,
                on_health=self._announcer.health,
            )
        )
        self._make_rooms(emit)
        sender = self._sender(emit)
        self_tests = SelfTests(settings.self_test, sender, self._announcer, time.time)
        await self._open_bus(stack, sender, self_tests)
        await self._dispatching.open(
            stack,
            settings,
            wire=self._wire,
            outbox=self._outbox,
            link=self._link,
            sender=sender,
            desk=self._desk,
            posts=lambda: self._posts,
            accept=lambda made: self._intake.accept(made),  # noqa: PLW0108  it comes later
            on_health=self._announcer.health,
            record=self._history.check_in,
            new_id=new_id,
        )
        self._intake = Intake(
            desk=self._desk,
            wire=self._wire,
            announcer=self._announcer,
            channel_health=ChannelHealth({channel.name: channel.parts for channel in self._channels}),
            outbox=self._outbox,
            link=self._link,
            handsets=await stack.enter_async_context(
                Handsets(handsets_file(settings), on_health=self._announcer.health)
            ),
            posts=lambda: self._posts,
            answer=sender.answer,
            self_tests=self_tests,
            dispatching=self._dispatching,
        )
        await self._dispatching.restore()
        if self._speech:
            self._speech.start_loading()
        if self._recorder:
            self._recorder.begin()
        if self._announcements:
            self._announcements.start()
        self._guard = stack.enter_context(ptt_guard(settings.channel, emit))
        for channel in self._channels:
            channel.start()

    async def _open_bus(self, stack: AsyncExitStack, sender: Sender, self_tests: SelfTests) -> None:
        settings = self._settings
        self._outbox = await stack.enter_async_context(
            Outbox(
                outbox_file(settings),
                max_mb=settings.outbox.max_mb,
                keep_days=settings.outbox.keep_days,
                receivers=settings.mqtt.receipts,
                receipt_timeout_s=settings.mqtt.receipt_timeout_s,
                on_health=self._announcer.health,
            )
        )
        if settings.mqtt.broker == EMBEDDED:
            await stack.enter_async_context(
                EmbeddedBroker(settings.mqtt.embedded_port, on_health=self._announcer.health)
            )
        inbox = Inbox(
            self._wire,
            self._outbox,
            lambda: self._link,
            say=sender.say,
            run_test=self_tests.run,
            act=self._dispatching.act,
            supervise=self._dispatching.supervise,
            contact_topics=tuple({c.topic for c in settings.contact if c.topic}),
            hear_contact=self._dispatching.hear_contact,
            drill=self._dispatching.drill,
        )
        self._link = await stack.enter_async_context(
            MqttLink(
                settings.mqtt,
                settings.station.name,
                self._outbox,
                will=self._announcer.will,
                subscriptions=inbox.subscriptions(),
                on_message=inbox.take,
                on_health=self._announcer.health,
            )
        )
        self._announcer.link = self._link
        self._announcer.status()

    def _make_rooms(self, emit: Callable[[StationEvent], None]) -> None:
        """Speech, recordings and channels are there, and do nothing yet."""
        settings = self._settings
        if any(channel.speech for channel in settings.channel):
            self._speech = SpeechEngines(
                settings.speech,
                state_dir(settings.station.state_dir),
                {language for c in settings.channel for language in c.speech},
                PhraseBook(settings.phrase, settings.speech, settings.post),
                emit=emit,
            )
        if settings.recordings.enabled:
            folder = recordings_dir(settings)
            self._recorder = Recorder(settings.recordings, folder, settings.station.name, emit=emit)
        self._channels = [
            Channel(
                channel,
                load_audio_input(channel.input.driver),
                emit=emit,
                speech=self._speech,
                recorder=self._recorder,
                new_id=new_id,
            )
            for channel in settings.channel
        ]
        sending = {c.name: c.transmitter for c in self._channels if c.transmitter}
        links = links_of(settings.link, sending, new_id)
        for channel in self._channels:
            channel.links = links.get(channel.name)

    def _sender(self, emit: Callable[[StationEvent], None]) -> Sender:
        """What sends on the channels that can; voices are asked for only where one can."""
        able = {c.name: (c.transmitter, c.settings.transmit) for c in self._channels if c.transmitter}
        announcements = Announcements(self._settings.voice, speech_dir(self._settings), able, emit)
        self._announcements = announcements if able else None
        timing = {name: settings for name, (_, settings) in able.items()}
        return Sender(announcements, timing, clock=time.time, new_id=new_id)

    def _url_of(self, recording: str) -> str | None:
        return self._recorder.url_of(recording) if self._recorder else None

    async def _look_after(self) -> None:
        """Pets the watchdog, renews the status and looks for drivers that hang, until it is time to stop."""
        interval_s = min(watchdog_interval_s() or _ROUND_S, _ROUND_S)
        status_at = time.monotonic()
        while not self._stop.is_set():
            notify(f"WATCHDOG=1\nSTATUS={self._announcer.summary()}")
            for channel in self._channels:
                channel.report_if_hung(_HUNG_S)
            if self._speech:
                self._speech.look_after()
            self._intake.tick()
            if time.monotonic() - status_at > _STATUS_EVERY_S:
                status_at = time.monotonic()
                self._announcer.status()
            try:
                async with asyncio.timeout(interval_s):
                    await self._stop.wait()
            except TimeoutError:
                continue

    async def _close(self) -> None:
        """What was heard until now is on disk; whatever cannot end in time is left behind."""
        self._dispatching.close()
        for channel in self._channels:
            channel.stop()
        deadline = time.monotonic() + _CHANNELS_STOP_S
        for channel in self._channels:
            left_s = max(deadline - time.monotonic(), 0)
            if not await asyncio.to_thread(channel.join, left_s):
                log.warning("channel %s: its driver does not end; left behind", channel.name)
                if self._guard:
                    self._guard.ptt_may_be_on()
        if self._announcements:
            self._announcements.close()
        if self._speech:
            await asyncio.to_thread(self._speech.close)
        if self._recorder and not await asyncio.to_thread(self._recorder.close, _RECORDER_STOP_S):
            log.warning("recordings: the disk is slow; what is not written is at the next start")
        # One round of the loop, so that what the threads handed over last is taken.
        await asyncio.sleep(0)
        await self._intake.settled(_SETTLE_S)
