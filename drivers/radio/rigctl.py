"""What rigctld is asked and what it answers: no socket is touched.

Always in the extended form ("+"): the command's name is repeated first, and "RPRT n" ends the answer. Shorter
forms cannot be read safely: some answers have no end, some commands none at all.
Source: Hamlib 4.5.4, rigctld(1) and tests/rigctl_parse.c; each answer here was seen from rigctld.
"""

from __future__ import annotations

from dataclasses import dataclass

SET_PTT, GET_PTT = "set_ptt", "get_ptt"
GET_DCD = "get_dcd"
GET_FREQUENCY = "get_freq"
GET_MODE = "get_mode"
GET_LEVEL = "get_level"

ASK_VFO = b"+\\chk_vfo\n"
"""The one command without RPRT at its end."""

CURRENT_VFO = "currVFO"

_END = "RPRT"

MEANINGS = {
    -1: "invalid parameter",
    -2: "its settings are wrong",
    -3: "out of memory",
    -4: "not implemented for this model",
    -5: "the radio does not answer it",
    -6: "its port failed",
    -7: "internal error",
    -8: "the radio answers what it does not understand: is it the right model (-m) and baud (-s)?",
    -9: "the radio rejects it",
    -10: "it lost part of an argument",
    -11: "not available on this model, or not configured",
    -12: "not possible on this VFO",
    -13: "the bus to the radio failed",
    -14: "the bus to the radio is busy",
    -15: "invalid argument",
    -16: "invalid VFO",
    -17: "out of range",
    -18: "deprecated",
    -19: "denied for safety",
    -20: "the radio is switched off",
}
"""Source: Hamlib include/hamlib/rig.h, enum rig_errcode_e."""

NOT_THERE = {-4, -11}
"""The model has no such thing: asking again is of no use."""

_LONGEST_BYTES = 4096
"""Far more than any of these commands is answered with."""


@dataclass(frozen=True, slots=True)
class RigCommand:
    """`name` is the long one; `arguments` as rigctld takes them, the VFO first where it wants one."""

    name: str
    arguments: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """The line that is sent."""
        return " ".join([f"+\\{self.name}", *self.arguments]).encode("ascii") + b"\n"

    @classmethod
    def from_bytes(cls, raw: bytes) -> RigCommand:
        """One line as it is sent. Raises ValueError where it is none of these."""
        line = raw.decode("ascii")
        if not line.startswith("+\\") or not line.endswith("\n"):
            raise ValueError(f"{raw!r} is no command in the extended form")
        name, *arguments = line[2:-1].split(" ")
        return cls(name, tuple(arguments))


@dataclass(frozen=True, slots=True)
class RigAnswer:
    """`lines`: what came between the repeated command and the end; `code`: 0, or why not (`MEANINGS`)."""

    name: str
    arguments: tuple[str, ...]
    lines: tuple[str, ...]
    code: int

    @property
    def value(self) -> str:
        """What the first line says, without its title. Raises ValueError where there is no line."""
        if not self.lines:
            raise ValueError(f"{self.name} was answered without a value")
        return self.lines[0].rpartition(": ")[2].strip()

    def to_bytes(self) -> bytes:
        """The answer as rigctld sends it."""
        head = " ".join([f"{self.name}:", *self.arguments])
        return "".join(f"{line}\n" for line in (head, *self.lines, f"{_END} {self.code}")).encode("ascii")

    @classmethod
    def from_bytes(cls, raw: bytes) -> RigAnswer:
        """One whole answer. Raises ValueError where it is none."""
        head, *lines = raw.decode("ascii").splitlines() or [""]
        name, colon, arguments = head.partition(":")
        if not colon or not lines or not lines[-1].startswith(_END):
            raise ValueError(f"{raw!r} is no answer of rigctld")
        code = int(lines[-1].removeprefix(_END))
        return cls(name, tuple(arguments.split()), tuple(lines[:-1]), code)


class RigAnswerReader:
    """Answers out of bytes that come in pieces."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> RigAnswer | None:
        """The answer, when it is whole with `data`.

        Raises:
            ValueError: something else came, or more than one answer: nobody knows what belongs to what.
        """
        self._waiting += data
        *lines, rest = self._waiting.split(b"\n")
        ends = [number for number, line in enumerate(lines) if line.startswith(_END.encode("ascii"))]
        if not ends:
            if len(self._waiting) > _LONGEST_BYTES:
                raise ValueError(f"{self._waiting[:40]!r}... is no answer of rigctld")
            return None
        if rest or ends != [len(lines) - 1]:
            raise ValueError(f"{self._waiting!r} is more than one answer")
        return RigAnswer.from_bytes(self._waiting)


class VfoReader:
    """The answer to `ASK_VFO` out of bytes that come in pieces."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> bool | None:
        """Whether each command must name a VFO (rigctld -o); None as long as the line is not whole.

        Raises:
            ValueError: something else came.
        """
        self._waiting += data
        line, end, _ = self._waiting.partition(b"\n")
        if not end:
            return None
        if line not in (b"ChkVFO: 0", b"ChkVFO: 1"):
            raise ValueError(f"{line!r} is no answer of rigctld")
        return line.endswith(b"1")
