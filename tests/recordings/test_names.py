from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from radiobridge.recordings.names import began_at, folder_name, path_of, url_of
from radiobridge.settings.table import TopicLevel
from tests.recordings.builders import AT, ulid

ID = "01KFZX3V9QXJ4T5M8R2N6P7S0W"
FOLDER = Path("/var/lib/radiobridge/recordings")


def may_be_a_channel(name: str) -> bool:
    try:
        TypeAdapter(TopicLevel).validate_python(name)
    except ValidationError:
        return False
    return True


channel_names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64).filter(
    may_be_a_channel
)


def test_a_path_says_channel_day_moment_and_transmission() -> None:
    path = path_of(FOLDER, "police", AT, ID)
    assert path == FOLDER / "police" / "2026-11-25" / f"20261125T150500.123Z-{ID}.flac"


def test_a_name_tells_when_its_transmission_began() -> None:
    path = path_of(FOLDER, "police", AT, ulid())
    assert began_at(path.name, path.parent.name) == pytest.approx(AT, abs=0.001)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        (f"20261125T150500.123Z-{ID}.flac", "2026-11-24"),
        (f"20261325T150500.123Z-{ID}.flac", "2026-13-25"),
        (f"20261125T150500.123Z-{ID}.wav", "2026-11-25"),
        (f"20261125T150500.123Z-{ID}.flac.bak", "2026-11-25"),
        (f"copy of 20261125T150500.123Z-{ID}.flac", "2026-11-25"),
        (f"20261125T150500.123Z-{ID.lower()}.flac", "2026-11-25"),
        ("٢٠٢٦1125T150500.123Z-" + ID + ".flac", "2026-11-25"),
        ("evidence.flac", "2026-11-25"),
    ],
)
def test_what_is_named_otherwise_is_not_ours(name: str, day: str) -> None:
    assert began_at(name, day) is None


@pytest.mark.parametrize(
    ("channel", "folder"),
    [
        ("police", "police"),
        ("UHF-446.00625", "UHF-446.00625"),
        ("警察_1", "警察_1"),
        ("경비실", "경비실"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        (".hidden.", "%2Ehidden%2E"),
        ("-rf", "%2Drf"),
        ("50%", "50%25"),
        ("a:b*c?d\"e<f>g|h\\i'j`k;l&m(n~o", "a%3Ab%2Ac%3Fd%22e%3Cf%3Eg%7Ch%5Ci%27j%60k%3Bl%26m%28n%7Eo"),
        ("left\u202eright", "left%E2%80%AEright"),
    ],
)
def test_a_channels_folder_is_readable_and_harmless(channel: str, folder: str) -> None:
    assert folder_name(channel) == folder


@given(channel_names)
def test_any_channels_name_is_one_folder_below_ours(channel: str) -> None:
    name = folder_name(channel)
    assert 0 < len(name.encode()) <= 255
    assert "/" not in name
    assert name not in (".", "..")
    assert "\0" not in name
    assert path_of(FOLDER, channel, AT, ID).parent.parent.parent == FOLDER


@given(channel_names, channel_names)
def test_two_channels_never_share_a_folder(one: str, other: str) -> None:
    assert (folder_name(one) == folder_name(other)) == (one == other)


def test_names_that_are_too_long_for_a_folder_stay_apart() -> None:
    one, other = "🚓" * 64, "🚓" * 63 + "🚒"
    assert len(folder_name(one).encode()) <= 255
    assert folder_name(one) != folder_name(other)


def test_an_address_is_escaped_for_the_web() -> None:
    path = path_of(FOLDER, "警察50%", AT, ID)
    assert url_of("https://host/r/", FOLDER, path) == (
        f"https://host/r/%E8%AD%A6%E5%AF%9F50%2525/2026-11-25/20261125T150500.123Z-{ID}.flac"
    )
