"""Where a station keeps its things: the state folder and the files in it."""

from __future__ import annotations

import os
from pathlib import Path

from radiobridge.settings.models import Settings


def state_dir(configured: Path | None = None) -> Path:
    """`configured`, or systemd's $STATE_DIRECTORY, or radiobridge below $XDG_DATA_HOME."""
    if configured is not None:
        return configured.expanduser()
    systemd = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if systemd:
        return Path(systemd)
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "radiobridge"


def outbox_file(settings: Settings) -> Path:
    """The outbox's database."""
    configured = settings.outbox.file
    return configured.expanduser() if configured else state_dir(settings.station.state_dir) / "outbox.db"


def recordings_dir(settings: Settings) -> Path:
    """The folder of all recordings, absolute: messages name the files in it."""
    configured = settings.recordings.dir
    folder = configured.expanduser() if configured else state_dir(settings.station.state_dir) / "recordings"
    return folder.absolute()


def speech_dir(settings: Settings) -> Path:
    """The folder of speech that was rendered and is kept."""
    return state_dir(settings.station.state_dir) / "speech"


def access_file(settings: Settings) -> Path:
    """The database of used one-time codes and of lock-outs."""
    return state_dir(settings.station.state_dir) / "access.db"


def incidents_file(settings: Settings) -> Path:
    """The journal of incidents."""
    return state_dir(settings.station.state_dir) / "incidents.db"


def supervision_file(settings: Settings) -> Path:
    """The database of check-ins, and of when each post was last heard."""
    return state_dir(settings.station.state_dir) / "supervision.db"


def handsets_file(settings: Settings) -> Path:
    """The database of the handsets' keypad tests."""
    return state_dir(settings.station.state_dir) / "handsets.db"


def history_url(settings: Settings) -> str:
    """The database of the history, as SQLAlchemy names it; a password may be in it."""
    if settings.history.url:
        return settings.history.url.get_secret_value()
    return f"sqlite:///{state_dir(settings.station.state_dir).absolute() / 'history.db'}"


def notices_file(settings: Settings) -> Path:
    """The database of notices that wait, and of texts that came in."""
    return state_dir(settings.station.state_dir) / "notices.db"
