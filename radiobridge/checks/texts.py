"""What is wrong with texts and replies: placeholders that nothing fills, and tones that are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from radiobridge.checks.refusals import refused
from radiobridge.dispatch.codebook import field_lengths
from radiobridge.dispatch.texts import unknown_placeholders
from radiobridge.settings import Finding, PhraseSettings, Place, Settings
from radiobridge.settings.replies import Answering
from radiobridge.speech.templates import Template
from radiobridge.transmit.spelled import check_tones


class _Table(NamedTuple):
    """A table with texts, and the fields that fill them."""

    place: Place
    texts: dict[str, str]
    answering: Answering
    fields: set[str]


def text_mistakes(settings: Settings) -> list[Finding]:
    """All of the file."""
    found: list[Finding] = []
    for table in _tables(settings):
        found += _placeholders((*table.place, "text"), table.texts, table.fields)
        found += _placeholders((*table.place, "reply"), table.answering.reply, table.fields)
        if table.answering.reply_tones:
            found += refused((*table.place, "reply_tones"), check_tones, table.answering.reply_tones)
    return found


def _tables(settings: Settings) -> Iterator[_Table]:
    fields_of: dict[str, set[str]] = {}
    for index, code in enumerate(settings.code):
        fields = {*(field_lengths(code.keys) or ())}
        fields_of.setdefault(code.meaning, set()).update(fields)
        yield _Table(("code", index), code.text, code, fields)
    for index, phrase in enumerate(settings.phrase):
        fields = _slots(phrase)
        fields_of.setdefault(phrase.meaning, set()).update(fields)
        yield _Table(("phrase", index), phrase.text, phrase, fields)
    for index, rule in enumerate(settings.signal):
        fields_of.setdefault(rule.alert, set()).add("code")
        yield _Table(("signal", index), rule.text, rule, {"code"})
    for name, kind in settings.alert.items():
        yield _Table(("alert", name), kind.text, kind, fields_of.get(name, set()))


def _slots(phrase: PhraseSettings) -> set[str]:
    """What the slots of a phrase fill besides {post}, in every language that it is said in."""
    fields: list[set[str]] = []
    for text in (text for texts in phrase.says.values() for text in texts):
        try:
            fields.append({*Template.parse(text).slots} - {"post"})
        except ValueError:
            continue
    return set.intersection(*fields) if fields else set()


def _placeholders(place: Place, texts: dict[str, str], fields: set[str]) -> list[Finding]:
    return [
        Finding(
            (*place, language),
            f"nothing fills {{{name}}}; there are alert, channel, unit, unit.name, post.id, post.name, "
            "post.place" + "".join(f", {f}" for f in sorted(fields)),
        )
        for language, text in texts.items()
        for name in unknown_placeholders(text, fields)
    ]
