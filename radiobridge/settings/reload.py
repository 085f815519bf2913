"""Which tables a running station takes over from a changed file, and which take a restart."""

from __future__ import annotations

from radiobridge.settings.models import Settings

RELOADED = (
    "roster",
    "post",
    "unit",
    "alert",
    "code",
    "phrase",
    "signal",
    "keypad_test",
    "incidents",
    "response",
    "calendar",
    "check_in",
    "lone_worker",
    "bulletin",
    "drill",
    "group",
    "access",
    "operator",
)


def needs_restart(before: Settings, after: Settings) -> list[str]:
    """The tables that changed and are read at start only."""
    return [
        f"[{name}]"
        for name in Settings.model_fields
        if name not in RELOADED and getattr(before, name) != getattr(after, name)
    ]
