"""Radios that are not there: each protocol turned round, by the very frames that the drivers use."""

from __future__ import annotations

from drivers.radio import civ, yaesu5
from drivers.radio.civ import CONTROLLER, CivFrame, CivReader
from drivers.radio.text_cat import Message, MessageReader
from drivers.radio.yaesu5 import Command, FrequencyMode, ReceiveStatus, TransmitStatus
from tests.drivers.radio.fake_pty import FakeRadio

ADDRESS = 0x94

FM_CIV, FM_TEXT, FM_YAESU5 = 0x05, "4", 0x08


class FakeIcom(FakeRadio):
    """An IC-7300."""

    def __init__(self) -> None:
        super().__init__()
        self._reader = CivReader()

    def commands_in(self, data: bytes) -> list[bytes]:
        frames = self._reader.feed(data)
        return [f.to_bytes() for f in frames if isinstance(f, CivFrame) and f.to == ADDRESS]

    def answer_to(self, command: bytes) -> bytes:
        body = CivFrame.from_bytes(command).body
        if body[:2] == b"\x1c\x00" and len(body) > 2:
            self.key(on=body[2] == 1)
            return reply(civ.OK)
        data = {
            b"\x1c\x00": bytes([self.keyed or self.keyed_by_hand]),
            b"\x15\x01": bytes([self.carrier]),
            b"\x15\x02": bytes.fromhex(f"{self.meter:04d}"),
            b"\x03": civ.to_bcd(self.frequency_hz, 5),
            b"\x04": bytes([FM_CIV, 1]),
        }
        return reply(body + data[body]) if body in data else reply(civ.REFUSED)


def asked(body: bytes) -> bytes:
    """What the station sends to the radio."""
    return CivFrame(ADDRESS, CONTROLLER, body).to_bytes()


def reply(body: bytes) -> bytes:
    """What the radio sends to the station."""
    return CivFrame(CONTROLLER, ADDRESS, body).to_bytes()


class _FakeText(FakeRadio):
    end = ";"

    def __init__(self) -> None:
        super().__init__()
        self._reader = MessageReader(self.end)

    def commands_in(self, data: bytes) -> list[bytes]:
        return [message.to_bytes() for message in self._reader.feed(data)]

    def answer_to(self, command: bytes) -> bytes:
        text = self.text(Message.from_bytes(command).text)
        return Message(text, self.end).to_bytes() if text else b""

    def text(self, asked: str) -> str:
        raise NotImplementedError


class FakeKenwood(_FakeText):
    """A TS-590S."""

    model = "021"

    def text(self, asked: str) -> str:
        if asked in ("TX", "TX1", "RX"):
            self.key(on=asked != "RX")
            return ""
        keyed = int(self.keyed or self.keyed_by_hand)
        answers = {
            "ID": f"ID{self.model}",
            "IF": f"IF{self.frequency_hz:011d}      000000000{keyed}40000000",
            "BY": f"BY{self.carrier:d}",
            "SM0": f"SM0{self.meter:04d}",
            "FA": f"FA{self.frequency_hz:011d}",
            "MD": f"MD{FM_TEXT}",
        }
        return answers.get(asked, "?")


class FakeKenwoodMobile(_FakeText):
    """A TM-V71."""

    end = "\r"

    def text(self, asked: str) -> str:
        if asked in ("TX", "RX"):
            self.key(on=asked == "TX")
            return asked
        answers = {
            "ID": "ID TM-V71",
            "BY 0": f"BY 0,{self.carrier:d}",
            "BY 1": "BY 1,0",
            "FO 0": f"FO 0,{self.frequency_hz:010d},0,0,0,0,0,0,08,08,000,00600000,0",
        }
        return answers.get(asked, "?")


class FakeYaesu(_FakeText):
    """An FT-991A."""

    def text(self, asked: str) -> str:
        if asked in ("TX1", "TX0"):
            self.key(on=asked == "TX1")
            return ""
        state = 1 if self.keyed else 2 if self.keyed_by_hand else 0
        answers = {
            "ID": "ID0670",
            "TX": f"TX{state}",
            "BY": f"BY{self.carrier:d}0",
            "SM0": f"SM0{self.meter:03d}",
            "FA": f"FA{self.frequency_hz:09d}",
            "MD0": f"MD0{FM_TEXT}",
        }
        return answers.get(asked, "?")


class FakeYaesu5(FakeRadio):
    """An FT-817."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = b""
        self.acknowledges = True

    def commands_in(self, data: bytes) -> list[bytes]:
        self._waiting += data
        whole = len(self._waiting) // yaesu5.COMMAND_BYTES * yaesu5.COMMAND_BYTES
        commands, self._waiting = self._waiting[:whole], self._waiting[whole:]
        return [commands[at : at + yaesu5.COMMAND_BYTES] for at in range(0, whole, yaesu5.COMMAND_BYTES)]

    def answer_to(self, command: bytes) -> bytes:
        code = Command.from_bytes(command).code
        if code in (yaesu5.PTT_ON, yaesu5.PTT_OFF):
            already = self.keyed is (code == yaesu5.PTT_ON)
            self.key(on=code == yaesu5.PTT_ON)
            return (b"\xf0" if already else b"\x00") if self.acknowledges else b""
        if code == yaesu5.GET_TRANSMIT_STATUS:
            return TransmitStatus(self.keyed or self.keyed_by_hand).to_bytes()
        if code == yaesu5.GET_RECEIVE_STATUS:
            return ReceiveStatus(not self.carrier, self.meter).to_bytes()
        if code == yaesu5.GET_FREQUENCY_MODE:
            return FrequencyMode(self.frequency_hz, FM_YAESU5).to_bytes()
        return b""
