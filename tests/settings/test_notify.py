"""What a file may say of notifiers and groups, and who is meant by them."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from radiobridge.notices import addresses_of, notices_to
from radiobridge.settings import RELOADED
from tests.notices.fake_notifier import installed
from tests.settings.test_links import CHANNELS
from tests.settings.test_load import loaded, mistakes

SMS = '[[notifier]]\nname = "sms"\ndriver = "gammu_smsd"\n'
UNITS = """
[[unit]]
ids = ["1"]
name = "Li"
phone = "+8613800000001"

[[unit]]
ids = ["2"]
name = "Wu"
"""
SECRET = "s3cr3t"

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture(autouse=True)
def notifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radiobridge.ports.loading.entry_points", installed)


def group(to: str, name: str = "duty") -> str:
    return f'[[group]]\nname = "{name}"\nto = {to}\n'


def test_a_group_is_its_addresses_each_once_and_units_by_their_phones(tmp_path: Path) -> None:
    text = CHANNELS + SMS + UNITS
    text += '[[notifier]]\nname = "wecom"\ndriver = { driver = "apprise", urls = { duty = "json://x" } }\n'
    text += group('{ sms = ["Li", "+8613800000002", "+8613800000001"], wecom = "duty" }')
    text += group('{ sms = "Li" }', "chief")
    settings = loaded(tmp_path, text).settings
    assert addresses_of(settings, ["duty", "chief", "nobody"]) == [
        ("sms", "+8613800000001"),
        ("sms", "+8613800000002"),
        ("wecom", "duty"),
    ]
    ids = count()
    made = notices_to(settings, ["chief"], "火警", at=1.0, new_id=lambda: str(next(ids)), cause="I1")
    assert [(each.id, each.notifier, each.address, each.text, each.cause) for each in made] == [
        ("0", "sms", "+8613800000001", "火警", "I1")
    ]


def test_groups_are_taken_over_without_a_restart() -> None:
    assert "group" in RELOADED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            SMS + group('{ smss = ["+8613800000002"] }'),
            "no [[notifier]] is called 'smss'; did you mean 'sms'?",
        ),
        (SMS + group('{ sms = ["+86 138"] }'), "'+86 138' is no telephone number: 3 to 15 digits"),
        (SMS + group('{ sms = ["Lee"] }'), "no telephone number"),
        (SMS + group('{ sms = ["Wu"] }'), "the [[unit]] 'Wu' has no phone"),
        (SMS + group("{}"), "at least 1 item"),
        (SMS + SMS, "'sms' stands twice; each notifier needs a name of its own"),
        (SMS + group('{ sms = "Li" }') * 2, "'duty' stands twice"),
        (SMS.replace("gammu_smsd", "gamu_smsd"), "no notify driver 'gamu_smsd'"),
        (SMS.replace('"gammu_smsd"', '{ driver = "gammu_smsd", port = 1 }'), "unknown key"),
        (SMS + "give_up_s = 1\n", "greater than or equal to 10"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    found = mistakes(tmp_path, CHANNELS + UNITS + text)
    assert len(found) == 1, found
    assert said in found[0]
    assert ".toml:" in found[0]


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        (f'{{ duty = "jsn://{SECRET}" }}', "makes no service of jsn://…"),
        (f'{{ duty = ["json://{SECRET}"] }}', "a valid string"),
        (f'"json://{SECRET}"', "valid dictionary"),
        ("{}", "at least 1 item"),
    ],
)
def test_a_wrong_url_is_refused_without_telling_it(tmp_path: Path, urls: str, said: str) -> None:
    wecom = f'[[notifier]]\nname = "wecom"\ndriver = {{ driver = "apprise", urls = {urls} }}\n'
    found = mistakes(tmp_path, CHANNELS + wecom)
    assert len(found) == 1, found
    assert said in found[0]
    assert SECRET not in found[0]


def test_a_wrong_name_of_a_service_is_refused(tmp_path: Path) -> None:
    wecom = '[[notifier]]\nname = "wecom"\ndriver = { driver = "apprise", urls = { duty = "json://x" } }\n'
    (found,) = mistakes(tmp_path, CHANNELS + wecom + group('{ wecom = "dty" }'))
    assert "no URL is called 'dty'; did you mean 'duty'?" in found
