"""Everything else that takes a text: over a hundred services, each a URL, through the library Apprise.

A URL holds secrets (a robot's key, a mailbox's password). None gets into a log, an error or a message: the
library's own words are read for what is safe to repeat, and go nowhere else.
"""

from __future__ import annotations

import importlib
import logging
import re
import threading
from types import ModuleType
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, ConfigDict, Field, SecretStr

from drivers.notify.robots import check_robots
from radiobridge.errors import DeviceLost, MissingPart, NoticeRefused
from radiobridge.events import Notice
from radiobridge.near import did_you_mean
from radiobridge.ports import DriverSettings, Notifier

_STATUS = re.compile(r"\berror=(\d{3})\b")
_REFUSAL = re.compile(r"\brefusal=(\d{1,9})\b")
_TELLTALES = ("apprise", "urllib3")
"""Loggers that write URLs, where debugging is on."""


def _library() -> ModuleType:
    """Raises MissingPart."""
    try:
        library = importlib.import_module("apprise")
    except ImportError as error:
        raise MissingPart(
            f'apprise does not load: {error}; try: pip install "radiobridge[apprise]"'
        ) from error
    for name in _TELLTALES:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
    try:
        check_robots()
    except (ImportError, AttributeError) as error:
        raise MissingPart(
            f"apprise {library.__version__} is not one that this driver knows: {error}; try: pip install "
            '"apprise>=1.9,<3"'
        ) from error
    return library


def _service(url: SecretStr) -> Any:
    """The service as the library makes it. Raises ValueError or MissingPart."""
    made = _library().Apprise.instantiate(url.get_secret_value(), suppress_exceptions=True)
    if made is None:
        scheme = url.get_secret_value().partition("://")[0]
        kind = f"{scheme}://…" if re.fullmatch(r"[a-z0-9]{1,20}", scheme) else "this"
        raise ValueError(f"Apprise makes no service of {kind}: see docs/notify.md for how its URL is written")
    return made


def _known(url: SecretStr) -> SecretStr:
    try:
        _service(url)
    except MissingPart as error:
        raise ValueError(str(error)) from error
    return url


class AppriseSettings(DriverSettings):
    """`urls`: the services by name; these names are the addresses of the notifier.

    `timeout_s`: for the connection, and then for the answer.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    urls: dict[str, Annotated[SecretStr, AfterValidator(_known)]] = Field(min_length=1)
    timeout_s: float = Field(10, gt=0, le=60)


class Apprise(Notifier):
    """Services on the internet, or in the house."""

    Settings: ClassVar[type[DriverSettings]] = AppriseSettings
    settings: AppriseSettings
    longest_text: ClassVar[int] = 600
    """WeCom's robots take 2,048 bytes of UTF-8, Chinese characters have three."""

    def __init__(self, settings: AppriseSettings) -> None:
        super().__init__(settings)
        self._services: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The library, and the names of its services."""
        return f"apprise to {', '.join(self.settings.urls)}"

    def address_fault(self, address: str) -> str:
        """One of the names of `urls`."""
        names = self.settings.urls
        if address in names:
            return ""
        return f"no URL is called {address!r}{did_you_mean(address, names)} (there are: {', '.join(names)})"

    def open(self) -> None:
        """The library is there; nothing is sent. Raises MissingPart."""
        _library()
        try:
            self._services = {name: _service(url) for name, url in self.settings.urls.items()}
        except ValueError as error:
            raise MissingPart(str(error)) from error
        for service in self._services.values():
            service.socket_connect_timeout = service.socket_read_timeout = self.settings.timeout_s

    def close(self) -> None:
        """Nothing is held."""
        self._services = {}

    def send(self, notice: Notice) -> bool:
        """The service took it: True. Raises DeviceLost or NoticeRefused."""
        if fault := self.address_fault(notice.address):
            raise NoticeRefused(fault)
        if notice.address not in self._services:
            raise DeviceLost("apprise is not open")
        with _Listening() as said:
            try:
                done = self._services[notice.address].notify(body=notice.text, title=notice.title)
            except Exception as error:  # noqa: BLE001  # of any of its services
                # Without its words and its trace, in which the URL may stand.
                raise DeviceLost(f"{notice.address}: apprise failed with {type(error).__name__}") from None
        if not done:
            raise DeviceLost(f"{notice.address}: {said.why}")
        return True


class _Listening(logging.Handler):
    """Why the library says that it failed, without any of its words."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self._status = self._refusal = ""

    def __enter__(self) -> Self:
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Part of logging."""
        if record.thread != self._thread:
            return  # of another notifier
        said = record.getMessage()
        if found := _REFUSAL.search(said):
            self._refusal = found[1]
        elif found := _STATUS.search(said):
            self._status = found[1]

    @property
    def why(self) -> str:
        """For a person."""
        if self._refusal:
            return f"the robot refused it (errcode {self._refusal}); try: its key, its keywords, its limits"
        if self._status:
            return f"the service answered {self._status}; try: its URL, its key, and whether it is blocked"
        return "the service was not reached, or did not take it; try: the network, and the key in its URL"
