import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TREE = Path(__file__).parent.parent.parent
SYSTEMD = TREE / "systemd"


def run(*command: str | Path) -> str:
    """What the command had to say on both outputs, and its exit code where it is not 0."""
    done = subprocess.run(
        command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60
    )
    return done.stdout + (f"exit code {done.returncode}" if done.returncode else "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    text = (SYSTEMD / "radiobridge.service").read_text(encoding="utf-8")
    program = "^ExecStart=/opt/radiobridge/venv/bin/radiobridge "
    text, programs = re.subn(program, "ExecStart=/bin/true ", text, flags=re.MULTILINE)
    assert programs == 1
    unit = tmp_path / "radiobridge.service"
    unit.write_text(text, encoding="utf-8")
    assert run("systemd-analyze", "verify", "--man=no", unit) == ""


def udev_can_verify() -> bool:
    return shutil.which("udevadm") is not None and "Unknown" not in run("udevadm", "verify", "--help")


@pytest.mark.skipif(not udev_can_verify(), reason="udevadm verify came with systemd 254")
def test_udev_finds_nothing_wrong_with_the_rules() -> None:
    assert "Fail:    0" in run("udevadm", "verify", SYSTEMD / "99-radiobridge.rules")


@pytest.mark.skipif(os.geteuid() != 0, reason="making users takes root, even below a folder")
@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is not installed")
def test_the_user_of_the_unit_is_made_with_access_to_sound_cards_and_serial_ports(tmp_path: Path) -> None:
    there = tmp_path / "usr/lib/sysusers.d"
    there.mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    shutil.copy(SYSTEMD / "radiobridge.sysusers.conf", there / "radiobridge.conf")
    assert "exit code" not in run("systemd-sysusers", f"--root={tmp_path}")
    users = (tmp_path / "etc/passwd").read_text(encoding="utf-8")
    groups = (tmp_path / "etc/group").read_text(encoding="utf-8")
    assert re.search("^radiobridge:.*:/var/lib/radiobridge:.*nologin$", users, re.MULTILINE)
    assert re.search("^audio:.*:radiobridge$", groups, re.MULTILINE)
    assert re.search("^dialout:.*:radiobridge$", groups, re.MULTILINE)
    assert "\nUser=radiobridge\n" in (SYSTEMD / "radiobridge.service").read_text(encoding="utf-8")


def test_the_install_page_names_files_that_exist() -> None:
    page = (TREE / "docs" / "install.md").read_text(encoding="utf-8")
    named = set(re.findall(r"/opt/radiobridge/source/([\w./-]*\w\.\w+)", page))
    assert {"systemd/radiobridge.service", "config/mosquitto/radiobridge.acl"} <= named
    assert [name for name in sorted(named) if not (TREE / name).exists()] == []
