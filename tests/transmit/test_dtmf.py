import re

import numpy as np
import pytest

from radiobridge.transmit.dtmf import dtmf


def test_a_key_has_its_two_tones_at_the_asked_level_and_twist() -> None:
    sound = dtmf("5", 8000, tone_s=1, gap_s=0, level_dbfs=-20, twist_db=6)
    power = np.abs(np.fft.rfft(sound)) ** 2
    assert sound.dtype == np.float32
    assert 10 * np.log10(np.mean(sound**2)) == pytest.approx(-20, abs=0.1)
    assert 10 * np.log10(power[1336] / power[770]) == pytest.approx(6, abs=0.1)


def test_no_keys_are_no_sound() -> None:
    assert len(dtmf("", 8000)) == 0


@pytest.mark.parametrize(
    ("keys", "level_dbfs", "said"), [("12x", -10, "'x'"), ("1", -6, r"-6 clips; .* -6\.1 dBFS at most")]
)
def test_what_cannot_be_sent_is_refused(keys: str, level_dbfs: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        dtmf(keys, 8000, level_dbfs=level_dbfs)


@pytest.mark.parametrize("twist_db", [0, 4, -9, 20])
def test_the_loudest_level_that_a_refusal_names_is_sent(twist_db: float) -> None:
    with pytest.raises(ValueError, match="at most") as refused:
        dtmf("1", 8000, level_dbfs=0, twist_db=twist_db)
    named = re.search(r"has (\S+) dBFS", str(refused.value))
    assert named
    loudest_dbfs = float(named[1])
    assert np.abs(dtmf("1", 8000, level_dbfs=loudest_dbfs, twist_db=twist_db)).max() <= 1
    with pytest.raises(ValueError, match="clips"):
        dtmf("1", 8000, level_dbfs=loudest_dbfs + 0.1, twist_db=twist_db)
