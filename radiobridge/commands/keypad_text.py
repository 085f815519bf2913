"""A keypad test as a person at the station reads it."""

from __future__ import annotations

from radiobridge.bus.heard_messages import KeypadTestMessage
from radiobridge.events import KeypadFault, Verdict

COLOURS = {Verdict.GOOD: "green", Verdict.FAIR: "yellow", Verdict.POOR: "red"}


def keypad_lines(test: KeypadTestMessage) -> list[str]:
    """The test in rich's markup: how the handset is heard, the figures, every text, and what to do."""
    from rich.markup import escape

    when = test.started.astimezone()
    who = test.handset + (f" · post {test.post.id}" if test.unit and test.post else "")
    return [
        f"[{COLOURS[test.verdict]}]{when:%H:%M:%S} KEYPAD TEST {test.verdict.upper()}[/] · {escape(who)}",
        f"    heard {escape(test.keys)} on {escape(test.channel)} · {figures(test)}",
        *(f"    {language}: {escape(text)}" for language, text in test.text.items()),
        *(f"    → {escape(what)}" for what in test.advice.get("en", ())),
    ]


def figures(test: KeypadTestMessage) -> str:
    """The medians of its keys."""
    return (
        f"level {test.level_dbfs:.0f} dBFS, SNR {test.snr_db:.0f} dB, twist {test.twist_db:+.0f} dB, "
        f"{test.key_s * 1000:.0f} ms a key"
    )


def faults(test: KeypadTestMessage) -> str:
    """What is wrong in a few words; missing keys are told by themselves."""
    return ", ".join(fault.replace("-", " ") for fault in test.faults if fault is not KeypadFault.MISSING)
