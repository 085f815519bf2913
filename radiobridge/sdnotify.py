"""What systemd wants to hear of a service of Type=notify. Source: sd_notify(3)."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """The service manager knows `state` (READY=1, WATCHDOG=1 …); without one nothing happens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to_systemd:
        try:
            to_systemd.sendto(state.encode(), address)
        except OSError:
            # A lost notification must not stop the bridge; systemd's own watchdog shows it.
            return


def watchdog_interval_s() -> float | None:
    """Half of WatchdogSec, as sd_watchdog_enabled(3) advises, or None when there is no watchdog."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    owner = os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdigit() or (owner and owner != str(os.getpid())):
        return None
    return int(microseconds) / 2e6
