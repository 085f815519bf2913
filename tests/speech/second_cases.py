"""Calls and talk in English and Korean with other phrases than cases.py; see second_chinese.py.

A line is `what was written = phrase | post | status`.
"""

from __future__ import annotations

from tests.speech.cases import Case

POSTS = {
    "01": {"en": "Hillside School", "ko": "한빛 초등학교"},
    "02": {"en": "Bridge Street Kindergarten", "ko": "새싹 유치원"},
    "03": {"en": "West Gate", "ko": "서문"},
    "12": {"en": "Orchard School", "ko": "과수원 학교"},
    "21": {"en": "", "ko": ""},
    "B4": {"en": "Town Library", "ko": "시립 도서관"},
}
PHRASES = {
    "en": (
        "smoke in the building",
        "fire at {post}",
        "intruder on the grounds",
        "student is hurt",
        "we need the police",
        "fight at the gate",
        "gas leak",
        "unit {unit} needs backup",
        "man with a gun",
        "child has collapsed",
        "car accident",
        "suspicious package",
    ),
    "ko": (
        "연기가 나요",
        "{post}번 초소에 불이 났습니다",
        "수상한 사람이 있습니다",
        "학생이 쓰러졌습니다",
        "경찰을 보내 주세요",
        "싸움이 났습니다",
        "가스가 샙니다",
        "{unit}호차 지원 바랍니다",
        "칼을 든 사람이 있습니다",
        "아이가 없어졌습니다",
        "교통사고 발생",
        "폭발물 발견",
    ),
}

_ENGLISH_CALLS = """
smoke in the building = smoke in the building
smoke in building = smoke in the building
there is smoke in the building = smoke in the building
smoke in the buildings = smoke in the building
smokes in the building = smoke in the building
fire at post twelve = fire at {post} | 12
fire at twelve = fire at {post} | 12
fire at hill side school = fire at {post} | 01
fire at hillside school fire at hillside school = fire at {post} | 01
fire at the west gate = fire at {post} | 03
fire at orchid school = fire at {post} | 12
fire at bravo four = fire at {post} | B4
fire at town library over = fire at {post} | B4
intruder on the grounds = intruder on the grounds
intruder on grounds = intruder on the grounds
intruders on the grounds = intruder on the grounds
intruder on the ground = intruder on the grounds
uh intruder on the grounds over = intruder on the grounds
a student is hurt = student is hurt
student is hurt please hurry = student is hurt
student's hurt = student is hurt
we need police = we need the police
we need the police now = we need the police
hello we need the police = we need the police
we need the police at once = we need the police
fight at the gate = fight at the gate
there is a fight at the gate = fight at the gate
fights at the gate = fight at the gate
gas leak gas leak = gas leak
gas leaks = gas leak
there is a gas leak = gas leak
unit seven needs backup = unit {unit} needs backup
unit seven needs back up = unit {unit} needs backup
unit alpha two need backup = unit {unit} needs backup
there is a man with a gun = man with a gun
man with gun = man with a gun
a child has collapsed = child has collapsed
child has collapse = child has collapsed
car accident over = car accident
suspicious package please hurry = suspicious package
suspicious packages = suspicious package
this is post three car accident = car accident | 03
this is orchard school student is hurt = student is hurt | 12
this is bridge street kindergarten gas leak = gas leak | 02
fight at the gate this is hillside school = fight at the gate | 01
exercise exercise smoke in the building = smoke in the building | | Exercise
this is a drill man with a gun = man with a gun | | Exercise
radio check gas leak = gas leak | | Test
this is not a drill man with a gun = man with a gun | | Actual
"""

_ENGLISH_TALK = """
no smoke in the building
there is no smoke in the building
no smoking in the building
smoke break in the building
who is in the building
fire at will
no fire at post twelve
is there a fire at post twelve
the fire at hillside school is out
five at twelve
flyer at west gate
fired at twelve
no intruder on the grounds
interview on the grounds
coffee grounds
no student is hurt
student is here
student is late
the students are hurting for money
we don't need the police
we need the polish
we need the place
the police are here
light at the gate
fight at the game
wait at the gate
meet me at the gate
no gas leak
gas bill
gas is cheap
unit seven needs nothing
unit seven is back
unit seven
man with a gum
man with a plan
a man with a dog
child has lunch
child has been collected
no car accident
car park
by accident
suspicious minds
package for the office
radio check
this is a drill
this is post three all quiet
good morning everyone
roger over and out
"""

_KOREAN_CALLS = """
연기가 나요 = 연기가 나요
연기 나요 = 연기가 나요
연기가나요 = 연기가 나요
영기가 나요 = 연기가 나요
연기가 나여 = 연기가 나요
여보세요 연기가 나요 = 연기가 나요
십이 번 초소에 불이 났습니다 = {post}번 초소에 불이 났습니다 | 12
삼번 초소에 불이 났습니다 = {post}번 초소에 불이 났습니다 | 03
공삼번 초소 불이 났습니다 = {post}번 초소에 불이 났습니다 | 03
이십일번 초소에 불이 났읍니다 = {post}번 초소에 불이 났습니다 | 21
삼번 초소에 부리 났습니다 = {post}번 초소에 불이 났습니다 | 03
하나 둘 번 초소에 불 났습니다 = {post}번 초소에 불이 났습니다 | 12
수상한 사람이 있습니다 = 수상한 사람이 있습니다
수상한 사람 있습니다 = 수상한 사람이 있습니다
수상한 사라미 이씀니다 = 수상한 사람이 있습니다
수상한 사람이 있습니다 이상 = 수상한 사람이 있습니다
학생이 쓰러졌습니다 = 학생이 쓰러졌습니다
학생이 스러졌습니다 = 학생이 쓰러졌습니다
학생 쓰러졌습니다 = 학생이 쓰러졌습니다
학쌩이 쓰러젔습니다 = 학생이 쓰러졌습니다
지금 학생이 쓰러졌습니다 빨리 = 학생이 쓰러졌습니다
경찰을 보내 주세요 = 경찰을 보내 주세요
경찰 보내주세요 = 경찰을 보내 주세요
경차를 보내 주세요 = 경찰을 보내 주세요
싸움이 났습니다 = 싸움이 났습니다
싸움 났습니다 = 싸움이 났습니다
사움이 났습니다 = 싸움이 났습니다
싸우미 나씀니다 = 싸움이 났습니다
가스가 샙니다 = 가스가 샙니다
까스가 샙니다 = 가스가 샙니다
가스가 셉니다 = 가스가 샙니다
가스가 샘니다 가스가 샘니다 = 가스가 샙니다
삼호차 지원 바랍니다 = {unit}호차 지원 바랍니다
오호차 지원 바람니다 = {unit}호차 지원 바랍니다
칼을 든 사람이 있습니다 = 칼을 든 사람이 있습니다
칼 든 사람이 있습니다 = 칼을 든 사람이 있습니다
카를 든 사라미 있습니다 = 칼을 든 사람이 있습니다
아이가 없어졌습니다 = 아이가 없어졌습니다
아이가 업서졌습니다 = 아이가 없어졌습니다
교통사고 발생 = 교통사고 발생
교통 사고 발쌩 이상 = 교통사고 발생
폭팔물 발견 = 폭발물 발견
폭발물 발견 폭발물 발견 = 폭발물 발견
여기는 한빛 초등학교 싸움이 났습니다 = 싸움이 났습니다 | 01
여기는 삼번 가스가 샙니다 = 가스가 샙니다 | 03
훈련 상황 연기가 나요 = 연기가 나요 | | Exercise
시험 방송 교통사고 발생 = 교통사고 발생 | | Test
실제 상황 폭발물 발견 = 폭발물 발견 | | Actual
"""

_KOREAN_TALK = """
연기가 안 나요
연기가 나나요
연극이 나와요
향기가 나요
연기가 없어요
삼번 초소에 불이 안 났습니다
삼번 초소에 불이 났습니까
삼번 초소에 물이 났습니다
삼번 초소에 사람이 왔습니다
삼번 초소 이상 없습니다
불이 아닙니다
수상한 사람이 없습니다
수상한 사람이 있습니까
수상자가 있습니다
사람이 있습니다
학생이 쓰러지지 않았습니다
학생이 그려졌습니다
학생이 왔습니다
학생이 집에 갔습니다
경찰을 보내지 마세요
경찰이 왔습니다
경찰을 보았어요
편지를 보내 주세요
싸움이 끝났습니다
싸움이 안 났습니다
소문이 났습니다
땀이 났습니다
가스가 안 샙니다
가스가 쌉니다
가수가 옵니다
삼호차 도착했습니다
삼호차 지원 필요 없습니다
칼을 든 사람이 없습니다
꽃을 든 사람이 있습니다
아이가 찾아졌습니다
아이가 있습니다
아이가 어려졌습니다
교통사고 없음
교통 안내 방송
사고 발생 없음
폭발물 없음
물건 발견
훈련 상황
여기는 삼번
여보세요
네 알겠습니다
점심 시간입니다
오늘 날씨가 좋습니다
"""


def _cases(calls: str, talk: str) -> tuple[Case, ...]:
    cases = []
    for line in calls.strip().splitlines():
        said, _, meant = line.partition(" = ")
        phrase, post, status = ([part.strip() for part in meant.split("|")] + ["", ""])[:3]
        cases.append(Case(said, phrase, post or None, status or None))
    return (*cases, *(Case(line, None) for line in talk.strip().splitlines()))


ENGLISH = _cases(_ENGLISH_CALLS, _ENGLISH_TALK)
KOREAN = _cases(_KOREAN_CALLS, _KOREAN_TALK)
