"""What gammu-smsd's own settings file says about its folders.

Source: gammu-smsdrc(5), version 1.42.
"""

from __future__ import annotations

import configparser
import os
from dataclasses import dataclass
from pathlib import Path

from radiobridge.errors import DeviceLost

_FOLDERS = ("inboxpath", "outboxpath", "sentsmspath", "errorsmspath")


@dataclass(frozen=True, slots=True)
class Spool:
    """The four folders of the `files` service, and whether it puts delivery reports into the inbox."""

    inbox: Path
    outbox: Path
    sent: Path
    error: Path
    reports: bool


def read_spool(config: Path) -> Spool:
    """The folders that the file names; each is there and may be written. Raises DeviceLost."""
    smsd = _section(config)
    service = smsd.get("service", "files")
    if service.strip().lower() != "files":
        raise DeviceLost(f"{config}: [smsd] service = {service}: write service = files (docs/notify.md)")
    if smsd.get("inboxformat", "").strip().lower() == "detail":
        raise DeviceLost(f"{config}: [smsd] inboxformat = detail: write inboxformat = unicode")
    folders = [_folder(config, key, smsd.get(key, "")) for key in _FOLDERS]
    if len({*folders}) < len(folders):
        raise DeviceLost(f"{config}: [smsd] {', '.join(_FOLDERS)} must be four different folders")
    inbox, outbox, sent, error = folders
    reports = smsd.get("deliveryreport", "no").strip().lower() == "sms"
    return Spool(inbox, outbox, sent, error, reports)


def _section(config: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    try:
        parser.read_string(config.read_text(encoding="utf-8", errors="replace"), str(config))
    except OSError as error:
        raise DeviceLost(
            f"{config} cannot be read: {error.strerror}; try: apt install gammu-smsd (docs/notify.md)"
        ) from error
    except configparser.Error as error:
        why = " ".join(str(error).split())
        raise DeviceLost(f"{config} is no settings file of gammu-smsd: {why}") from error
    found = next((name for name in parser.sections() if name.lower() == "smsd"), None)
    if found is None:
        raise DeviceLost(f"{config} has no section [smsd]: write it as docs/notify.md shows")
    return {key: value or "" for key, value in parser.items(found)}


def _folder(config: Path, key: str, value: str) -> Path:
    folder = Path(value.strip())
    if not value.strip() or not folder.is_absolute():
        raise DeviceLost(
            f"{config}: [smsd] {key} = {value!r}: name a folder from the root on, such as /var/spool/gammu/"
        )
    if not folder.is_dir():
        raise DeviceLost(
            f"{folder} ({key} of {config}) is not there; try: apt install --reinstall gammu-smsd"
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise DeviceLost(
            f"{folder} ({key} of {config}) may not be written by this user; try: usermod -aG gammu "
            "radiobridge, and ReadWritePaths= of the service (docs/notify.md)"
        )
    return folder
