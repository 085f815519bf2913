"""What a keypad test is answered with, in English and Chinese: a sentence for the ear, advice for the eye."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from radiobridge.dispatch.texts import in_language
from radiobridge.events import KeypadFault, KeysHeard
from radiobridge.settings import PostSettings

_SPOKEN_KEYS = {"en": {"*": "star", "#": "hash"}, "zh": {"*": "星号", "#": "井号"}}
_SPOKEN = {
    "en": {
        KeypadFault.WEAK: "weak",
        KeypadFault.LOUD: "too loud",
        KeypadFault.NOISY: "noisy",
        KeypadFault.HIGH_TONES: "high tones too strong",
        KeypadFault.LOW_TONES: "low tones too strong",
        KeypadFault.SHORT: "keys too short",
        KeypadFault.DROP_OUTS: "drop-outs",
    },
    "zh": {
        KeypadFault.WEAK: "音量太小",
        KeypadFault.LOUD: "音量太大",
        KeypadFault.NOISY: "有杂音",
        KeypadFault.HIGH_TONES: "高音过强",
        KeypadFault.LOW_TONES: "低音过强",
        KeypadFault.SHORT: "按键太短",
        KeypadFault.DROP_OUTS: "声音断续",
    },
}
_NOTHING_WRONG = {"en": "strong, twist fine", "zh": "声音清楚，高低音平衡"}
_ADVICE = {
    "en": {
        KeypadFault.MISSING: "Not heard: {missing}. Key these again, each for half a second; what stays "
        "missing is a worn contact, or a tone that the handset does not send.",
        KeypadFault.WEAK: "The keys come at {level:.0f} dBFS, {over:.0f} dB over what opens a level squelch: "
        "speak and key closer to the microphone, raise the handset's microphone gain. If all handsets are "
        "weak, turn up the station radio's volume or the card's level.",
        KeypadFault.LOUD: "The keys are clipped ({level:.0f} dBFS): turn down the station radio's volume or "
        "the card's level. If it is this handset alone, lower its microphone gain, or hold the phone that "
        "plays the keys farther from it.",
        KeypadFault.NOISY: "Noise or distortion is only {snr:.0f} dB below the keys: go nearer or to a "
        "higher place, check antenna and battery. If it sounds harsh rather than noisy, the microphone is "
        "overdriven: lower its gain, hold the phone farther away.",
        KeypadFault.HIGH_TONES: "High tones are {twist:.0f} dB over the low ones: de-emphasis is missing. If "
        "all handsets are so, take the sound from the station radio's speaker output and not from its "
        "discriminator (9600), or switch its de-emphasis on. If it is this handset alone, switch off its "
        "treble boost.",
        KeypadFault.LOW_TONES: "High tones are {twist:.0f} dB under the low ones: they are weakened twice. "
        "If all handsets are so, set the station radio's tone control flat, and its de-emphasis off where "
        "the sound is de-emphasised already. If it is this handset alone, its pre-emphasis is off, or its "
        "microphone is covered.",
        KeypadFault.SHORT: "Keys last {key_ms:.0f} ms: hold each longer, or set the handset's DTMF speed to "
        "100 ms a tone.",
        KeypadFault.DROP_OUTS: "A key was heard twice, with a hole in it: the signal drops out. Stand still, "
        "check the antenna, and the station's cables or network.",
    },
    "zh": {
        KeypadFault.MISSING: "没有收到：{missing}。请再按一次，每键按住半秒；仍收不到的，是按键接触不良，"
        "或手台不发这个音。",
        KeypadFault.WEAK: "按键电平{level:.0f} dBFS，只比静噪门限高{over:.0f} dB：靠近话筒，"
        "调高手台的话筒增益。如果所有手台都小，请调高站台电台的音量或声卡输入。",
        KeypadFault.LOUD: "按键声削波（{level:.0f} dBFS）：调低站台电台的音量或声卡输入。如果只有这台手台，"
        "请调低话筒增益，或把播放按键音的手机拿远。",
        KeypadFault.NOISY: "杂音或失真只比按键低{snr:.0f} dB：走近或到高处，检查天线和电池。"
        "如果声音发破而不是沙沙声，是话筒过载：调低增益，把手机拿远。",
        KeypadFault.HIGH_TONES: "高音比低音强{twist:.0f} dB：缺少去加重。如果所有手台都这样，"
        "请从站台电台的扬声器输出取声，不要用鉴频输出（9600），或打开去加重。"
        "如果只有这台手台，请关闭高音增强。",
        KeypadFault.LOW_TONES: "高音比低音弱{twist:.0f} dB：高音被衰减了两次。如果所有手台都这样，"
        "请把站台电台的音调调平，或关闭多余的去加重。如果只有这台手台，是预加重没开，或话筒被遮住。",
        KeypadFault.SHORT: "按键只有{key_ms:.0f}毫秒：每键按久一点，或把手台的DTMF速度设为每音100毫秒。",
        KeypadFault.DROP_OUTS: "有键断成两次：信号中断。请站定，检查天线以及站台的线缆或网络。",
    },
}


def handset_names(
    unit: str | None, post_id: str | None, post: PostSettings | None, channel: str
) -> dict[str, str]:
    """What the handset is called in a sentence, by language."""
    if unit:
        return {"en": f"Unit {unit}", "zh": f"{unit}号"}
    if post:
        return {language: in_language(post.name, language) for language in _SPOKEN}
    if post_id:
        return {"en": f"Post {post_id}", "zh": f"{post_id}号岗"}
    return {"en": f"Unknown unit on {channel}", "zh": f"频道{channel}上的未知手台"}


def sentences(heard: KeysHeard, names: Mapping[str, str]) -> dict[str, str]:
    """The result in a sentence that may be said on the air, by language; `names`: whose, by language."""
    return {language: say(heard, names[language]) for language, say in _SAY.items()}


def advice(heard: KeysHeard, open_dbfs: float) -> dict[str, tuple[str, ...]]:
    """What to do about each fault, by language; `open_dbfs`: level at which the squelch opens."""
    figures = {
        "missing": " ".join(heard.missing),
        "level": heard.level_dbfs,
        "over": heard.level_dbfs - open_dbfs,
        "snr": heard.snr_db,
        "twist": abs(heard.twist_db),
        "key_ms": heard.key_s * 1000,
    }
    return {
        language: tuple(texts[fault].format_map(figures) for fault in heard.faults)
        for language, texts in _ADVICE.items()
    }


def _english(heard: KeysHeard, name: str) -> str:
    count, wanted = len(heard.digits), len(heard.row)
    if heard.missing:
        keys = f"{wanted - len(heard.missing)} of {wanted} keys heard, {_keys(heard, 'en', ' ')} missing"
    elif heard.row:
        keys = f"all {wanted} keys heard"
    else:
        keys = f"{count} key{'s' * (count != 1)} heard"
    return f"{name}: {keys}, {_how(heard, 'en', ', ')}."


def _chinese(heard: KeysHeard, name: str) -> str:
    wanted = len(heard.row)
    if heard.missing:
        found = wanted - len(heard.missing)
        keys = f"{wanted}个键收到{found}个，缺{_keys(heard, 'zh', '、')}"
    elif heard.row:
        keys = f"{wanted}个键全部收到"
    else:
        keys = f"收到{len(heard.digits)}个键"
    return f"{name}：{keys}，{_how(heard, 'zh', '，')}。"


_SAY: dict[str, Callable[[KeysHeard, str], str]] = {"en": _english, "zh": _chinese}


def _keys(heard: KeysHeard, language: str, between: str) -> str:
    spoken = _SPOKEN_KEYS[language]
    return between.join(spoken.get(key, key) for key in heard.missing)


def _how(heard: KeysHeard, language: str, between: str) -> str:
    spoken = _SPOKEN[language]
    wrong = [spoken[fault] for fault in heard.faults if fault in spoken]
    return between.join(wrong) or _NOTHING_WRONG[language]
