import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.transmit.morse import morse
from tests.transmit.closed_loop import multimon
from tests.virtual_cable import RATE_HZ


def keyed_s(sound: Samples, rate_hz: int) -> list[float]:
    """For how long the key is down, up, down ...: from half-way up an edge to half-way down."""
    cycle = round(rate_hz / 800)
    power = np.convolve(np.square(sound, dtype=np.float64), np.ones(cycle) / cycle, "same")
    down = np.concatenate([[False], power > power.max() / 4, [False]])
    return [float(length) for length in np.diff(np.flatnonzero(np.diff(down))) / rate_hz]


@pytest.mark.parametrize(("rate_hz", "speed_wpm"), [(8000, 20), (16_000, 12), (48_000, 40)])
def test_dots_dashes_and_gaps_have_the_lengths_of_the_speed(rate_hz: int, speed_wpm: float) -> None:
    dot_s = 1.2 / speed_wpm
    lengths = keyed_s(morse("AN E", rate_hz, speed_wpm=speed_wpm), rate_hz)
    assert [length / dot_s for length in lengths] == pytest.approx([1, 1, 3, 3, 3, 1, 1, 7, 1], abs=0.06)


def test_a_word_is_sent_so_often_a_minute_as_the_speed_says() -> None:
    once, twice = (len(morse(text, 48_000, speed_wpm=20)) / 48_000 for text in ("PARIS", "PARIS PARIS"))
    assert twice - once == pytest.approx(60 / 20, rel=0.001)


def test_edges_are_soft_so_that_nothing_is_heard_beside_the_tone() -> None:
    power = np.abs(np.fft.rfft(morse("PARIS PARIS", 8000, tone_hz=1000))) ** 2
    hz = np.fft.rfftfreq(2 * len(power) - 2, 1 / 8000)
    assert power[np.abs(hz - 1000) > 400].sum() / power.sum() < 1e-5


def test_the_tone_is_the_asked_one() -> None:
    sound = morse("T", 8000, tone_hz=1200, level_dbfs=-20)
    power = np.abs(np.fft.rfft(sound, 80_000)) ** 2
    assert power.argmax() / 10 == pytest.approx(1200, abs=0.5)


def test_multimon_ng_reads_every_character() -> None:
    text = "THE QUICK BROWN FOX JUMPS OVER A LAZY DOG 0123456789 .,:?'-/()\"=+@"
    quiet = np.zeros(RATE_HZ // 2, np.float32)
    sound = np.concatenate([quiet, morse(f"{text} <SK>", RATE_HZ), quiet])
    assert multimon(sound, "MORSE_CW") == f"{text} <SK>"


@pytest.mark.parametrize(
    ("text", "how", "said"),
    [
        ("Ä", {}, "DIAERESIS"),
        ("E", {"speed_wpm": 61}, "61 words a minute; 5 to 60 can be sent"),
        ("E", {"tone_hz": 4000}, "4000 Hz for .* cannot be sent at 8000 Hz"),
        ("E", {"level_dbfs": -3}, "clips"),
    ],
)
def test_what_cannot_be_sent_is_refused(text: str, how: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        morse(text, 8000, **how)
