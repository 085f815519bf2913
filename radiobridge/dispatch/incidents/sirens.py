"""Which siren is to sound: while an incident that called for it is taken by nobody. Sans-IO."""

from __future__ import annotations

from collections.abc import Sequence

from radiobridge.events import Incident, IncidentState
from radiobridge.settings import ResponseSettings


class Sirens:
    """The sirens of a station."""

    def __init__(self) -> None:
        self._wanted: dict[str, tuple[str, ...]] = {}

    def feed(self, incident: Incident) -> dict[str, tuple[str, ...]]:
        """The sirens for which something changed, each with the incidents that want it now.

        The incident's own log tells what it called for: it outlives the rules that it was called by.
        """
        is_open = incident.state is IncidentState.OPEN
        wants = {step.siren for step in incident.calls_for_help() if step.siren} if is_open else set()
        before = {name for name, wanted_by in self._wanted.items() if incident.id in wanted_by}
        changed = {name: (*self._wanted.get(name, ()), incident.id) for name in sorted(wants - before)}
        for name in sorted(before - wants):
            changed[name] = tuple(each for each in self._wanted[name] if each != incident.id)
        self._wanted |= changed
        return changed

    def all(self, rules: Sequence[ResponseSettings]) -> dict[str, tuple[str, ...]]:
        """Every siren of the rules, and what wants it: what was on before a crash may be off now."""
        names = sorted({stage.siren for rule in rules for stage in rule.stage if stage.siren})
        return {name: self._wanted.get(name, ()) for name in names}
