"""What holds for every tone decoder, found by discovery."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from radiobridge.events import Digit, Samples, Selcall, Signal, UnitId
from radiobridge.receive.decoders import TONE_DECODERS, ToneBank, ToneDecoder
from radiobridge.settings import SignalSettings
from tests.builders import noisy
from tests.receive.hearing import BEGAN_AT, heard
from tests.receive.specimens import SPECIMENS, Specimen

EVERY = [
    pytest.param(name, specimen, id=f"{name}-{index}")
    for name, specimens in SPECIMENS.items()
    for index, specimen in enumerate(specimens)
]


def made(name: str, specimen: Specimen) -> ToneDecoder:
    make = dict(TONE_DECODERS)[name]
    return make("gate", SignalSettings(**specimen.settings))


def code(signal: Signal) -> str:
    match signal:
        case Digit():
            return signal.key
        case UnitId():
            return signal.unit
        case Selcall():
            return signal.code


def test_every_decoder_has_a_specimen() -> None:
    assert [name for name, _ in TONE_DECODERS] == list(SPECIMENS)


@pytest.mark.parametrize(("name", "specimen"), EVERY)
def test_what_is_sent_is_heard(name: str, specimen: Specimen) -> None:
    signals = heard(made(name, specimen), noisy(specimen.sound(), -50))
    assert tuple(map(code, signals)) == specimen.codes
    for signal in signals:
        assert signal.channel == "gate"
        assert BEGAN_AT <= signal.at < BEGAN_AT + len(specimen.sound()) / 8000
        assert signal.duration_s > 0
        assert -60 < signal.level_dbfs < 0
        assert 0 < signal.snr_db <= 30


@pytest.mark.parametrize(("name", "specimen"), EVERY)
@settings(deadline=None, max_examples=15)
@given(sizes=st.lists(st.integers(0, 3000), max_size=40), block=st.integers(1, 20_000))
def test_any_split_into_blocks_gives_the_same(
    name: str, specimen: Specimen, sizes: list[int], block: int
) -> None:
    sound = noisy(specimen.sound(), -40)
    whole = heard(made(name, specimen), sound, len(sound))
    split = heard(made(name, specimen), sound, max(block, 40), sizes)
    assert list(map(code, split)) == list(map(code, whole)) != []
    for one, other in zip(split, whole, strict=True):
        assert type(one) is type(other)
        assert [f.name for f in dataclasses.fields(one)] == [f.name for f in dataclasses.fields(other)]
        assert one.at == pytest.approx(other.at, abs=1e-6)
        assert one.duration_s == pytest.approx(other.duration_s)
        assert one.level_dbfs == pytest.approx(other.level_dbfs, abs=0.01)
        assert one.snr_db == pytest.approx(other.snr_db, abs=0.01)


@pytest.mark.parametrize(("name", "specimen"), EVERY)
@settings(deadline=None, max_examples=30)
@given(
    blocks=st.lists(
        arrays.arrays(np.float32, st.integers(0, 900), elements=st.floats(-4, 4, width=32)), max_size=6
    )
)
def test_garbage_raises_nothing(name: str, specimen: Specimen, blocks: list[Samples]) -> None:
    decoder = made(name, specimen)
    for block in blocks:
        decoder.feed(block, 0)
    decoder.finish()


@pytest.mark.parametrize("rate_hz", [8000, 16000, 48000])
def test_the_bank_hears_at_every_rate(rate_hz: int) -> None:
    specimen, *_ = SPECIMENS["dtmf"]
    bank = ToneBank("gate", SignalSettings(), rate_hz)
    sound = np.repeat(specimen.sound(), rate_hz // 8000)
    signals = [*bank.feed(sound, 0), *bank.finish()]
    assert tuple(map(code, signals)) == specimen.codes
    assert signals[0].at == pytest.approx(0.3, abs=0.02)


def test_who_speaks_is_told_before_what_he_keys_even_in_one_block() -> None:
    specimen, *_ = SPECIMENS["mdc1200"]
    sound = np.concatenate([specimen.sound(), SPECIMENS["dtmf"][0].sound()])
    signals = ToneBank("gate", SignalSettings(), 8000).feed(sound, 0)
    assert [type(signal) for signal in signals[:2]] == [UnitId, Digit]
