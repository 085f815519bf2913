from functools import partial

import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.transmit.attention import attention
from radiobridge.transmit.dtmf import dtmf
from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.mdc1200 import call_alert, mdc1200, status
from radiobridge.transmit.morse import morse
from radiobridge.transmit.roger_beep import roger_beep
from radiobridge.transmit.spelled import BURST_S, KINDS, check_tones, tones_of
from radiobridge.transmit.tone_burst import tone_burst
from radiobridge.transmit.two_tone import group_call, two_tone

ENCODED = {
    "dtmf:*103#": partial(dtmf, "*103#"),
    "eia:12334": partial(five_tone, "12334", "eia"),
    "two-tone:349.0/433.7": partial(two_tone, 349.0, 433.7),
    "two-tone:707.3": partial(group_call, 707.3),
    "mdc1200:status:1234:0a": partial(mdc1200, status("1234", 10)),
    "mdc1200:call-alert:1234": partial(mdc1200, call_alert("1234", "0000")),
    "mdc1200:call-alert:1234:0001": partial(mdc1200, call_alert("1234", "0001")),
    "burst:1750": partial(tone_burst, 1750.0, seconds=BURST_S),
    "morse:DE B1ABC: K": partial(morse, "DE B1ABC: K"),
    "beep": partial(roger_beep, "single"),
    "beep: double ": partial(roger_beep, "double"),
    "attention": partial(attention, "chime"),
    "attention:steady": partial(attention, "steady"),
}


@pytest.mark.parametrize("spec", ENCODED)
def test_it_is_what_the_encoder_makes_of_it(spec: str) -> None:
    expected: Samples = ENCODED[spec](rate_hz=16_000, level_dbfs=-14.0)
    np.testing.assert_array_equal(tones_of(spec, 16_000, -14.0), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_as_its_example(kind: str) -> None:
    example = KINDS[kind].example
    assert example.startswith(f"{kind}:")
    check_tones(example)
    assert len(tones_of(example, 8000, -20.0))


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("dtfm:1", r"no tones 'dtfm'; did you mean 'dtmf'\?; there are dtmf, ccir, .*attention"),
        ("", "no tones ''; there are"),
        ("dtmf", "'dtmf' does not say what to send; write it so: dtmf:"),
        ("beep:", "'beep:' does not say what to send; write it so: beep:double"),
        ("dtmf:1x", "'dtmf:1x': no DTMF keys: 'x'"),
        ("zvei1:123", "code '123' has 3 digits"),
        ("two-tone:349.0/x", "'x' is no frequency in Hz"),
        ("two-tone:349/400/500", "3 tones; a page has two"),
        ("two-tone:100/400", "100 Hz does not pass through radios; 250 to 3000 Hz do"),
        ("burst:nan", "nan Hz does not pass"),
        ("mdc1200:idd:1234", r"no MDC-1200 packet 'idd'; did you mean 'id'\?"),
        ("mdc1200:id:12", "unit '12': write four hexadecimal digits"),
        ("mdc1200:id", "write mdc1200:id:UNIT"),
        ("mdc1200:status:1234", "write mdc1200:status:UNIT:NUMBER"),
        ("mdc1200:status:1234:100", "'100' is no number from 00 to FF"),
        ("mdc1200:call-alert:1:2:3", r"write mdc1200:call-alert:TO\[:BY\]"),
        ("morse:火", "CJK UNIFIED IDEOGRAPH"),
        ("attention:chimes", r"did you mean 'chime'\?"),
    ],
)
def test_what_cannot_be_sent_is_refused_when_it_is_checked(spec: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_tones(spec)


def test_a_level_that_clips_is_refused() -> None:
    with pytest.raises(ValueError, match="'burst:1750': level_dbfs 0 clips"):
        tones_of("burst:1750", 8000, 0)
