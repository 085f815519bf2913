from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from radiobridge.events import Meaning
from radiobridge.signalling.mdc1200 import Block, packet_bits, unit_name, unit_number
from radiobridge.signalling.mdc1200_code import BLOCK_BITS, Bits, likeliest, neighbours
from radiobridge.signalling.mdc1200_operations import Said, said

blocks = st.builds(Block, st.integers(0, 0xFF), st.integers(0, 0xFF), st.integers(0, 0xFFFF))
PTT_ID = Block(0x01, 0x80, 0x1234)


def damaged(block: Block, wrong: NDArray[np.integer]) -> NDArray[np.float32]:
    """Soft bits of the block, a row for each row of `wrong`, in which those bits are wrong."""
    soft = np.repeat(1 - 2 * block.to_bits().astype(np.float32)[None], len(wrong), axis=0)
    np.put_along_axis(soft, wrong, -np.take_along_axis(soft, wrong, axis=1), axis=1)
    return soft


def read(bits: Bits) -> list[Block | None]:
    return [Block.from_bits(row) for row in bits]


def test_a_burst_is_what_the_foreign_encoder_sends() -> None:
    sent = np.packbits(packet_bits((PTT_ID,)).astype(np.uint8)).tobytes()
    assert sent.hex() == "5555555555555507092a446f8e942a2e06992204001c18a22c88"


@given(block=blocks)
def test_every_block_goes_round(block: Block) -> None:
    bits, agreement = likeliest(1 - 2 * block.to_bits().astype(np.float32)[None])
    assert read(bits) == [block]
    assert agreement == pytest.approx([1])


@given(block=blocks, first=st.integers(0, BLOCK_BITS - 1))
def test_one_and_two_wrong_bits_are_corrected(block: Block, first: int) -> None:
    pairs = np.array([(first, second) for second in range(BLOCK_BITS) if second != first])
    assert read(likeliest(damaged(block, np.array([[first]])))[0]) == [block]
    assert read(likeliest(damaged(block, pairs))[0]) == [block] * len(pairs)


def test_every_pair_of_wrong_bits_is_corrected() -> None:
    pairs = np.array([*combinations(range(BLOCK_BITS), 2)])
    assert set(read(likeliest(damaged(PTT_ID, pairs))[0])) == {PTT_ID}


def test_bits_that_are_not_known_are_filled_in() -> None:
    soft = damaged(PTT_ID, np.empty((1, 0), np.int64))
    soft[:, 40:60] = 0
    assert read(likeliest(soft)[0]) == [PTT_ID]


def test_the_crc_refuses_what_cannot_be_corrected() -> None:
    rng = np.random.default_rng(1)
    wrong = rng.permuted(np.tile(np.arange(BLOCK_BITS), (4000, 1)), axis=1)[:, :20]
    decoded = read(likeliest(damaged(PTT_ID, wrong))[0])
    assert decoded.count(None) > 3500
    assert {block for block in decoded if block is not None} <= {PTT_ID}


def test_noise_agrees_less_than_any_block_that_can_be_read() -> None:
    noise = np.random.default_rng(1).normal(size=(2000, BLOCK_BITS)).astype(np.float32)
    _, agreement = likeliest(noise)
    assert np.mean(agreement) == pytest.approx(0.59, abs=0.01)
    assert np.mean(agreement > 0.7) < 0.002


def test_what_was_sent_is_among_the_neighbours_of_what_is_one_bit_off() -> None:
    soft = damaged(PTT_ID, np.empty((1, 0), np.int64))
    soft[:, 33] = 0.1
    (bits,), _ = likeliest(soft)
    off = bits.copy()
    off[7] ^= 1
    near = neighbours(soft[0], off, 4)
    assert Block.from_bits(near[0]) == PTT_ID
    assert all(np.count_nonzero(row != off) == 1 for row in near)


@pytest.mark.parametrize(
    "wrong", [Block(256, 0, 0), Block(0, 256, 0), Block(0, 0, 65536), Block(-1, 0, 0), Block(0, 0, -1)]
)
def test_fields_that_do_not_fit_are_refused(wrong: Block) -> None:
    with pytest.raises(ValueError, match="op and arg are 0 to FF, unit is 0 to FFFF"):
        wrong.to_bits()


@pytest.mark.parametrize("packet", [(), (PTT_ID, PTT_ID), (Block(0x35, 0x89, 1),)])
def test_packets_of_another_length_than_their_operation_says_are_refused(packet: tuple[Block, ...]) -> None:
    with pytest.raises(ValueError, match="two after the operations 35 and 55"):
        packet_bits(packet)


@given(unit=st.integers(0, 0xFFFF))
def test_names_of_units_go_round(unit: int) -> None:
    assert unit_number(unit_name(unit)) == unit


@pytest.mark.parametrize("name", ["", "123", "12345", "12G4", "-123", "１２３４"])
def test_other_names_of_units_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="four hexadecimal digits"):
        unit_number(name)


@pytest.mark.parametrize(
    ("op", "arg", "means"),
    [
        (0x01, 0x80, Meaning.ID),
        (0x01, 0x00, Meaning.ID),
        (0x00, 0x80, Meaning.EMERGENCY),
        (0x00, 0x81, Meaning.EMERGENCY),
        (0x0B, 0x00, Meaning.ACKNOWLEDGE),
    ],
)
def test_a_unit_speaks_of_itself(op: int, arg: int, means: Meaning) -> None:
    assert said((Block(op, arg, 0x00AF),)) == Said(means, "00AF")


def test_numbers_and_unknown_operations_are_told() -> None:
    assert said((Block(0x46, 0x0A, 0x1234),)) == Said(Meaning.STATUS, "1234", "0A")
    assert said((Block(0x47, 0x01, 0x1234),)) == Said(Meaning.MESSAGE, "1234", "01")
    assert said((Block(0x2B, 0x0C, 0x1234),)) == Said(Meaning.OTHER, "1234", "2B/0C", calls=True)


def test_a_unit_is_addressed() -> None:
    assert said((Block(0x63, 0x85, 0x1400),)) == Said(Meaning.RADIO_CHECK, "1400", calls=True)
    assert said((Block(0x23, 0x00, 0x1400),)) == Said(Meaning.ACKNOWLEDGE, "1400", calls=True)


@pytest.mark.parametrize(
    ("op", "arg", "means"),
    [
        (0x81, 0x0D, Meaning.CALL_ALERT),
        (0x83, 0x0D, Meaning.CALL_ALERT),
        (0x80, 0x15, Meaning.SELECTIVE_CALL),
        (0x82, 0x05, Meaning.SELECTIVE_CALL),
        (0xA0, 0x00, Meaning.ACKNOWLEDGE),
    ],
)
def test_a_unit_calls_another(op: int, arg: int, means: Meaning) -> None:
    packet = (Block(0x35, 0x89, 0x5678), Block(op, arg, 0x1234))
    assert said(packet) == Said(means, "5678", calls=True, by="1234")


def test_calls_of_an_unknown_kind_are_told_as_they_were_sent() -> None:
    first, second = Block(0x55, 0x89, 0x5678), Block(0x81, 0x0D, 0x1234)
    assert said((first, second)) == Said(Meaning.OTHER, "5678", "55/89 81/0D", calls=True, by="1234")
    assert said((first,)) == Said(Meaning.OTHER, "5678", "55/89", calls=True)
