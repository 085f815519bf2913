"""Ctrl-C is a question first, and an end when pressed again."""

from __future__ import annotations

import os
import signal

import pytest

from radiobridge.commands.ctrl_c import ctrl_c


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_a_loop_learns_of_it_without_an_exception() -> None:
    with ctrl_c() as is_pressed:
        assert not is_pressed()
        press()
        assert is_pressed()


def test_whoever_presses_it_again_does_not_want_to_wait() -> None:
    with ctrl_c():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_afterwards_it_does_what_it_did_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with ctrl_c():
        pass
    assert signal.getsignal(signal.SIGINT) is before
