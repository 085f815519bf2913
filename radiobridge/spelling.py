"""What letters and digits are called on the air: for the voices that say them and the ears that hear them.

Every table has its words in the order of the letters A to Z or of the digits 0 to 9.
"""

from __future__ import annotations

_ICAO = """
Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike
November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu
"""
_ICAO_KOREAN = """
알파 브라보 찰리 델타 에코 폭스트롯 골프 호텔 인디아 줄리엣 킬로 리마 마이크
노벰버 오스카 파파 퀘벡 로미오 시에라 탱고 유니폼 빅터 위스키 엑스레이 양키 줄루
"""

ICAO_LETTERS = tuple(_ICAO.split())
"""Source: ITU Radio Regulations, Appendix 14; ICAO Annex 10, volume II, 5.2.1.3."""
ICAO_LETTERS_KOREAN = tuple(_ICAO_KOREAN.split())
"""The same in Korean script."""

ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
CHINESE_DIGITS = tuple("零一二三四五六七八九")
CHINESE_SERVICE_DIGITS = tuple("洞幺两三四五六拐八勾")
"""As Chinese forces and telegraphists say them, so that 1 and 7, 0 and 6, 9 and 6 are told apart.

Railways (车机联控) and air traffic (MH/T 4014-2003, 3.4.1) say the same but for 九."""
KOREAN_DIGITS = tuple("공일이삼사오육칠팔구")
