import numpy as np
import pytest

from radiobridge.events import Digit, Samples, UnitId
from radiobridge.receive.dtmf_id import DtmfIdDecoder
from radiobridge.transmit.dtmf import dtmf
from tests.builders import noisy
from tests.receive.hearing import BEGAN_AT, heard

RATE_HZ = 8000


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def sent(keys: str, tone_s: float = 0.08, gap_s: float = 0.06) -> Samples:
    return dtmf(keys, RATE_HZ, tone_s=tone_s, gap_s=gap_s)


def units(*sounds: Samples) -> list[str]:
    signals = heard(DtmfIdDecoder("gate", 5), noisy(np.concatenate(sounds), -40))
    return [signal.unit for signal in signals if isinstance(signal, UnitId)]


@pytest.mark.parametrize(("tone_s", "gap_s"), [(0.05, 0.05), (0.08, 0.06), (0.2, 0.1)])
def test_an_id_at_the_start_and_at_the_end_is_heard(tone_s: float, gap_s: float) -> None:
    row = sent("12A45", tone_s, gap_s)
    assert units(quiet(0.4), row, quiet(5)) == ["12A45"]
    assert units(quiet(5), row, quiet(0.6)) == ["12A45"]
    assert units(quiet(0.4), row, quiet(3), row, quiet(0.5)) == ["12A45", "12A45"]


def test_a_code_after_an_id_is_heard_with_it() -> None:
    sound = noisy(np.concatenate([quiet(0.4), sent("12345"), quiet(1), sent("*103#"), quiet(1)]), -40)
    signals = heard(DtmfIdDecoder("gate", 5), sound)
    assert "".join(s.key for s in signals if isinstance(s, Digit)) == "12345*103#"
    (unit,) = (s for s in signals if isinstance(s, UnitId))
    assert (unit.system, unit.unit) == ("dtmf", "12345")
    assert unit.at == pytest.approx(BEGAN_AT + 0.4, abs=0.02)
    assert unit.duration_s == pytest.approx(0.64, abs=0.03)


def test_codes_other_lengths_and_rows_in_the_middle_are_no_id() -> None:
    assert units(quiet(0.4), sent("*103#"), quiet(1)) == []
    assert units(quiet(0.4), sent("1234"), quiet(1)) == []
    assert units(quiet(0.4), sent("123456"), quiet(1)) == []
    assert units(quiet(4), sent("12345"), quiet(4)) == []


def test_what_is_keyed_by_hand_is_no_id() -> None:
    rng = np.random.default_rng(1)
    keys = [sent(k, rng.uniform(0.08, 0.2), rng.uniform(0.05, 0.2)) for k in "12345"]
    assert units(quiet(0.4), *keys, quiet(1)) == []
