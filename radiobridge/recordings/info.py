"""What a recording tells of itself: in words for players, as JSON for programs.

Both stand in the FLAC file's Vorbis comments, so that they stay with the sound wherever it is copied. The
JSON is the comment named COMMENT: libsndfile writes a fixed set of names and no others.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from radiobridge import __version__
from radiobridge.events import Digit, Selcall, Signal
from radiobridge.moments import Time, rfc3339


class Call(BaseModel):
    """Tones that called somebody."""

    model_config = ConfigDict(frozen=True)

    system: str
    """`zvei1`, `two-tone`, `ctcss` … as on the bus."""
    code: str


class RecordingInfo(BaseModel):
    """What is known of a recording without listening to it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    kind: Literal["radiobridge.recording/1"] = Field("radiobridge.recording/1", alias="schema")
    station: str
    channel: str
    id: str
    """ULID of the transmission, and of the call-in that it became."""
    started: Time
    duration_s: float = 0.0
    rate_hz: int = 0
    level_dbfs: float | None = None
    """Mean level, dBFS RMS; unknown when the recording was interrupted."""
    peak_dbfs: float | None = None
    keys: str = ""
    units: tuple[str, ...] = ()
    """Ids of the radios that said who they are, each once."""
    calls: tuple[Call, ...] = ()
    """Each once."""
    cut: bool = False
    """True when the transmission was cut at its greatest length: the next recording goes on with it."""
    interrupted: bool = False
    """True when the bridge ended before the transmission did: what follows is missing."""
    left_out_s: float = 0.0
    """Seconds of silence that stand for sound which the disk did not take."""
    version: str = __version__
    """Of radiobridge."""

    def heard(self, signal: Signal) -> RecordingInfo:
        """The same with what was heard in it."""
        if isinstance(signal, Digit):
            return self.model_copy(update={"keys": self.keys + signal.key})
        changes: dict[str, object] = {}
        if signal.sender and signal.sender not in self.units:
            changes["units"] = (*self.units, signal.sender)
        if isinstance(signal, Selcall):
            call = Call(system=signal.system, code=signal.code)
            if call not in self.calls:
                changes["calls"] = (*self.calls, call)
        return self.model_copy(update=changes)

    def json_text(self) -> str:
        """One line of JSON; fields without a value are left out."""
        return self.model_dump_json(by_alias=True, exclude_none=True)

    def title(self) -> str:
        """One line for people."""
        parts = [self.channel, f"{self.started:%Y-%m-%d %H:%M:%S} UTC", self.keys, ", ".join(self.units)]
        return " ".join(part for part in parts if part)

    def tags(self) -> dict[str, str]:
        """The Vorbis comments, by the names that libsndfile has for them."""
        return {
            "title": self.title(),
            "artist": self.channel,
            "album": f"{self.station} {self.started:%Y-%m-%d}",
            "date": rfc3339(self.started),
            "software": f"radiobridge {self.version}",
            "comment": self.json_text(),
        }
