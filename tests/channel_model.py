"""What a radio channel does to sound between an encoder and a decoder, for tests and benches.

Each function takes and gives float32 mono at 8 kHz and is repeatable by its seed. Levels: `snr_db` is the
power of what is sent, while it is sent, over white noise in 0 to 4 kHz.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples

Response: TypeAlias = Callable[[NDArray[np.floating]], NDArray[Any]]
"""From frequencies in Hz to what a filter makes of them, real or complex."""

RATE_HZ = 8000


def sent_power(sound: Samples) -> float:
    """Mean square of the sound without its pauses."""
    loud = sound[np.abs(sound) > 0.001]
    return float(np.mean(np.square(loud, dtype=np.float64))) if len(loud) else 0.0


def with_noise(sound: Samples, snr_db: float, seed: int = 1) -> Samples:
    """White noise over all of it."""
    sigma = np.sqrt(sent_power(sound) / 10 ** (snr_db / 10))
    return _f32(sound + np.random.default_rng(seed).normal(0, sigma, len(sound)))


def with_voice(sound: Samples, voice: Samples, below_db: float, seed: int = 1) -> Samples:
    """Somebody talks at the same time, `below_db` under what is sent."""
    start = int(np.random.default_rng(seed).integers(0, max(len(voice) - len(sound), 1)))
    under = np.resize(voice[start : start + len(sound)], len(sound))
    gain = np.sqrt(sent_power(sound) / max(sent_power(under), 1e-12)) * 10 ** (-below_db / 20)
    return _f32(sound + gain * under)


def radio_band(sound: Samples, low_hz: float = 300, high_hz: float = 3000) -> Samples:
    """What the speaker of a radio passes: 12 dB an octave outside."""
    return _filtered(
        sound, lambda hz: 1 / (1 + (low_hz / np.maximum(hz, 1)) ** 2) / (1 + (hz / high_hz) ** 2)
    )


def deemphasised(sound: Samples, corner_hz: float = 300) -> Samples:
    """A radio without pre-emphasis into one with de-emphasis: 6 dB an octave down; the level is kept."""
    return _as_loud(_filtered(sound, lambda hz: 1 / (1 + 1j * hz / corner_hz)), sound)


def preemphasised(sound: Samples, corner_hz: float = 3000) -> Samples:
    """The other way round, as at a discriminator output: 6 dB an octave up; the level is kept."""
    return _as_loud(_filtered(sound, lambda hz: hz / corner_hz + 0j), sound)


def clipped(sound: Samples, drive: float = 6, at: float = 0.6) -> Samples:
    """A microphone amplifier or a sound card that is driven too hard."""
    return _f32(np.clip(sound * drive, -at, at))


def echoed(sound: Samples, delay_s: float = 0.03, loss_db: float = 8) -> Samples:
    """A second way, or a second receiver, that is late."""
    delay = round(delay_s * RATE_HZ)
    late = np.concatenate([np.zeros(delay, np.float32), sound[: len(sound) - delay]])
    return _f32(sound + late * 10 ** (-loss_db / 20))


def faded(sound: Samples, depth_db: float = 12, rate_hz: float = 5, seed: int = 1) -> Samples:
    """The level goes up and down `rate_hz` times a second, by `depth_db` from top to bottom."""
    t = np.arange(len(sound)) / RATE_HZ + np.random.default_rng(seed).uniform(0, 1)
    return _f32(sound * 10 ** (depth_db / 40 * (np.cos(2 * np.pi * rate_hz * t) - 1)))


def with_drop_outs(sound: Samples, every_s: float = 0.25, length_s: float = 0.01, seed: int = 1) -> Samples:
    """Short holes, as in a weak FM signal or on a network."""
    holed = sound.copy()
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, every_s)
    while at * RATE_HZ < len(holed):
        holed[round(at * RATE_HZ) : round((at + length_s) * RATE_HZ)] = 0
        at += rng.uniform(0.5, 1.5) * every_s
    return holed


def with_clicks(sound: Samples, a_second: float = 8, height: float = 0.8, seed: int = 1) -> Samples:
    """FM threshold clicks: single pulses of 0.3 ms."""
    rng = np.random.default_rng(seed)
    clicked = sound.copy()
    for at in rng.integers(0, max(len(sound) - 3, 1), round(len(sound) / RATE_HZ * a_second)):
        clicked[at : at + 3] += np.float32(height * rng.choice([-1, 1])) * np.array([0.5, 1, 0.5], np.float32)
    return clicked


def drifted(sound: Samples, by: float) -> Samples:
    """Played `by` (a fraction) too fast: all its tones are that much too high."""
    where = np.arange(0, len(sound) - 1, 1 + by)
    return _f32(np.interp(where, np.arange(len(sound)), sound))


def wandering(sound: Samples, by: float = 0.006, rate_hz: float = 6, seed: int = 1) -> Samples:
    """Played by something that does not run evenly: its tones go up and down by `by` (a fraction)."""
    t = np.arange(len(sound)) / RATE_HZ
    phase = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    late_s = by / (2 * np.pi * rate_hz) * np.sin(2 * np.pi * rate_hz * t + phase)
    return _f32(np.interp(t + late_s, t, sound))


def rayleigh_faded(sound: Samples, doppler_hz: float = 4, seed: int = 1) -> Samples:
    """The level goes as that of a signal over many ways does; its mean power is kept."""
    rng = np.random.default_rng(seed)
    waves = np.fft.fft(rng.normal(size=len(sound)) + 1j * rng.normal(size=len(sound)))
    waves[np.abs(np.fft.fftfreq(len(sound), 1 / RATE_HZ)) > doppler_hz] = 0
    level = np.abs(np.fft.ifft(waves))
    return _f32(sound * level / np.sqrt(np.mean(level**2)))


def pumped(sound: Samples, release_s: float = 0.25) -> Samples:
    """An automatic level that falls at once and rises slowly: pauses fill with what else there is."""
    fall = np.exp(-1 / (release_s * RATE_HZ))
    peak = 1e-3
    gain = np.empty(len(sound))
    for index, size in enumerate(np.abs(sound).tolist()):
        peak = max(size, peak * fall, 0.02)
        gain[index] = 0.3 / peak
    return _f32(sound * gain)


def with_hum(sound: Samples, hz: float = 50, above_db: float = 10, seed: int = 1) -> Samples:
    """Mains hum and its second and third harmonic, as a bad ground brings it."""
    t = np.arange(len(sound)) / RATE_HZ
    phase = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    hum = sum(np.sin(2 * np.pi * n * hz * t + n * phase) / n**2 for n in (1, 2, 3))
    return _f32(sound + hum * np.sqrt(2 * sent_power(sound)) * 10 ** (above_db / 20))


def with_tone(sound: Samples, hz: float, above_db: float) -> Samples:
    """A steady tone, such as CTCSS, `above_db` over what is sent."""
    tone = np.sin(2 * np.pi * hz * np.arange(len(sound)) / RATE_HZ)
    return _f32(sound + tone * np.sqrt(2 * sent_power(sound)) * 10 ** (above_db / 20))


def mu_law(sound: Samples, bits: int = 8) -> Samples:
    """As a telephone codec keeps it. Source: ITU-T G.711, without its segments."""
    small = np.sign(sound) * np.log1p(255 * np.abs(sound)) / np.log1p(255)
    kept = np.round(small * 2 ** (bits - 1)) / 2 ** (bits - 1)
    return _f32(np.sign(kept) * np.expm1(np.abs(kept) * np.log1p(255)) / 255)


def coarse(sound: Samples, bits: int = 5) -> Samples:
    """Kept in few bits."""
    return _f32(np.round(sound * 2 ** (bits - 1)) / 2 ** (bits - 1))


def coded(sound: Samples, below_db: float = 15, seed: int = 1) -> Samples:
    """As a codec for speech leaves it: noise that follows the sound, `below_db` under it."""
    level = np.sqrt(np.convolve(np.square(sound, dtype=np.float64), np.ones(160) / 160, "same"))
    noise = np.random.default_rng(seed).normal(0, 1, len(sound))
    return _f32(sound + noise * level * 10 ** (-below_db / 20))


def held_to_a_microphone(sound: Samples, seed: int = 1) -> Samples:
    """From a phone's loudspeaker into a handset's microphone.

    A small loudspeaker passes little below 500 Hz and distorts, the room adds early reflections of 1 to
    15 ms, and the microphone's automatic level and the operator's breath do the rest.
    """
    rng = np.random.default_rng(seed)
    bent = np.tanh(2.5 * sound / max(float(np.abs(sound).max(initial=0)), 1e-6)) * np.abs(sound).max(
        initial=0
    )
    air = bent.astype(np.float64)
    for delay_s in rng.uniform(0.001, 0.015, 6):
        delay = round(delay_s * RATE_HZ)
        air[delay:] += rng.uniform(-0.35, 0.35) * bent[: len(bent) - delay]
    small = _filtered(_f32(air), lambda hz: 1 / (1 + (600 / np.maximum(hz, 1)) ** 4))
    breath = np.cumsum(rng.normal(0, 1, len(sound)))
    breath -= np.convolve(breath, np.ones(80) / 80, "same")
    breath *= np.sqrt(sent_power(sound)) * 0.05 / max(float(breath.std()), 1e-9)
    return _f32(_as_loud(small, sound) + breath)


def _filtered(sound: Samples, response: Response) -> Samples:
    spectrum = np.fft.rfft(sound.astype(np.float64))
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    return _f32(np.fft.irfft(spectrum * response(hz), len(sound)))


def _f32(sound: NDArray[Any]) -> Samples:
    return np.asarray(sound, np.float32)


def _as_loud(sound: Samples, model: Samples) -> Samples:
    gain = np.sqrt(sent_power(model) / max(sent_power(sound), 1e-12))
    return _f32(sound * gain)
