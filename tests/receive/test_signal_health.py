from collections.abc import Iterator, Sequence
from functools import cache
from itertools import cycle

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from radiobridge.events import AudioBlock, Samples, TransmissionEnded, TransmissionStarted
from radiobridge.receive.chain import ChainEvent, ReceiveChain
from radiobridge.receive.signal_health.concerns import Concern
from radiobridge.receive.signal_health.watch import SignalWatch
from radiobridge.settings import SignalSettings, SquelchSettings
from tests.builders import in_blocks, keyed, noisy
from tests.channel_model import preemphasised, radio_band
from tests.receive.speech import real_speech

RATE_HZ = 16000
PEAK_DBFS = -10
"""Of the loudest speech that `talked` makes: a good level."""
GAP_S = 6.0


def gain(db: float) -> float:
    return float(10 ** (db / 20))


def tone(hz: float, peak_dbfs: float, length: int, rate_hz: int = RATE_HZ) -> Samples:
    t = np.arange(length) / rate_hz
    return (gain(peak_dbfs) * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def quiet(seconds: float, rate_hz: int = RATE_HZ) -> Samples:
    return np.zeros(round(seconds * rate_hz), np.float32)


@cache
def spoken(rate_hz: int = RATE_HZ, times: int = 6, each_s: float = 5.0, gap_s: float = GAP_S) -> Samples:
    """Real speech at a good level, `times` transmissions with pauses between them, without any noise."""
    first = 8000 * 60
    speech = real_speech()[first : first + round(times * each_s * 8000)]
    speech = soxr.resample(speech, 8000, rate_hz).astype(np.float32)
    speech *= gain(PEAK_DBFS) / np.abs(speech).max()
    parts = np.array_split(speech, times)
    sound = np.concatenate([quiet(gap_s, rate_hz), *(p for x in parts for p in (x, quiet(gap_s, rate_hz)))])
    sound.flags.writeable = False
    return sound


def while_spoken(sound: Samples, rate_hz: int = RATE_HZ) -> Samples:
    """1 where `spoken` speaks, and half a second around, else 0."""
    loud = np.abs(sound[:: rate_hz // 100]) > 1e-4
    near = np.convolve(loud, np.ones(101), "same") > 0
    return np.resize(np.repeat(near, rate_hz // 100), len(sound)).astype(np.float32)


def changes(
    blocks: Iterator[AudioBlock],
    squelch: SquelchSettings | None = None,
    *,
    silent_alarm_h: float = 0,
    is_analogue: bool = True,
) -> list[Concern]:
    """What the watch says of this sound, as a channel feeds it."""
    squelch = squelch or SquelchSettings()
    chain = ReceiveChain("gate", squelch, SignalSettings(), lambda: "T")
    watch = SignalWatch(squelch, silent_alarm_h=silent_alarm_h, is_analogue=is_analogue)
    return [concern for block in blocks for concern in watch.feed(block, chain.feed(block))]


def of(
    sound: Samples, rate_hz: int = RATE_HZ, squelch: SquelchSettings | None = None, **how: float
) -> list[Concern]:
    return changes(in_blocks(sound, rate_hz // 10, rate_hz, 1e9), squelch, **how)  # type: ignore[arg-type]


def names(of_them: Sequence[Concern]) -> list[str]:
    """Faults in the order in which they began (`weak`) or were over (`weak over`)."""
    return [c.name if c.why else f"{c.name} over" for c in of_them]


@pytest.mark.parametrize("rate_hz", [8000, 11025, 48000])
def test_of_speech_at_a_good_level_nothing_is_said(rate_hz: int) -> None:
    assert of(noisy(spoken(rate_hz), -62), rate_hz) == []


@pytest.mark.parametrize("db", [-8, 3])
def test_speech_may_be_soft_or_nearly_loud(db: float) -> None:
    assert of(noisy(spoken() * gain(db), -65)) == []


def test_speech_that_a_transmitter_limited_is_not_clipped() -> None:
    speech = spoken(8000)
    hot = preemphasised(radio_band(speech))
    hot = np.clip(hot, -0.05, 0.05).astype(np.float32)
    limited = radio_band(np.cumsum(radio_band(hot)).astype(np.float32))
    limited *= gain(PEAK_DBFS) / np.abs(limited).max()
    assert of(noisy(limited, -62), 8000) == []


@pytest.mark.parametrize("level_dbfs", [-30, -20, -12])
@pytest.mark.parametrize("twist_db", [-6, 0, 6])
def test_of_keys_at_a_good_level_nothing_is_said(level_dbfs: float, twist_db: float) -> None:
    keys = keyed("*103#", level_dbfs=level_dbfs, twist_db=twist_db, around_s=4)
    assert of(noisy(np.tile(keys, 8), -62)) == []


@pytest.mark.parametrize("hz", [67.0, 97.4, 100.0, 118.8, 151.4, 179.9, 250.3])
def test_ctcss_under_the_voice_is_no_hum(hz: float) -> None:
    voice = spoken(8000)
    bent = tone(hz, -28, len(voice), 8000) + tone(2 * hz, -45, len(voice), 8000)
    assert of(noisy(voice + while_spoken(voice, 8000) * bent, -62), 8000) == []


@pytest.mark.parametrize("hz", [1000.0, 1750.0, 2400.0])
def test_a_steady_tone_is_not_clipped(hz: float) -> None:
    call = np.concatenate([quiet(3), tone(hz, -6, RATE_HZ * 2)])
    assert of(noisy(np.tile(call, 6), -62)) == []


def test_of_a_quiet_channel_nothing_is_said() -> None:
    assert of(noisy(quiet(150), -65)) == []


def test_a_squelch_that_the_meter_has_set_is_not_too_near() -> None:
    squelch = SquelchSettings(open_dbfs=-42)
    assert of(noisy(quiet(120), -52), squelch=squelch) == []


def test_a_click_is_no_clipping() -> None:
    sound = noisy(spoken(), -62)
    for at in range(RATE_HZ * 8, len(sound), RATE_HZ * 11):
        sound[at : at + 200] = 1
    assert of(sound) == []


def test_clipped_speech_is_told_from_the_third_transmission_on_until_it_is_clean() -> None:
    clipped = np.clip(noisy(spoken(), -75) * gain(18), -1, 1)
    told = of(np.concatenate([clipped, noisy(spoken(), -62)]))
    assert names(told) == ["clipping", "clipping over"]
    assert told[0].why == (
        "Clipped in 3 of the last 3 transmissions: turn the radio's volume or the card's level down until "
        "speech peaks below -6 dBFS."
    )


def test_speech_clipped_before_the_card_has_its_own_advice() -> None:
    told = of(noisy(np.clip(spoken() * gain(14), -0.3, 0.3), -62))
    assert names(told) == ["clipping"]
    assert "before the sound card (tops are flat at -10 dBFS): turn the radio's volume down" in told[0].why


def test_clipped_keys_are_told() -> None:
    keys = keyed("*103#", level_dbfs=-10, around_s=2)
    assert names(of(noisy(np.clip(np.tile(keys, 6) * 6, -1, 1), -62))) == ["clipping"]


def test_two_clipped_transmissions_of_many_are_somebody_who_shouts() -> None:
    sound = noisy(spoken(), -62)
    loud = RATE_HZ * 22
    sound[:loud] = np.clip(sound[:loud] * gain(18), -1, 1)
    assert of(sound) == []


def test_weak_transmissions_are_told_until_they_are_loud_enough() -> None:
    weak = noisy(spoken() * gain(-17), -70)
    told = of(np.concatenate([weak, noisy(spoken(), -62)]))
    assert names(told) == ["weak", "weak over"]
    assert told[0].why.startswith("Too weak, -4")
    assert "where squelch.open_dbfs is -45: turn the radio's volume or the card's level up" in told[0].why


def test_one_weak_handset_among_others_is_not_the_channel() -> None:
    sound = spoken(times=8).copy()
    length = RATE_HZ * 11
    for at in range(0, len(sound), 2 * length):
        sound[at : at + length] *= gain(-17)
    assert of(noisy(sound, -70)) == []


def test_a_microphone_level_in_a_line_input_is_told_where_nothing_opens() -> None:
    told = of(noisy(spoken() * gain(-34), -85))
    assert names(told) == ["under-squelch"]
    assert "never opens the squelch (squelch.open_dbfs is -45)" in told[0].why


def test_it_is_over_when_something_opens() -> None:
    weak = noisy(spoken() * gain(-34), -85)
    told = of(np.concatenate([weak, noisy(spoken(), -62)]))
    assert names(told) == ["under-squelch", "under-squelch over"]


@pytest.mark.parametrize(("hz", "mains"), [(50, 50), (49.6, 50), (60, 60)])
def test_hum_between_transmissions_is_told_with_its_mains(hz: float, mains: int) -> None:
    sound = noisy(quiet(60), -70)
    sound += tone(hz, -52, len(sound)) + tone(3 * hz, -55, len(sound))
    (told,) = of(sound)
    assert told.name == "hum"
    assert told.why.startswith(f"Hum of {mains} Hz at -53 dBFS: put an isolating transformer")


def test_hum_goes_with_the_transformer() -> None:
    hum = noisy(quiet(60), -70)
    hum += tone(50, -50, len(hum))
    assert names(of(np.concatenate([hum, noisy(quiet(90), -70)]))) == ["hum", "hum over"]


def test_hum_that_comes_with_the_transmissions_is_told() -> None:
    voice = spoken()
    hum = tone(60, -38, len(voice)) + tone(120, -44, len(voice))
    (told,) = of(noisy(voice + while_spoken(voice) * hum, -62))
    assert told.name == "hum-in-sound"
    assert told.why.startswith("Hum of 60 Hz in the transmissions")


def test_hum_that_is_there_all_the_time_is_told_once() -> None:
    voice = spoken()
    told = of(noisy(voice + tone(60, -34, len(voice)), -62), squelch=SquelchSettings(open_dbfs=-30))
    assert names(told) == ["hum"]


def test_faint_hum_does_not_matter() -> None:
    sound = noisy(quiet(90), -70)
    assert of(sound + tone(50, -62, len(sound))) == []


@pytest.mark.parametrize(("offset", "says"), [(0.05, "+5.0%"), (-0.05, "-5.0%"), (0.004, "+0.4%")])
def test_an_offset_is_told_whether_or_not_it_opens_the_squelch(offset: float, says: str) -> None:
    (told,) = of(noisy(quiet(60), -62) + np.float32(offset))
    assert told.name == "offset"
    assert told.why.startswith(f"An offset of {says} of full scale")


def test_an_offset_is_over_when_it_is_gone() -> None:
    sound = noisy(quiet(150), -62)
    sound[: RATE_HZ * 60] += np.float32(0.003)
    assert names(of(sound)) == ["offset", "offset over"]


def test_noise_near_the_squelch_is_told_with_the_setting_that_fits() -> None:
    (told,) = of(noisy(quiet(60), -50))
    assert told.name == "noise"
    assert "opens at -45 and closes at -51 dBFS: set squelch.open_dbfs = -40" in told.why


def test_noise_is_over_when_it_is_clearly_less() -> None:
    assert names(of(np.concatenate([noisy(quiet(60), -50), noisy(quiet(60), -56)]))) == [
        "noise",
        "noise over",
    ]


def test_noise_that_goes_up_and_down_at_the_bound_does_not_flap() -> None:
    parts = [noisy(quiet(40), level, seed) for seed, level in enumerate((-52.7, -53.3) * 4)]
    assert len(of(np.concatenate(parts))) <= 1


def test_where_no_level_opens_the_squelch_noise_is_not_told() -> None:
    assert of(noisy(quiet(90), -20), squelch=SquelchSettings(open_on="carrier")) == []


def test_digital_silence_of_a_sound_card_is_told_within_a_minute_or_two() -> None:
    told = of(np.concatenate([quiet(90), noisy(quiet(30), -65)]))
    assert names(told) == ["muted", "muted over"]
    assert told[0].why.startswith("Digital silence: the input is muted, or nothing is plugged into it (1 min")


def test_a_constant_is_silence_too() -> None:
    assert "muted" in names(of(quiet(90) + np.float32(0.001)))


def test_digital_silence_from_the_network_means_a_squelched_receiver() -> None:
    assert of(quiet(150), is_analogue=False) == []


def test_a_radio_that_mutes_its_output_between_transmissions_is_learned() -> None:
    sound = np.concatenate([spoken(), quiet(150)])
    assert of(sound) == []


@pytest.mark.parametrize(("alarm_h", "told"), [(0.05, ["silent", "silent over"]), (0.2, []), (0, [])])
def test_silence_for_too_long_is_told_until_somebody_is_heard(alarm_h: float, told: list[str]) -> None:
    sound = noisy(np.concatenate([quiet(200), spoken(times=2)]), -65)
    assert names(of(sound, silent_alarm_h=alarm_h)) == told


def test_hours_of_silence_are_counted_on_when_the_device_is_opened_anew() -> None:
    watch = SignalWatch(SquelchSettings(), silent_alarm_h=0.05, is_analogue=True)
    hiss = noisy(quiet(100), -65)

    def told() -> list[str]:
        return names([c for b in in_blocks(hiss, 320) for c in watch.feed(b, [])])

    assert told() == []
    watch.restart()
    assert told() == ["silent"]
    watch.restart()
    assert told() == ["silent"]


def test_a_device_that_comes_back_at_another_rate_is_measured_on() -> None:
    squelch = SquelchSettings()
    watch = SignalWatch(squelch, silent_alarm_h=0, is_analogue=True)
    sounds = ((noisy(quiet(20), -50), RATE_HZ), (noisy(quiet(40, 48000), -50), 48000))
    told = [c for x, rate_hz in sounds for b in in_blocks(x, 960, rate_hz) for c in watch.feed(b, [])]
    assert names(told) == ["noise"]


def faulty() -> Samples:
    """Hum, then clipping, then weak speech, then noise, in less than two minutes at 8 kHz."""
    speech = spoken(8000, times=4, each_s=2.5, gap_s=3)
    weak = spoken(8000, times=5, each_s=2, gap_s=7)
    hum = noisy(quiet(35, 8000), -70)
    return np.concatenate(
        [
            hum + tone(50, -48, len(hum), 8000),
            np.clip(noisy(speech, -80) * gain(20), -1, 1),
            noisy(weak * gain(-18), -75),
            noisy(quiet(35, 8000), -49.5),
        ]
    )


@cache
def faults_block_by_block() -> list[Concern]:
    return of(faulty(), 8000)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(1, 30000), min_size=1, max_size=6))
def test_the_sizes_of_the_blocks_do_not_matter(sizes: list[int]) -> None:
    def blocks() -> Iterator[AudioBlock]:
        sound, at = faulty(), 0
        for size in cycle([*sizes, 20000]):
            if at >= len(sound):
                return
            yield AudioBlock(sound[at : at + size], 8000, 1e9 + at / 8000)
            at += size

    assert {"hum", "clipping", "weak"} <= set(names(faults_block_by_block()))
    assert changes(blocks()) == faults_block_by_block()


@settings(max_examples=5, deadline=None)
@given(
    st.floats(-9, 3),
    st.floats(-75, -58),
    st.integers(0, 100),
    st.sampled_from([8000, 16000]),
)
def test_of_good_levels_nothing_is_said(speech_db: float, noise_dbfs: float, seed: int, rate_hz: int) -> None:
    sound = spoken(rate_hz, times=4, each_s=4, gap_s=9)
    assert of(noisy(sound * gain(speech_db), noise_dbfs, seed), rate_hz) == []


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.sampled_from([0.0, 1.0, -1.0, 1e-7, 0.5, 40.0, np.nan, np.inf, -np.inf]), min_size=1, max_size=40
    )
)
def test_what_is_no_sound_does_no_harm(values: list[float]) -> None:
    watch = SignalWatch(SquelchSettings(), silent_alarm_h=0.01, is_analogue=True)
    sound = np.resize(np.array(values, np.float32), 4000 * 80)
    events: dict[int, list[ChainEvent]] = {
        10: [TransmissionStarted("gate", 10, "T")],
        70: [TransmissionEnded("gate", 70, "T", 10, 60, -3, -10)],
    }
    for block in in_blocks(sound, 4000, 4000):
        for concern in watch.feed(block, events.get(round(block.at), [])):
            assert concern.why == "" or concern.why.endswith(".")
