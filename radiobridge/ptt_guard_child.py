"""The guard's process: `python -m radiobridge.ptt_guard_child`; it releases PTT when the daemon is dead.

What comes on stdin is the radios, one line of JSON, and then nothing as long as the daemon lives. Its end
without a farewell means that the daemon was killed. Nothing else is imported before that.
"""

from __future__ import annotations

import json
import signal
import sys

FAREWELL = b"farewell\n"
"""The last line of a daemon that has released its radios."""
_PATIENCE_S = 10.0
"""A daemon that dies may hold its serial ports for a moment."""


def main() -> None:
    """Waits for the daemon's end; a signal that was meant for the daemon does not end this."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    radios, whole, farewell = sys.stdin.buffer.read().partition(b"\n")
    if whole and farewell != FAREWELL:
        _release(radios)


def _release(radios: bytes) -> None:
    import logging

    from radiobridge.ptt_release import ChannelRadio, release_all

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    log = logging.getLogger("radiobridge.ptt_guard")
    log.warning("the daemon ended without a farewell: its radios are released")
    for released in release_all([ChannelRadio(*row) for row in json.loads(radios)], patience_s=_PATIENCE_S):
        if released.why:
            log.critical("channel %s: PTT may still be on: %s", released.channel, released.why)
        else:
            log.warning("channel %s: PTT is off (%s)", released.channel, released.name)


if __name__ == "__main__":
    main()
