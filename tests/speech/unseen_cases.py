"""Calls and talk that were written when the matcher was done, for figures that nothing was made to reach.

A line is `what was written = phrase | post | status`; without a phrase it must raise nothing. Those that
fail stay in, and no rule, table or cost may be changed for one of them.
"""

from __future__ import annotations

from tests.speech.cases import Case

POSTS = {
    "05": {"zh": "长安小学", "en": "Meadow School", "ko": "은하 초등학교"},
    "08": {"zh": "明珠幼儿园", "en": "Corner Nursery", "ko": "꿈나무 유치원"},
    "14": {"zh": "第四中学", "en": "Market Square", "ko": "시장 광장"},
    "20": {"zh": "", "en": "", "ko": ""},
}
PHRASES = {
    "zh": (
        "宿舍着火",
        "{post}有火情",
        "有学生溺水",
        "门卫被打伤",
        "有人砸玻璃",
        "发现危险物品",
        "楼道里有浓烟",
        "食物中毒",
        "有人跳楼",
        "请派人支援",
    ),
    "en": (
        "dormitory on fire",
        "break in at {post}",
        "student in the river",
        "guard is injured",
        "someone smashed the window",
        "send an ambulance",
        "bomb threat",
        "food poisoning",
        "strangers at the door",
        "lock down now",
    ),
    "ko": (
        "기숙사에 불이 났어요",
        "{post}번 초소 침입 발생",
        "학생이 물에 빠졌어요",
        "경비원이 다쳤습니다",
        "유리창을 깨고 있습니다",
        "구급차를 보내 주세요",
        "폭탄 위협",
        "식중독 환자 발생",
        "낯선 사람이 왔습니다",
        "지금 대피하세요",
    ),
}

_CHINESE = """
宿舍着火 = 宿舍着火
素舍找火 = 宿舍着火
诉射招货 = 宿舍着火
宿舍着火了 快来人 = 宿舍着火
苏社着火 = 宿舍着火
长安小学有火情 = {post}有火情 | 05
常安小学有火清 = {post}有火情 | 05
十四号有火情 = {post}有火情 | 14
第四中学油火情 = {post}有火情 | 14
弟是中学 有货情 完毕 = {post}有火情 | 14
有学生溺水 = 有学生溺水
有学生腻水 = 有学生溺水
有学生力水 = 有学生溺水
有雪生逆税 = 有学生溺水
門衛被打傷 = 门卫被打伤
门卫备打伤 = 门卫被打伤
闷味被打商 = 门卫被打伤
有人砸玻璃 = 有人砸玻璃
有人杂波里 = 有人砸玻璃
有人扎玻璃 有人扎玻璃 = 有人砸玻璃
发现危险物品 = 发现危险物品
发现威险无品 = 发现危险物品
花现危险误频 = 发现危险物品
楼道里有浓烟 = 楼道里有浓烟
楼到里有农烟 = 楼道里有浓烟
喽道里油龙烟 = 楼道里有浓烟
食物中毒 = 食物中毒
实物中毒 请回答 = 食物中毒
四物宗读 = 食物中毒
有人跳楼 = 有人跳楼
有人挑楼 = 有人跳楼
有人跳露 = 有人跳楼
请派人支援 = 请派人支援
请派人志愿 = 请派人支援
情拍人资源 = 请派人支援
这里是明珠幼儿园 食物中毒 = 食物中毒 | 08
这里是二十号 有人跳楼 = 有人跳楼 | 20
我是长安小学 门卫被打伤 = 门卫被打伤 | 05
演习 宿舍着火 = 宿舍着火 | | Exercise
测试 请派人支援 = 请派人支援 | | Test
宿舍没着火
宿舍着火了吗
宿舍关门了
宿舍找活
长安小学有活动
十四号有会议
第四中学有货到
没有学生溺水
有学生喝水
有学生立功
门卫没被打伤
门卫被打断了
门卫在打扫
有人砸玻璃吗
有人擦玻璃
有人买玻璃
没有发现危险物品
发现遗失物品
危险物品已经处理
楼道里没有浓烟
楼道里有人抽烟
楼道里有农民
食物充足
食物中午到
预防食物中毒讲座
没有人跳楼
有人跳绳
有人挑货
请派人支付
请派人来修灯
不用派人支援
支援的人到了
今天宿舍检查
请讲 完毕
这里是二十号
我是长安小学 一切正常
收到 马上到
有人在吗
演习结束
明天几点开会
"""

_ENGLISH = """
dormitory on fire = dormitory on fire
the dormitory is on fire = dormitory on fire
dormitories on fire = dormitory on fire
dormitory own fire = dormitory on fire
break in at meadow school = break in at {post} | 05
breaking at meadow school = break in at {post} | 05
brake in at post fourteen = break in at {post} | 14
break in at market square over = break in at {post} | 14
break in at two zero = break in at {post} | 20
breaks in at corner nursery = break in at {post} | 08
student in the river = student in the river
there is a student in the river = student in the river
students in the river = student in the river
student in river please hurry = student in the river
student and the river = student in the river
guard is injured = guard is injured
the guard is injured = guard is injured
guards injured = guard is injured
guard his injured = guard is injured
someone smashed the window = someone smashed the window
someone smash the window = someone smashed the window
some one smashed the window = someone smashed the window
someone smashed a window = someone smashed the window
someone smashed the windows = someone smashed the window
send an ambulance = send an ambulance
send ambulance = send an ambulance
sent an ambulance = send an ambulance
please send an ambulance quickly = send an ambulance
bomb threat = bomb threat
bomb threat bomb threat = bomb threat
bomb threats = bomb threat
balm threat = bomb threat
food poisoning = food poisoning
food poison in = food poisoning
strangers at the door = strangers at the door
stranger at the door = strangers at the door
lock down now = lock down now
lockdown now = lock down now
this is market square food poisoning = food poisoning | 14
exercise exercise bomb threat = bomb threat | | Exercise
dormitory is on the first floor
no dormitory on fire
is the dormitory on fire
breakfast at meadow school
break time at meadow school
brakes are bad at meadow school
student in the library
student in the driver seat
no student in the river
student by the river
guard is on duty
guard is not injured
guard is insured
someone washed the window
someone cleaned the window
no one smashed the window
someone opened the window
send an envelope
don't send an ambulance
send the assistant
an ambulance is here
bomb squad left
no bomb threat
bond trade
food poisoning lecture tomorrow
food is ready
good morning
strangers are friends
students at the door
nobody at the door
lock the door now
look down now
slow down now
this is market square all clear
drill is over
radio check
post fourteen come in
who is at the door
thank you out
the window is open
"""

_KOREAN = """
기숙사에 불이 났어요 = 기숙사에 불이 났어요
기숙사에 불 났어요 = 기숙사에 불이 났어요
기숙싸에 부리 나써요 = 기숙사에 불이 났어요
기숙사 불이 났어요 빨리 = 기숙사에 불이 났어요
오번 초소 침입 발생 = {post}번 초소 침입 발생 | 05
공오번 초소 치밉 발생 = {post}번 초소 침입 발생 | 05
십사 번 초소 침입 발쌩 = {post}번 초소 침입 발생 | 14
이공번 초소 침입 발생 이상 = {post}번 초소 침입 발생 | 20
이십번 초소에 침입 발생 = {post}번 초소 침입 발생 | 20
학생이 물에 빠졌어요 = 학생이 물에 빠졌어요
학생 물에 빠졌어요 = 학생이 물에 빠졌어요
학생이 무레 빠졌어요 = 학생이 물에 빠졌어요
학생이 물에 빠저써요 = 학생이 물에 빠졌어요
경비원이 다쳤습니다 = 경비원이 다쳤습니다
경비워니 다쳤습니다 = 경비원이 다쳤습니다
경비원이 다쳐씀니다 = 경비원이 다쳤습니다
경비원 다쳤습니다 = 경비원이 다쳤습니다
유리창을 깨고 있습니다 = 유리창을 깨고 있습니다
유리창 깨고 있습니다 = 유리창을 깨고 있습니다
유리창을 께고 있습니다 = 유리창을 깨고 있습니다
구급차를 보내 주세요 = 구급차를 보내 주세요
구급차 보내주세요 = 구급차를 보내 주세요
구급차를 보네 주세요 = 구급차를 보내 주세요
구급찰을 보내 주세요 = 구급차를 보내 주세요
폭탄 위협 = 폭탄 위협
폭탄 위협 폭탄 위협 = 폭탄 위협
폭탄 위혐 = 폭탄 위협
식중독 환자 발생 = 식중독 환자 발생
식쭝독 환자 발생 = 식중독 환자 발생
식중독 한자 발생 = 식중독 환자 발생
낯선 사람이 왔습니다 = 낯선 사람이 왔습니다
낫썬 사람이 왔습니다 = 낯선 사람이 왔습니다
낯선 사라미 와씀니다 = 낯선 사람이 왔습니다
지금 대피하세요 = 지금 대피하세요
지금 데피하세요 = 지금 대피하세요
여기는 시장 광장 폭탄 위협 = 폭탄 위협 | 14
여기는 오번 경비원이 다쳤습니다 = 경비원이 다쳤습니다 | 05
훈련 상황 지금 대피하세요 = 지금 대피하세요 | | Exercise
시험 방송 식중독 환자 발생 = 식중독 환자 발생 | | Test
실제 상황 폭탄 위협 = 폭탄 위협 | | Actual
기숙사에 불이 안 났어요
기숙사에 불이 났나요
기숙사에 불을 껐어요
기숙사에 있어요
오번 초소 침입 없음
오번 초소 이상 없음
십사번 초소 교대
학생이 물에 안 빠졌어요
학생이 물을 마셨어요
학생이 집에 갔어요
경비원이 왔습니다
경비원이 다치지 않았습니다
경비원이 바뀌었습니다
유리창을 닦고 있습니다
유리창을 열고 있습니다
문을 열고 있습니다
구급차가 왔습니다
구급차를 보내지 마세요
구급차를 봤어요
자료를 보내 주세요
폭탄 세일
폭탄 없음
폭설 위험
식중독 예방 교육
환자 없음
식사 중입니다
낯선 사람이 없습니다
아는 사람이 왔습니다
사람이 왔습니다
낯선 사람이 왔습니까
지금 대기하세요
지금 오세요
대피 끝났습니다
훈련 끝
여기는 오번 이상 없습니다
수고하셨습니다
네 알겠습니다 이상
오늘은 비가 옵니다
점심 먹었어요
몇 시에 끝나요
"""


def _cases(lines: str) -> tuple[Case, ...]:
    cases = []
    for line in lines.strip().splitlines():
        said, _, meant = line.partition(" = ")
        phrase, post, status = ([part.strip() for part in meant.split("|")] + ["", ""])[:3]
        cases.append(Case(said, phrase or None, post or None, status or None))
    return tuple(cases)


CHINESE = _cases(_CHINESE)
ENGLISH = _cases(_ENGLISH)
KOREAN = _cases(_KOREAN)
