"""Which signals of radios raise which alert: the rules of the settings, and one of our own.

Whoever presses the emergency button of a radio gets an alert, whether or not somebody wrote a rule for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radiobridge.events import Meaning, Selcall, UnitId
from radiobridge.settings import SignalRuleSettings
from radiobridge.signalling.ctcss import standard_tone, tone_name
from radiobridge.signalling.dcs import as_normal

EMERGENCY = SignalRuleSettings(system="mdc1200", means=Meaning.EMERGENCY, alert="emergency")
"""What stands after the last rule."""


class SignalBook:
    """All rules of a station."""

    def __init__(self, rules: Sequence[SignalRuleSettings]) -> None:
        told = [rule.model_copy(update={"code": told_code(rule)}) for rule in rules]
        self._rules = (*told, EMERGENCY)

    def match(self, signal: UnitId | Selcall) -> SignalRuleSettings | None:
        """The first rule that fits, or None."""
        return next((rule for rule in self._rules if _fits(rule, signal)), None)


def told_code(rule: SignalRuleSettings) -> str | None:
    """The rule's code as a signal tells it: 047N for a DCS code of 023I, 100.0 for a CTCSS tone of 100.

    Raises:
        ValueError: there is no such tone or code; the message names those near it.
    """
    code = rule.code
    if code is None or rule.system == "two-tone":
        return code
    if rule.system == "dcs":
        return as_normal(code)
    if rule.system == "ctcss":
        return tone_name(standard_tone(_hz(code)))
    return code.upper()


def _hz(code: str) -> float:
    try:
        return float(code)
    except ValueError:
        raise ValueError(f"no tone in Hz: {code!r}; write it like 88.5") from None


def _fits(rule: SignalRuleSettings, signal: UnitId | Selcall) -> bool:
    return (
        rule.system == signal.system
        and rule.means in (None, signal.means)
        and rule.unit in (None, signal.sender)
        and rule.code in (None, signal.code if isinstance(signal, Selcall) else "")
    )


def never_matching(rules: Sequence[SignalRuleSettings]) -> Iterator[tuple[int, int]]:
    """Rules that an earlier one leaves nothing to match: (index of the later, index of the earlier)."""
    for index, rule in enumerate(rules):
        for earlier, before in enumerate(rules[:index]):
            if all(
                wider is None or wider == narrower
                for wider, narrower in (
                    (before.system, rule.system),
                    (before.means, rule.means),
                    (before.unit, rule.unit),
                    (before.code, rule.code),
                )
            ):
                yield index, earlier
                break
