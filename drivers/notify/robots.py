"""Robots that refuse with HTTP 200: the errcode in the body says so, and Apprise 2.3 does not look.

So answers WeCom a robot that sends more than 20 texts a minute, and DingTalk one whose keyword is missing
(310000). Without this, what they refused would count as sent.
Source: https://developer.work.weixin.qq.com/document/path/91770,
https://open.dingtalk.com/document/robots/custom-robot-access
"""

from __future__ import annotations

import importlib
import logging
from typing import Any

_PLUGINS = ("wecombot", "dingtalk")
_REFUSED = 422
"""What the plug-in is told in place of 200."""


def check_robots() -> None:
    """The library's plug-ins for such robots see a refusal as one. Raises ImportError or AttributeError."""
    for name in _PLUGINS:
        plugin = importlib.import_module(f"apprise.plugins.{name}")
        if not isinstance(plugin.requests, _Looking):
            plugin.requests = _Looking(plugin.requests)  # type: ignore[attr-defined]  # the name that it calls


class _Looking:
    """The library `requests`, as these plug-ins use it."""

    def __init__(self, requests: Any) -> None:
        self._requests = requests

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def post(self, *args: Any, **how: Any) -> Any:
        answer = self._requests.post(*args, **how)
        if code := _errcode(answer):
            logging.getLogger("apprise").warning("refusal=%d", code)
            answer.status_code = _REFUSED
        return answer


def _errcode(answer: Any) -> int:
    try:
        code = answer.json()["errcode"]
    except (ValueError, KeyError, TypeError):
        return 0  # no such answer: its status is all there is
    return code if isinstance(code, int) else 0
