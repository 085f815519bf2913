"""How good the keys of a handset are: what is wrong with them, and how bad that is.

The bounds are set where something happens: where other decoders give up, where the squelch closes, where a
drop-out costs a key. Ours hears keys beyond all of them, so a handset is found before it fails.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from radiobridge.dispatch.keypad_rows import row_of
from radiobridge.events import Digit, KeypadFault, KeysHeard, Verdict

_OVER_SQUELCH_DB = (12.0, 6.0)
"""Fair and poor below this over the level that opens the squelch: turning a handset about costs 6 dB, and
another 6 dB below opening the squelch closes by default."""
_SNR_DB = (20.0, 12.0)
"""Fair and poor below. A voice 20 dB over the noise is understood without effort; a receiver's sensitivity,
the edge of its range, is measured at 12 dB SINAD (Source: TIA-603). The decoder goes on to 0 dB."""
_TWIST_DB = (5.0, 10.0)
"""Fair and poor beyond, either way. De-emphasis that is missing or done twice is 6 dB an octave: 5 dB between
the two tones of a middle key. With two such faults single keys come near the -14 and +16 dB at which the
decoder takes them for a voice. Source: ITU-T Q.24 asks of decoders no more than -8 to +4 dB."""
_KEY_S = (0.06, 0.045)
"""Fair and poor below. ITU-T Q.24: a key of 40 ms must be heard, one of 23 ms must not; a drop-out of 20 ms
turns the one into the other."""
_FULL_SCALE = 0.97
"""Sum of the two amplitudes from which a pair was clipped: a clean one of full scale is measured as 0.93."""
_DROP_OUT_S = 0.08
"""A key that comes back within this was never let go: a finger does not press twice as fast."""

_ORDER = tuple(Verdict)


def judged(digits: Sequence[Digit], code: Sequence[Digit], open_dbfs: float) -> KeysHeard:
    """What the station hears of the handset that keyed `digits`, of which `code` called for the test.

    `open_dbfs`: level at which the channel's squelch opens.
    """
    others = [digit for digit in digits if digit not in code]
    row, missing = row_of(("".join(d.key for d in others), "".join(d.key for d in digits)))
    level_dbfs = median(d.level_dbfs for d in digits)
    snr_db = median(d.snr_db for d in digits)
    twist_db = median(d.twist_db for d in digits)
    key_s = median(d.duration_s for d in digits)
    clipped = median(map(_peak, digits)) >= _FULL_SCALE
    found = {
        KeypadFault.MISSING: Verdict.POOR if missing else Verdict.GOOD,
        KeypadFault.WEAK: _below(level_dbfs - open_dbfs, _OVER_SQUELCH_DB),
        # What is clipped is no longer clean; that is one fault and not two.
        KeypadFault.LOUD: max(_below(snr_db, _SNR_DB), Verdict.FAIR, key=_ORDER.index)
        if clipped
        else Verdict.GOOD,
        KeypadFault.NOISY: Verdict.GOOD if clipped else _below(snr_db, _SNR_DB),
        KeypadFault.HIGH_TONES: _below(-twist_db, tuple(-db for db in _TWIST_DB)),
        KeypadFault.LOW_TONES: _below(twist_db, tuple(-db for db in _TWIST_DB)),
        KeypadFault.SHORT: _below(key_s, _KEY_S),
        KeypadFault.DROP_OUTS: Verdict.FAIR if any(_doubled(others)) else Verdict.GOOD,
    }
    return KeysHeard(
        digits=tuple(digits),
        row=row,
        missing=missing,
        level_dbfs=level_dbfs,
        snr_db=snr_db,
        twist_db=twist_db,
        key_s=key_s,
        verdict=max(found.values(), key=_ORDER.index),
        faults=tuple(fault for fault, verdict in found.items() if verdict is not Verdict.GOOD),
    )


def _below(value: float, bounds: tuple[float, ...]) -> Verdict:
    """Fair below the first bound, poor below the second."""
    return _ORDER[sum(value < bound for bound in bounds)]


def _peak(digit: Digit) -> float:
    """The sum of the amplitudes of the digit's two tones; 1 is full scale."""
    lean = 10 ** (digit.twist_db / 20)
    low = math.sqrt(2 * 10 ** (digit.level_dbfs / 10) / (1 + lean**2))
    return low * (1 + lean)


def _doubled(digits: Sequence[Digit]) -> Iterator[bool]:
    """Whether each key but the first is the one before it, back after a hole in the sound."""
    for before, digit in pairwise(digits):
        yield digit.key == before.key and digit.at - before.at - before.duration_s < _DROP_OUT_S
