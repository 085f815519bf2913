"""What people say around a call, by language: fillers, who they are, and that it is only a drill.

A text of several tokens is written as it is said. Tables, no logic; docs/phrases.md has them for users.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from radiobridge.speech.text import tokens_of

Way = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """`soft`: particles that are said or left out at will, within a phrase too.

    None that asks: `着火了吗` is a question.
    """

    fillers: tuple[Way, ...] = ()
    soft: frozenset[str] = frozenset()
    intros: tuple[str, ...] = ()
    """Who calls, with {post} where the post's number or name is; the longest come first."""
    drill: tuple[Way, ...] = ()
    test: tuple[Way, ...] = ()
    no_drill: tuple[Way, ...] = ()
    """It is serious."""
    negations: frozenset[str] = frozenset()
    """Tokens that are never passed over, however they sound: 未 is no 喂."""
    questions: tuple[Way, ...] = ()
    """With these at its end an utterance asks."""
    endings: tuple[Way, ...] = ()
    """Of verbs; they say how polite the caller is, and make a phrase no more certain."""
    homophones: Mapping[str, str] = field(default_factory=dict)
    """What recognisers write for numbers where any word may be."""
    post_words: frozenset[str] = frozenset()
    """What may be said before the number or the name of a post: `fire at post twelve`."""


def _ways(text: str) -> tuple[Way, ...]:
    """Texts divided by commas, as tokens; the longest come first."""
    return tuple(sorted((tokens_of(part) for part in text.split(",")), key=len, reverse=True))


_CHINESE = Talk(
    fillers=_ways(
        "喂,喂喂,你好,请注意,注意,各单位,报告,紧急报告,紧急,快,赶快,快来,快来人,来人啊,请,呃,嗯,那个,这个,啊,哎,哎呀,"
        "现在,马上,完毕,收到请回答,听到请回答,请回答,呼叫,指挥中心,总台,值班室,重复,不好了,过来,赶快过来,"
        "警察,警察同志,我们这里,我们这边,这边,这里,我们,快点,快点来人,喺呢度,唔該,快啲"
    ),
    soft=frozenset("了的啊呀嘛啦喇咗嘅第号號"),
    intros=(
        "这里是{post}号学校",
        "这里是{post}号",
        "这里是{post}",
        "我是{post}号学校",
        "我是{post}号",
        "我是{post}",
        "我们是{post}",
        "{post}号学校呼叫",
        "{post}号呼叫",
        "{post}呼叫",
        "{post}报告",
    ),
    drill=_ways("演习,这是演习,这是一次演习,演练,这是演练,演习演习,消防演习,演习开始"),
    test=_ways("测试,这是测试,试机,试音,通话测试,设备测试"),
    no_drill=_ways("这不是演习,不是演习,这不是演练,不是演练,非演习,这不是测试,不是测试"),
    negations=frozenset("没沒未不無无别別勿非冇唔"),
    questions=_ways("吗,嗎,么,没,没有,咩,未呀"),
)

_ENGLISH = Talk(
    fillers=_ways(
        "hello,hey,help,please,quick,quickly,hurry,uh,um,er,ah,oh,okay,copy,over,out,over and out,attention,"
        "control,base,dispatch,do you copy,at once,come quick,come quickly,police,all units,emergency,urgent,"
        "i repeat,repeat,now,right now,"
        "we need help,we need,we have,we have got,we've got,i have,there is,there's,there are,it's,it is,"
        "here,this is urgent,listen"
    ),
    soft=frozenset(("a", "an", "the", "some", "number")),
    intros=(
        "this is post {post}",
        "this is {post}",
        "post {post} calling",
        "{post} calling",
        "{post} to control",
        "from post {post}",
    ),
    drill=_ways(
        "exercise,this is an exercise,exercise exercise,"
        "drill,this is a drill,this is only a drill,drill drill"
    ),
    negations=frozenset(("no", "not", "never", "without", "don't", "isn't", "nobody", "nothing")),
    homophones={"for": "four", "fore": "four", "to": "two", "too": "two", "ate": "eight", "won": "one"},
    post_words=frozenset(("post", "number", "the")),
    test=_ways("test,testing,radio test,this is a test,radio check,this is only a test,test call"),
    no_drill=_ways(
        "no drill,this is no drill,not a drill,this is not a drill,not an exercise,this is not an exercise,"
        "this is not a test,not a test"
    ),
)

_KOREAN = Talk(
    fillers=_ways(
        "여보세요,저기요,저기,빨리,빨리요,급합니다,긴급,긴급 상황,비상,도와주세요,살려주세요,지금,여기,"
        "음,어,아,네,이상,응답 바람,와 주세요,"
        "본부,본부 나와라,들립니까,알립니다,경찰,입니다,있습니다,났어요,났습니다,발생"
    ),
    soft=frozenset("이가은는을를에서도요"),
    intros=(
        "여기는 {post}번 초소",
        "여기는 {post}번 학교",
        "여기는 {post}번",
        "여기는 {post}",
        "여기 {post}번",
        "{post}번 학교입니다",
        "{post}번입니다",
    ),
    drill=_ways("훈련,훈련입니다,훈련 상황,훈련 상황입니다,이것은 훈련입니다,모의 훈련"),
    test=_ways("테스트,시험,시험입니다,시험 방송,통신 시험,무전기 점검,감도 점검,감도 체크"),
    negations=frozenset("안못없않"),
    endings=_ways("습니다,니다,주세요,세요,어요,아요,해요,요"),
    questions=_ways("나요,습니까,까요,을까,니,냐"),
    no_drill=_ways(
        "훈련이 아닙니다,훈련 아닙니다,훈련이 아님,훈련 아님,실제 상황,실제 상황입니다,시험이 아닙니다"
    ),
)

_TALKS = {"zh": _CHINESE, "cmn": _CHINESE, "yue": _CHINESE, "en": _ENGLISH, "ko": _KOREAN}


def talk_of(language: str) -> Talk:
    """What people say around a call in a language (`zh`, `zh-CN`); empty where there is no table."""
    return _TALKS.get(language.split("-", maxsplit=1)[0], Talk())
