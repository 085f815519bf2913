"""A station whose posts and units stand in CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiobridge.checks import load_station
from radiobridge.errors import SettingsError
from radiobridge.settings import SettingsFile

STATION = """
[roster]
posts = "posts.csv"

[[channel]]
name = "schools"
input = "udp"
output = { driver = "udp", host = "127.0.0.1" }
"""
POSTS = (
    "id,name.zh,name.en,kind,lat,lon,neighbours,channel,selcall,units\r\n"
    "01,第一小学,School 1,school,22.2707,113.5767,02,schools,ccir:10001,mdc1200:12AB\r\n"
    '02,第二小学,"School 2, north",school,22.28,113.58,01,schools,ccir:10002,\r\n'
)


def station(folder: Path, posts: str | bytes = POSTS, *, more: str = "") -> Path:
    """The settings file of a station with these posts."""
    content = posts.encode() if isinstance(posts, str) else posts
    (folder / "posts.csv").write_bytes(content)
    file = folder / "radiobridge.toml"
    file.write_text(STATION + more, encoding="utf-8")
    return file


def read(folder: Path, posts: str | bytes = POSTS, *, more: str = "") -> SettingsFile:
    return load_station(station(folder, posts, more=more))


def mistakes(folder: Path, posts: str | bytes = POSTS, *, more: str = "") -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(folder, posts, more=more)
    return [str(mistake).replace(f"{folder}/", "") for mistake in caught.value.mistakes]
