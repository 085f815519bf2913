"""The error-correcting code of MDC-1200 blocks: what makes 112 bits of 48, and the likeliest 48 of 112.

The code is systematic and convolutional, rate 1/2, seven bits long: 56 bits (48 and eight zeros, which end
it in its zero state), then their parities p[n] = b[n] + b[n-2] + b[n-5] + b[n-6] modulo 2. Bit k of these
112 is sent as bit 16 (k mod 7) + k div 7, so that neighbours are 13 ms apart.

Two such codewords differ in at least five bits, and where it is five, in one bit of the 48. So the likeliest
codeword is right with any two wrong bits, and with most sets of three to seven; where a checksum over the 48
may judge its `neighbours` too, with more of them. Soft bits are worth about 2 dB more.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bits: TypeAlias = NDArray[np.int8]
Soft: TypeAlias = NDArray[np.float32]
"""Soft bits: above zero for 0, below for 1, and the surer the further; zero for a bit that is not known."""

INFORMATION_BITS = 48
BLOCK_BITS = 112
_DATA_BITS = 56
_TAPS = (0, 2, 5, 6)
_STATES = 64
"""A state is the last six bits, the latest lowest."""
_SENT_AS = np.array([16 * (k % 7) + k // 7 for k in range(BLOCK_BITS)])
_IMPOSSIBLE = np.float32(-1e9)


def coded(information: NDArray[np.integer]) -> Bits:
    """The 112 bits to send, shape (112,), for 48, shape (48,)."""
    data = np.zeros(_DATA_BITS, np.int8)
    data[:INFORMATION_BITS] = information
    parity = np.zeros(_DATA_BITS, np.int8)
    for tap in _TAPS:
        parity[tap:] ^= data[: _DATA_BITS - tap]
    sent = np.empty(BLOCK_BITS, np.int8)
    sent[_SENT_AS] = np.concatenate([data, parity])
    return sent


def likeliest(soft: Soft) -> tuple[Bits, Soft]:
    """Viterbi: the likeliest 48 bits for each row of soft bits as sent, and how well they agree with it.

    `soft`: shape (rows, 112). Gives bits of shape (rows, 48) and agreement of shape (rows,): the correlation
    of soft bits and codeword, 1 where nothing disturbs and about 0.6 where there is nothing but noise.
    """
    received = soft[:, _SENT_AS]
    metric, from_upper = _forward(received[:, :_DATA_BITS], received[:, _DATA_BITS:])
    strength = np.sqrt(BLOCK_BITS * np.square(soft).sum(axis=1))
    return _traced_back(from_upper), metric / np.maximum(strength, np.float32(1e-30))


def neighbours(soft: Soft, bits: Bits, count: int) -> Bits:
    """The `count` likeliest of those that differ from `bits` in one bit, the likeliest first.

    `soft`: shape (112,). `bits`: shape (48,). Gives shape (count, 48).
    """
    agreeing = soft * (1 - 2 * coded(bits))
    nearest = np.argsort(_PATTERNS @ agreeing)[:count]
    changed: Bits = bits ^ np.eye(INFORMATION_BITS, dtype=np.int8)[nearest]
    return changed


def _forward(data: Soft, parity: Soft) -> tuple[Soft, list[NDArray[np.bool_]]]:
    """The metric of the best way into the zero state, and where the best way into each state came from.

    The latter for each step, shape (rows, states): whether from the upper half of the states, those in which
    the bit of six steps ago is 1.
    """
    rows = len(data)
    metric = np.full((rows, _STATES), _IMPOSSIBLE)
    metric[:, 0] = 0
    data_gain = np.where(np.arange(_STATES) & 1, -data[:, :, None], data[:, :, None])
    data_gain[:, INFORMATION_BITS:, 1::2] = _IMPOSSIBLE
    parity_gain = (parity[:, :, None] * _PARITY_SIGN).reshape(rows, _DATA_BITS, _STATES // 2, 2)
    from_upper = []
    for step in range(_DATA_BITS):
        halves = metric.reshape(rows, 2, _STATES // 2, 1)
        lower = (halves[:, 0] + parity_gain[:, step]).reshape(rows, _STATES)
        upper = (halves[:, 1] - parity_gain[:, step]).reshape(rows, _STATES)
        from_upper.append(upper > lower)
        metric = np.maximum(lower, upper) + data_gain[:, step]
    return metric[:, 0], from_upper


def _traced_back(from_upper: list[NDArray[np.bool_]]) -> Bits:
    rows = np.arange(len(from_upper[0]))
    state = np.zeros(len(rows), np.int64)
    bits = np.empty((len(rows), _DATA_BITS), np.int8)
    for step in reversed(range(_DATA_BITS)):
        bits[:, step] = state & 1
        state = (state >> 1) | (from_upper[step][rows, state] * (_STATES // 2))
    return bits[:, :INFORMATION_BITS]


def _parity_signs() -> Soft:
    """For each state after a step: the sign of that step's parity bit if the bit of six steps ago was 0."""
    states = np.arange(_STATES)
    parity = np.zeros(_STATES, np.int64)
    for tap in _TAPS[:-1]:
        parity ^= (states >> tap) & 1
    return (1 - 2 * parity).astype(np.float32)


_PARITY_SIGN = _parity_signs()
_PATTERNS = np.array([coded(one) for one in np.eye(INFORMATION_BITS, dtype=np.int8)], np.float32)
"""Which of the 112 bits change with each of the 48."""
