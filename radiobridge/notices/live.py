"""All notices of one notifier that are not over, found by id, by unit and by address without a search."""

from __future__ import annotations

from radiobridge.notices.kept import Kept, NoticeState


class Live:
    """The oldest come first, wherever several are given."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self._units: dict[NoticeState, dict[str, dict[str, Kept]]] = {state: {} for state in NoticeState}
        self._loose: dict[str, dict[str, Kept]] = {}
        self._sent = 0

    @property
    def waiting(self) -> int:
        """How many have not gone out."""
        return len(self.kept) - self._sent

    def put(self, each: Kept) -> None:
        """It is here, as it is now."""
        if each.notice.id in self.kept:
            self._forget(self.kept[each.notice.id])
        self.kept[each.notice.id] = each
        self._sent += each.state is NoticeState.SENT
        self._place(each).setdefault(each.unit or each.notice.address, {})[each.notice.id] = each

    def pop(self, each: Kept) -> None:
        """It is not here any more."""
        if found := self.kept.pop(each.notice.id, None):
            self._forget(found)

    def units(self, state: NoticeState) -> dict[str, list[Kept]]:
        """What is handed over together, by its id."""
        return {unit: [*members.values()] for unit, members in self._units[state].items()}

    def of(self, unit: str) -> list[Kept]:
        """The members of a unit."""
        return [each for units in self._units.values() for each in units.get(unit, {}).values()]

    def loose(self, address: str) -> list[Kept]:
        """What waits for the address and was never handed over."""
        return [*self._loose.get(address, {}).values()]

    def first_loose(self) -> list[Kept]:
        """The oldest such of each address."""
        return [next(iter(waiting.values())) for waiting in self._loose.values()]

    def _place(self, each: Kept) -> dict[str, dict[str, Kept]]:
        return self._units[each.state] if each.unit else self._loose

    def _forget(self, each: Kept) -> None:
        self._sent -= each.state is NoticeState.SENT
        place, key = self._place(each), each.unit or each.notice.address
        place[key].pop(each.notice.id)
        if not place[key]:
            del place[key]
