"""What is keyed, and what a channel does to it: the rows of `bench.dtmf` in which keys must be heard.

A stream has sequences of 16 random keys. Each tone has 0.2 of full scale before twist, so that a pair has
-14 dBFS; SNR is its power over white noise in 0 to 4 kHz.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from radiobridge.events import Samples
from radiobridge.transmit.dtmf import HIGH_HZ, KEYS, LOW_HZ
from tests import channel_model as channel
from tests.channel_model import RATE_HZ
from tests.receive.speech import real_speech

KEYS_A_SEQUENCE = 16
_AROUND_S = 0.25
_RAMP = 8

Channel: TypeAlias = Callable[[Samples, int], Samples]
"""From what is sent, and a seed, to what is received."""


@dataclass(frozen=True, slots=True)
class Keying:
    """How keys are sent. `off`: frequency error of the low tone and of the high one, as a fraction."""

    tone_s: float = 0.1
    gap_s: float = 0.1
    twist_db: float = 0.0
    off: tuple[float, float] = (0.0, 0.0)
    late_s: float = 0.0
    """One tone of each pair begins so much later."""
    gain: float = 1.0

    def send(self, keys: str, rng: np.random.Generator) -> Samples:
        """The keys with quiet around them; the tones' phases are random."""
        quiet = np.zeros(round(_AROUND_S * RATE_HZ))
        gap = np.zeros(round(self.gap_s * RATE_HZ))
        parts = [part for key in keys for part in (self._pair(key, rng), gap)]
        return np.concatenate([quiet, *parts, quiet]).astype(np.float32)

    def _pair(self, key: str, rng: np.random.Generator) -> Samples:
        t = np.arange(round(self.tone_s * RATE_HZ)) / RATE_HZ
        rise = np.minimum(1, np.minimum(np.arange(len(t)), np.arange(len(t))[::-1]) / _RAMP)
        pair = np.zeros(len(t))
        late = rng.integers(2)
        hz = LOW_HZ[KEYS.index(key) // 4], HIGH_HZ[KEYS.index(key) % 4]
        for number, (tone_hz, off, lean) in enumerate(zip(hz, self.off, (-1, 1), strict=True)):
            angle = 2 * np.pi * tone_hz * (1 + off) * t + rng.uniform(0, 2 * np.pi)
            tone = 0.2 * self.gain * 10 ** (lean * self.twist_db / 40) * np.sin(angle) * rise
            pair += tone * (t >= self.late_s) if number == late else tone
        return pair.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Row:
    """One condition. Where `heard` is false no key may be heard: they are too short, or too far off."""

    name: str
    keying: Keying = field(default_factory=Keying)
    channel: Channel = lambda sound, _: sound
    heard: bool = True

    def sequence(self, rng: np.random.Generator) -> tuple[Samples, str]:
        """One sequence as received, and the keys that are to be heard in it."""
        keys = "".join(rng.choice(list(KEYS), KEYS_A_SEQUENCE))
        received = self.channel(self.keying.send(keys, rng), int(rng.integers(1 << 31)))
        return np.clip(received, -1, 1), keys if self.heard else ""


def fixed(effect: Callable[..., Samples], *how: Any) -> Channel:
    """`effect(sound, *how)`."""
    return lambda sound, _: effect(sound, *how)


def random(effect: Callable[..., Samples], *how: Any) -> Channel:
    """`effect(sound, *how)`, different each time."""
    return lambda sound, seed: effect(sound, *how, seed=seed)


def noise(snr_db: float) -> Channel:
    """White noise."""
    return random(channel.with_noise, snr_db)


def through(*ways: Channel) -> Channel:
    """One thing after the other."""

    def received(sound: Samples, seed: int) -> Samples:
        for way in ways:
            sound = way(sound, seed)
        return sound

    return received


def rows() -> Iterator[Row]:
    """All of them."""
    yield from _timing()
    yield from _noise_and_level()
    yield from _twist_and_drift()
    yield from _radio()
    yield from _ways()
    yield from _codecs()
    yield from _refused()


def _timing() -> Iterator[Row]:
    yield Row("100 ms keys")
    for ms in (50, 40):
        short = Keying(tone_s=ms / 1000, gap_s=ms / 1000)
        yield Row(f"{ms}/{ms} ms", short)
        yield Row(f"{ms}/{ms} ms, SNR 15 dB", short, noise(15))
    yield Row("50/50 ms, SNR 10 dB", Keying(tone_s=0.05, gap_s=0.05), noise(10))
    yield Row("held for 1.6 s", Keying(tone_s=1.6, gap_s=0.2), noise(20))
    yield Row("one tone 10 ms late", Keying(late_s=0.01), noise(20))


def _noise_and_level() -> Iterator[Row]:
    for snr_db in (20, 15, 10, 5, 3, 0, -3):
        yield Row(f"SNR {snr_db} dB", channel=noise(snr_db))
    yield Row("SNR 0 dB, 300 to 3000 Hz", channel=through(noise(0), fixed(channel.radio_band)))
    yield Row("weak: -54 dBFS", Keying(gain=0.01))
    yield Row("-45 dBFS, SNR 20 dB", Keying(gain=10 ** (-31 / 20)), noise(20))
    yield Row("full scale", Keying(gain=2.5))


def _twist_and_drift() -> Iterator[Row]:
    for twist_db in (-10, -8, -6, -4, 4, 6, 8, 10, 12):
        yield Row(f"twist {twist_db:+d} dB, SNR 25 dB", Keying(twist_db=twist_db), noise(25))
    for percent in (-1.8, -1.5, 1.5, 1.8):
        off = percent / 100, percent / 100
        yield Row(f"off by {percent:+.1f} %, SNR 25 dB", Keying(off=off), noise(25))
    yield Row("low -1.5 %, high +1.5 %, SNR 20 dB", Keying(off=(-0.015, 0.015)), noise(20))
    yield Row("off by 1.5 %, twist 6 dB, SNR 10 dB", Keying(off=(0.015, 0.015), twist_db=6), noise(10))
    yield Row("wavering by 0.6 %, SNR 20 dB", channel=through(random(channel.wandering), noise(20)))


def _radio() -> Iterator[Row]:
    ctcss = fixed(channel.with_tone, 162.2, 6)
    yield Row("CTCSS 6 dB louder, SNR 20 dB", channel=through(ctcss, noise(20)))
    for hz in (50, 60):
        yield Row(f"hum of {hz} Hz 10 dB louder", Keying(gain=0.3), random(channel.with_hum, hz, 10))
    yield Row("direct current", Keying(gain=0.5), lambda sound, _: sound + np.float32(0.5))
    yield Row("de-emphasised, SNR 20 dB", channel=through(fixed(channel.deemphasised), noise(20)))
    yield Row("pre-emphasised, SNR 20 dB", channel=through(fixed(channel.preemphasised), noise(20)))
    yield Row("clipped 6 times, SNR 20 dB", channel=through(noise(20), fixed(channel.clipped)))
    yield Row("clipped to squares", channel=through(noise(30), fixed(channel.clipped, 100)))
    yield Row("FM clicks, SNR 15 dB", channel=through(random(channel.with_clicks), noise(15)))
    yield Row("automatic level, SNR 20 dB", channel=through(noise(20), fixed(channel.pumped)))


def _ways() -> Iterator[Row]:
    for ms in (5, 10, 15):
        holes = random(channel.with_drop_outs, 0.15, ms / 1000)
        yield Row(f"drop-outs of {ms} ms, SNR 20 dB", channel=through(holes, noise(20)))
    for ms, loss_db in ((10, 6), (30, 6), (60, 6), (60, 12)):
        echo = fixed(channel.echoed, ms / 1000, loss_db)
        yield Row(f"echo of {ms} ms, -{loss_db} dB", channel=through(echo, noise(20)))
    for hz in (2, 5, 8):
        yield Row(f"fading by 12 dB at {hz} Hz", channel=through(random(channel.faded, 12, hz), noise(20)))
    yield Row("Rayleigh fading, SNR 20 dB", channel=through(random(channel.rayleigh_faded, 4), noise(20)))
    held = random(channel.held_to_a_microphone)
    yield Row("phone held to the microphone", channel=held)
    yield Row("the same, SNR 10 dB", channel=through(held, noise(10)))
    for below_db in (10, 6, 3):
        voice = random(_spoken_over, below_db)
        yield Row(f"speech under it, -{below_db} dB", channel=through(voice, noise(30)))


def _codecs() -> Iterator[Row]:
    yield Row("mu-law, -30 dBFS", Keying(gain=0.16), fixed(channel.mu_law))
    yield Row("5 bits", channel=fixed(channel.coarse))
    yield Row("codec noise, -15 dB", channel=random(channel.coded))
    for codec in ("gsm", "vox"):
        yield Row(f"codec: {codec}", channel=fixed(_through_codec, codec))


def _refused() -> Iterator[Row]:
    for ms in (18, 23):
        yield Row(f"{ms} ms bursts", Keying(tone_s=ms / 1000, gap_s=0.08), heard=False)
    yield Row("23 ms bursts, SNR 15 dB", Keying(tone_s=0.023, gap_s=0.08), noise(15), heard=False)
    for percent in (-6.0, -5.0, -4.0, -3.5, 3.5, 4.0, 5.0, 6.0):
        yield Row(f"off by {percent:+.1f} %", Keying(off=(percent / 100, percent / 100)), heard=False)
    yield Row("low off by +3.5 %", Keying(off=(0.035, 0)), heard=False)
    yield Row("high off by -3.5 %", Keying(off=(0, -0.035)), heard=False)
    yield Row("twist +24 dB", Keying(twist_db=24), noise(40), heard=False)


def _spoken_over(sound: Samples, below_db: float, *, seed: int) -> Samples:
    """Somebody talks; all of it, pauses included, has `below_db` less power than a pair."""
    start = np.random.default_rng(seed).integers(0, len(real_speech()) - len(sound))
    voice = real_speech()[start : start + len(sound)]
    power = channel.sent_power(sound) / max(float(np.mean(np.square(voice))), 1e-12)
    return sound + voice * np.float32(np.sqrt(power) * 10 ** (-below_db / 20))


def _through_codec(sound: Samples, codec: str) -> Samples:
    raw = ("-t", "raw", "-r", str(RATE_HZ), "-c", "1", "-e", "signed", "-b", "16")
    form = ("-t", codec, "-r", str(RATE_HZ), "-c", "1")
    pcm = (sound * 32767).astype("<i2").tobytes()
    small = subprocess.run(["sox", "-q", *raw, "-", *form, "-"], input=pcm, capture_output=True, check=True)
    large = subprocess.run(
        ["sox", "-q", *form, "-", *raw, "-"], input=small.stdout, capture_output=True, check=True
    )
    return np.frombuffer(large.stdout, "<i2").astype(np.float32) / np.float32(32768)
