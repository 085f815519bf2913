"""Two-tone sequential paging: the reed tones that pagers are made for, and how a page is written.

A page is one tone and then another; a group call is one tone for eight seconds. Where no name is known
for a page its code is the two tones in Hz, `349.0/433.7`; a group call's is its one tone.

Sources: Motorola Quick Call II reed groups 1 to 6, 10 and 11, as in SvxLink (SelCall.tcl); Genave, Two-Tone
Paging (timing: 1 s and 3 s without a gap).
"""

from __future__ import annotations

A_S, B_S, GROUP_S = 1.0, 3.0, 8.0
"""How long the first tone, the second, and that of a group call are."""

REEDS_HZ = (
    *(330.5, 349.0, 368.5, 389.0, 410.8, 433.7, 457.9, 483.5, 510.5, 539.0),
    *(569.1, 600.9, 634.5, 669.9, 707.3, 746.8, 788.5, 832.5, 879.0, 928.1),
    *(1092.4, 288.5, 296.5, 304.7, 313.0, 953.7, 979.9, 1006.9, 1034.7, 1063.2),
    *(321.7, 339.6, 358.6, 378.6, 399.8, 422.1, 445.7, 470.5, 496.8, 524.6),
    *(553.9, 584.8, 617.4, 651.9, 688.3, 726.8, 767.4, 810.2, 855.5, 903.2),
    *(1122.5, 1153.4, 1185.2, 1217.8, 1251.4, 1285.8, 1321.2, 1357.6, 1395.0, 1433.4),
    *(1881.0, 1472.9, 1513.5, 1555.2, 1598.0, 1642.0, 1687.2, 1733.7, 1781.5, 1830.5),
    *(2468.2, 1930.2, 1989.0, 2043.8, 2094.5, 2155.6, 2212.2, 2271.7, 2334.6, 2401.0),
)
"""Group after group, each from its tone 0 to its tone 9."""

_SNAP = 0.005


def reed_hz(hz: float) -> float:
    """The reed tone within half a percent of `hz`, or `hz` where there is none."""
    nearest = min(REEDS_HZ, key=lambda reed: abs(reed - hz))
    return nearest if abs(nearest - hz) <= _SNAP * nearest else hz


def written(*tones_hz: float) -> str:
    """The code of a page, or of a group call, that has no name."""
    return "/".join(f"{reed_hz(hz):.1f}" for hz in tones_hz)
