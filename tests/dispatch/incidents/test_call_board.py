"""What is called out on a channel: one call at a time, merged, and withdrawn when somebody has taken it."""

from __future__ import annotations

from radiobridge.dispatch.incidents.call_board import MOST_IN_ONE, MOST_SELCALLS, MOST_UNDER_WAY_S, CallBoard
from radiobridge.dispatch.incidents.call_outs import CallOut
from radiobridge.dispatch.incidents.called_posts import CalledPost
from radiobridge.events import Outcome
from radiobridge.settings import StageSettings
from tests.dispatch.incidents.builders import Book

NOW = 100.0


class Board:
    def __init__(self, **stage: object) -> None:
        self.at = Book()
        self.board = CallBoard()
        self.stage = StageSettings.model_validate({"channels": ["police"], **stage})

    def add(
        self,
        kind: str = "fire",
        post: str = "03",
        *,
        stage: int = 0,
        severity: str = "Severe",
        posts: tuple[CalledPost, ...] = (),
    ) -> str:
        incident = self.at.call(kind, post, severity=severity)
        self.board.add("police", CallOut(incident, stage, self.stage, 1, posts))
        return incident.id

    def selcalls(self) -> tuple[int, ...]:
        """The numbers of the posts whose radios are opened now."""
        (call,) = self.board.calls(NOW)
        self.board.sent_as(call.channel, "A1", NOW)
        return tuple(int(selcall.removeprefix("ccir:1")) for selcall in call.what.selcalls)

    def said(self, language: str = "en") -> str:
        """What is sent now; '' where nothing is."""
        calls = self.board.calls(NOW)
        if not calls:
            return ""
        (call,) = calls
        self.board.sent_as(call.channel, "A1", NOW)
        return call.what.text[language]


def test_a_call_says_what_happened_and_under_which_number() -> None:
    at = Board()
    at.add("fire", "03")
    (call,) = at.board.calls(NOW)
    assert call.what.text["en"] == "Incident 1. fire at School 03. Who comes?"
    assert call.what.text["zh"] == "1号警情，03号学校fire，谁去？"
    assert call.what.tones == "attention"


def test_a_later_stage_says_that_nobody_has_taken_it() -> None:
    at = Board()
    at.add(stage=1)
    assert at.said().startswith("Nobody has taken it. Incident 1.")


def test_words_of_the_settings_come_before_the_built_in_ones() -> None:
    at = Board(say={"zh": "全体注意，{number}号，{text}"}, tones="")
    at.add()
    (call,) = at.board.calls(NOW)
    assert call.what.text == {"zh": "全体注意，1号，03号学校fire"}
    assert call.what.tones == ""


def test_what_comes_while_a_call_is_on_the_air_is_in_the_next_one() -> None:
    at = Board()
    at.add("fire", "03")
    assert "School 03" in at.said()
    at.add("fire", "04")
    at.add("fire", "05")
    assert at.said() == ""
    assert at.board.ended("A1", Outcome.SENT) == ()
    text = at.said()
    assert "School 04" in text
    assert "School 05" in text


def test_a_thousand_calls_are_one_that_tells_the_gravest_and_names_some_others() -> None:
    at = Board()
    for post in range(100, 120):
        at.add("fight", str(post), severity="Minor")
    at.add("fire", "999", severity="Extreme")
    text = at.said()
    assert text.startswith("Incident 21. fire at School 999.")
    assert text.count("Who comes?") == MOST_IN_ONE
    assert "Also incidents 3, 4, 5, 6, 7 and 13 more." in text


def test_what_somebody_has_taken_is_not_called() -> None:
    at = Board()
    first, _ = at.add("fire", "03"), at.add("fire", "04")
    at.board.withdraw(first)
    assert "School 03" not in at.said()


def test_a_call_that_waits_for_its_turn_is_withdrawn_and_what_else_it_tells_is_called_anew() -> None:
    at = Board()
    first, _ = at.add("fire", "03"), at.add("fire", "04")
    assert at.board.withdraw(first) == []
    at.board.withdraw(first)
    second = at.add("fire", "05")
    at.said()
    assert at.board.withdraw(second) == [("police", "A1")]
    at.board.ended("A1", Outcome.WITHDRAWN)
    text = at.said()
    assert "School 04" in text
    assert "School 05" not in text


def test_a_call_that_found_no_free_channel_is_made_again_with_what_came_meanwhile() -> None:
    at = Board()
    first = at.add("fire", "03")
    at.said()
    at.add("fire", "04")
    at.board.ended("A1", Outcome.EXPIRED)
    text = at.said()
    assert "School 03" in text
    assert "School 04" in text
    at.board.withdraw(first)
    at.board.ended("A1", Outcome.BROKEN_OFF)
    assert "School 03" not in at.said()


def test_a_call_that_cannot_be_sent_is_told_and_not_made_again() -> None:
    at = Board()
    incident = at.add()
    at.said()
    assert at.board.ended("A1", Outcome.FAILED) == (incident,)
    assert at.said() == ""
    at.add("fire", "04")
    (call,) = at.board.calls(NOW)
    assert at.board.not_sent(call.channel) == call.incidents
    assert at.board.calls(NOW) == []


def test_ends_of_other_announcements_change_nothing() -> None:
    at = Board()
    at.add()
    at.said()
    assert at.board.ended("B7", Outcome.FAILED) == ()


def posts(*numbers: int, channel: str = "police") -> tuple[CalledPost, ...]:
    return tuple(CalledPost(f"{n:02}", channel, f"ccir:1{n:04}", {"en": f"School {n}"}) for n in numbers)


def test_the_radios_of_the_posts_are_opened_before_the_words() -> None:
    at = Board()
    at.add(posts=posts(7, 3))
    (call,) = at.board.calls(NOW)
    assert call.what.selcalls == ("ccir:10007", "ccir:10003")
    assert call.what.tones == "attention"


def test_posts_of_another_channel_are_not_opened_on_this_one() -> None:
    at = Board()
    at.add(posts=(*posts(7), *posts(3, channel="schools")))
    assert at.selcalls() == (7,)


def test_a_merged_call_opens_the_radios_of_all_its_incidents_each_once() -> None:
    at = Board()
    at.add("fire", "03", posts=posts(1, 2), severity="Minor")
    at.add("fire", "04", posts=posts(2, 3), severity="Extreme")
    assert at.selcalls() == (2, 3, 1)


def test_radios_that_one_call_cannot_open_are_opened_by_the_next_with_the_same_words() -> None:
    at = Board()
    at.add("fire", "03", posts=posts(*range(1, 21)))
    opened: list[str] = []
    for _ in range(3):
        (call,) = at.board.calls(NOW)
        assert "School 03" in call.what.text["en"]
        assert len(call.what.selcalls) <= MOST_SELCALLS
        opened += call.what.selcalls
        at.board.sent_as(call.channel, "A1", NOW)
        at.board.ended("A1", Outcome.SENT)
    assert opened == [post.selcall for post in posts(*range(1, 21))]
    assert at.board.calls(NOW) == []


def test_the_gravest_incident_opens_its_radios_first_and_the_others_wait_for_the_next_call() -> None:
    at = Board()
    at.add("fight", "03", posts=posts(*range(1, 9)), severity="Minor")
    at.add("fire", "04", posts=posts(*range(11, 19)), severity="Extreme")
    at.add("theft", "05", severity="Minor")
    (call,) = at.board.calls(NOW)
    assert call.what.text["en"].count("Who comes?") == 2
    assert "fight" not in call.what.text["en"]
    at.board.sent_as(call.channel, "A1", NOW)
    at.board.ended("A1", Outcome.SENT)
    assert at.selcalls() == tuple(range(1, 9))


def test_a_radio_that_is_open_hears_of_every_incident_that_it_is_called_for() -> None:
    at = Board()
    at.add("fire", "04", posts=posts(*range(1, 9)), severity="Extreme")
    at.add("fight", "03", posts=posts(8, 9), severity="Minor")
    (call,) = at.board.calls(NOW)
    assert "fight" in call.what.text["en"]
    at.board.sent_as(call.channel, "A1", NOW)
    at.board.ended("A1", Outcome.SENT)
    assert at.selcalls() == (9,)


def test_a_call_that_found_no_free_channel_opens_all_its_radios_when_it_is_made_again() -> None:
    at = Board()
    at.add("fire", "03", posts=posts(*range(1, 11)))
    assert at.selcalls() == tuple(range(1, 9))
    at.board.ended("A1", Outcome.EXPIRED)
    assert at.selcalls() == tuple(range(1, 9))
    at.board.ended("A1", Outcome.SENT)
    assert at.selcalls() == (9, 10)


def test_a_later_stage_opens_what_the_earlier_one_has_not_opened_yet() -> None:
    at = Board()
    incident = at.at.call("fire", "03")
    at.board.add("police", CallOut(incident, 0, at.stage, 1, posts(1, 2)))
    at.board.add("police", CallOut(incident, 1, at.stage, 1, posts(2, 3)))
    assert at.selcalls() == (1, 2, 3)


def test_what_somebody_has_taken_opens_no_radio() -> None:
    at = Board()
    incident = at.add("fire", "03", posts=posts(*range(1, 11)))
    at.selcalls()
    at.board.withdraw(incident)
    at.board.ended("A1", Outcome.SENT)
    assert at.board.calls(NOW) == []


def test_a_channel_that_cannot_send_is_not_asked_for_the_rest() -> None:
    at = Board()
    at.add("fire", "03", posts=posts(*range(1, 11)))
    (call,) = at.board.calls(NOW)
    at.board.not_sent(call.channel)
    assert at.board.calls(NOW) == []


def test_words_of_the_settings_may_name_the_posts() -> None:
    at = Board(say={"en": "{posts}: {text}", "zh": "{posts}，{text}"})
    at.add(posts=posts(7, 3))
    (call,) = at.board.calls(NOW)
    assert call.what.text == {
        "en": "School 7, School 3: fire at School 03",
        "zh": "School 7、School 3，03号学校fire",
    }


def test_a_call_whose_end_is_never_told_does_not_silence_the_channel_for_ever() -> None:
    at = Board()
    at.add("fire", "03")
    assert at.said()
    at.add("fight", "04")
    assert at.board.calls(NOW + MOST_UNDER_WAY_S) == []
    (call,) = at.board.calls(NOW + MOST_UNDER_WAY_S + 1)
    assert "fight at School 04" in call.what.text["en"]
