"""What people are told about incidents, in English, Chinese and Korean: short, for the air."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from radiobridge.dispatch.texts import in_language
from radiobridge.events import Act, ActionAsked, Incident, IncidentState

LANGUAGES = ("en", "zh", "ko")
_MOST_NUMBERS = 5
"""Of open incidents that are read out: nobody keeps more in mind."""


class Refusal(StrEnum):
    """Why nothing was done."""

    UNKNOWN = "unknown"
    """No incident has the number, or had it lately."""
    NONE_OPEN = "none-open"
    WHICH = "which"
    """Several are open, and no number was given."""
    OVER = "over"
    NOT_OVER = "not-over"
    TOO_LATE = "too-late"
    UNSURE = "unsure"
    """It was said, and not heard well enough to act on."""


_DONE: dict[str, dict[Act, str]] = {
    "en": {
        Act.ACKNOWLEDGE: "Incident {number} is yours.",
        Act.COME: "Incident {number}: you are on the way.",
        Act.ARRIVE: "Incident {number}: you are there.",
        Act.CLOSE: "Incident {number} is closed.",
        Act.FALSE_ALARM: "Incident {number} is closed as a false alarm.",
        Act.DUPLICATE: "Incident {number} is closed as a duplicate.",
        Act.REOPEN: "Incident {number} is open again.",
        Act.NOTE: "Noted for incident {number}.",
    },
    "zh": {
        Act.ACKNOWLEDGE: "{number}号警情由你处理。",
        Act.COME: "{number}号警情，收到，你正在赶来。",
        Act.ARRIVE: "{number}号警情，收到，你已到达。",
        Act.CLOSE: "{number}号警情已结束。",
        Act.FALSE_ALARM: "{number}号警情是误报，已结束。",
        Act.DUPLICATE: "{number}号警情是重复报警，已结束。",
        Act.REOPEN: "{number}号警情重新打开。",
        Act.NOTE: "{number}号警情已记录。",
    },
    "ko": {
        Act.ACKNOWLEDGE: "{number}번 사건을 맡으셨습니다.",
        Act.COME: "{number}번 사건, 출동 확인했습니다.",
        Act.ARRIVE: "{number}번 사건, 도착 확인했습니다.",
        Act.CLOSE: "{number}번 사건이 종료되었습니다.",
        Act.FALSE_ALARM: "{number}번 사건이 오보로 종료되었습니다.",
        Act.DUPLICATE: "{number}번 사건이 중복으로 종료되었습니다.",
        Act.REOPEN: "{number}번 사건을 다시 열었습니다.",
        Act.NOTE: "{number}번 사건에 기록했습니다.",
    },
}
_REFUSED: dict[str, dict[Refusal, str]] = {
    "en": {
        Refusal.UNKNOWN: "There is no incident {asked}.",
        Refusal.NONE_OPEN: "No incident is open.",
        Refusal.WHICH: "Which incident? Give its number. {open}",
        Refusal.OVER: "Incident {number} is over: {state}.",
        Refusal.NOT_OVER: "Incident {number} is still open.",
        Refusal.TOO_LATE: "Incident {number} ended too long ago.",
        Refusal.UNSURE: "Say again, or key it.",
    },
    "zh": {
        Refusal.UNKNOWN: "没有{asked}号警情。",
        Refusal.NONE_OPEN: "目前没有警情。",
        Refusal.WHICH: "哪一个警情？请报编号。{open}",
        Refusal.OVER: "{number}号警情早已结束：{state}。",
        Refusal.NOT_OVER: "{number}号警情还没有结束。",
        Refusal.TOO_LATE: "{number}号警情结束太久，不能重新打开。",
        Refusal.UNSURE: "请再说一遍，或者按键。",
    },
    "ko": {
        Refusal.UNKNOWN: "{asked}번 사건이 없습니다.",
        Refusal.NONE_OPEN: "진행 중인 사건이 없습니다.",
        Refusal.WHICH: "어느 사건입니까? 번호를 말씀하세요. {open}",
        Refusal.OVER: "{number}번 사건은 이미 끝났습니다: {state}.",
        Refusal.NOT_OVER: "{number}번 사건은 아직 진행 중입니다.",
        Refusal.TOO_LATE: "{number}번 사건은 끝난 지 오래되었습니다.",
        Refusal.UNSURE: "다시 말씀하시거나 번호를 누르세요.",
    },
}
_STATES: dict[str, dict[IncidentState, str]] = {
    "en": {
        IncidentState.CLOSED: "closed",
        IncidentState.FALSE_ALARM: "a false alarm",
        IncidentState.DUPLICATE: "a duplicate",
    },
    "zh": {
        IncidentState.CLOSED: "已处理",
        IncidentState.FALSE_ALARM: "误报",
        IncidentState.DUPLICATE: "重复报警",
    },
    "ko": {IncidentState.CLOSED: "종료", IncidentState.FALSE_ALARM: "오보", IncidentState.DUPLICATE: "중복"},
}
_ARE_OPEN = {"en": "Open: {numbers}.", "zh": "未结束：{numbers}。", "ko": "진행 중: {numbers}."}
_ALSO = {"en": "Also incidents {numbers}.", "zh": "另有{numbers}号警情。", "ko": "그 밖에 {numbers}번 사건."}
_MORE = {"en": " and {count} more", "zh": "等{count}个", "ko": " 외 {count}건"}
_NOT_ADMITTED = {"en": "Not accepted.", "zh": "操作未被接受。", "ko": "접수되지 않았습니다."}
_COMES = {
    "en": "Somebody is on the way to you.",
    "zh": "已有人赶往你处。",
    "ko": "지금 그곳으로 출동하고 있습니다.",
}
_CALLED_OUT = {
    "en": "Incident {number}. {text}. Who comes?",
    "zh": "{number}号警情，{text}，谁去？",
    "ko": "{number}번 사건. {text}. 누가 출동합니까?",
}
_PAGED = {
    "en": "Incident {number}, {time}: {text}",
    "zh": "{number}号警情，{time}：{text}",
    "ko": "{number}번 사건, {time}: {text}",
}
_NOT_TAKEN = {
    "en": "Nobody has taken it. ",
    "zh": "还没有人处理。",
    "ko": "아직 아무도 맡지 않았습니다. ",
}


def done_text(asked: ActionAsked, incident: Incident) -> dict[str, str]:
    """What whoever asked is told when it is done, by language."""
    return {language: _DONE[language][asked.act].format(number=incident.number) for language in LANGUAGES}


def refused_text(
    refusal: Refusal, asked: ActionAsked, incident: Incident | None, numbers: Sequence[int]
) -> dict[str, str]:
    """What whoever asked is told when it is not; `numbers`: of the open incidents."""
    return {
        language: texts[refusal]
        .format(
            asked=asked.number,
            number=incident.number if incident else "",
            state=_STATES[language].get(incident.state, "") if incident else "",
            open=_read_out(numbers, language),
        )
        .strip()
        for language, texts in _REFUSED.items()
    }


def not_admitted_text() -> dict[str, str]:
    """What whoever showed no good PIN or code is told: not why, since others listen."""
    return dict(_NOT_ADMITTED)


def unsure_text() -> dict[str, str]:
    """What whoever was not heard well enough is told."""
    return {language: texts[Refusal.UNSURE] for language, texts in _REFUSED.items()}


def comes_text() -> dict[str, str]:
    """What the caller is told when the first responder is on the way."""
    return dict(_COMES)


def called_out_text(incident: Incident, *, is_late: bool) -> dict[str, str]:
    """The call to respond, by language; `is_late`: nobody has taken it in time."""
    return {
        language: (_NOT_TAKEN[language] if is_late else "")
        + _CALLED_OUT[language].format(number=incident.number, text=_what(incident.opening.text, language))
        for language in LANGUAGES
    }


def page_text(incident: Incident, place: str, *, is_late: bool) -> dict[str, str]:
    """The call to respond as it is written, by language; `place`: where it is, as far as is known."""
    clock = f"{datetime.fromtimestamp(incident.opened_at).astimezone():%H:%M}"
    return {
        language: (_NOT_TAKEN[language] if is_late else "")
        + _PAGED[language].format(
            number=incident.number, time=clock, text=_what(incident.opening.text, language)
        )
        + (f" ({place})" if place else "")
        for language in LANGUAGES
    }


def more_text(numbers: Sequence[int]) -> dict[str, str]:
    """What is said of incidents that a call does not tell in full, by language."""
    return {language: _read_out(numbers, language, _ALSO) for language in LANGUAGES}


def listed(names: Sequence[str], language: str) -> str:
    """Several of something, as the language lists them."""
    return ("、" if language in ("zh", "yue") else ", ").join(names)


def _what(texts: Mapping[str, str], language: str) -> str:
    """What happened; it stands inside a sentence."""
    return in_language(texts, language).rstrip(" .。!！")


def _read_out(numbers: Sequence[int], language: str, sentence: Mapping[str, str] = _ARE_OPEN) -> str:
    if not numbers:
        return ""
    said = listed([str(number) for number in numbers[:_MOST_NUMBERS]], language)
    more = len(numbers) - _MOST_NUMBERS
    return sentence[language].format(numbers=said + (_MORE[language].format(count=more) if more > 0 else ""))
