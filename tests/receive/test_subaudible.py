import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.receive.subaudible import DELAY_S, RATE_HZ, SubaudibleSound, whole_frames
from tests.receive.subaudible import hiss, sine


def band(sound: Samples, block: int = 160, step_s: float = 0.05) -> Samples:
    """All that comes out, a step at a time."""
    kept = SubaudibleSound(step_s, step_s)
    out = [
        step.copy()
        for start in range(0, len(sound), block)
        for step in kept.steps(sound[start : start + block])
    ]
    return np.concatenate(out)


@pytest.mark.parametrize("hz", [5, 67, 134.4, 254.1, 500, 800])
def test_what_is_below_850_hz_passes_as_it_was(hz: float) -> None:
    sound = sine(hz, 1.0)
    late = round(DELAY_S * RATE_HZ)
    np.testing.assert_allclose(band(sound)[late + 50 :], sound[::4][50:-late], atol=2e-4)


@pytest.mark.parametrize("hz", [1250, 1750, 2000, 3990])
def test_what_is_above_does_not_fold_back(hz: float) -> None:
    assert np.abs(band(sine(hz, 1.0, level_dbfs=-3.1))[100:]).max() < 1e-3


@pytest.mark.parametrize("block", [1, 79, 400, 3000, 8000])
def test_blocks_of_any_size_give_the_same(block: int) -> None:
    sound = hiss(1.0, -20)
    np.testing.assert_array_equal(band(sound, block), band(sound))


def test_sound_that_is_no_whole_number_of_frames_is_refused() -> None:
    assert whole_frames(np.zeros(240, np.float32)) == 3
    with pytest.raises(ValueError, match="100 samples are no whole number of frames; a frame has 80"):
        whole_frames(np.zeros(100, np.float32))
