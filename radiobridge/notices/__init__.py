"""Notices to people who carry no radio: on disk first, sent until they are taken, and merged in a panic."""

from radiobridge.notices.board import Notices
from radiobridge.notices.recipients import addresses_of, notices_to

__all__ = ["Notices", "addresses_of", "notices_to"]
