"""An alert as a person at the station reads it."""

from __future__ import annotations

from radiobridge.bus.heard_messages import AlertMessage
from radiobridge.bus.parts import Evidence, Place

_COLOURS = {"Extreme": "bold red", "Severe": "red", "Moderate": "yellow"}


def alert_lines(alert: AlertMessage, received_at: float) -> list[str]:
    """The alert in rich's markup: what and where first, then how it came, then every text."""
    from rich.markup import escape

    colour = _COLOURS.get(alert.severity, "green")
    heard = alert.heard.astimezone()
    late_ms = (received_at - alert.heard.timestamp()) * 1000
    where = f" · post {_post(alert.post)}" if alert.post else ""
    drill = "" if alert.status == "Actual" else f" [{alert.status.upper()}]"
    how = _how(alert.evidence) + _by(alert)
    sure = "" if alert.evidence.confidence is None else f" ({alert.evidence.confidence:.0%} sure)"
    cap = f"{alert.severity}, {alert.urgency}, {alert.certainty}"
    return [
        f"[{colour}]{heard:%H:%M:%S} {escape(alert.type.upper() + drill)}[/]{escape(where)}",
        f"    {escape(how)}{sure} on {escape(alert.channel)} · {cap} · {late_ms:.0f} ms after it was heard",
        *(f"    {language}: {escape(text)}" for language, text in alert.text.items()),
    ]


def _how(evidence: Evidence) -> str:
    if evidence.keys:
        return f"keyed {evidence.keys}"
    if signal := evidence.signal:
        called = f" {signal.code}" if signal.code else ""
        return f"signalled {signal.means}{called} ({signal.system})"
    return f"said {evidence.phrase!r}"


def _post(post: Place) -> str:
    name = next(iter(post.name.values()), "")
    return f"{post.id} {name}".strip() if post.known else f"{post.id} (not in the settings)"


def _by(alert: AlertMessage) -> str:
    """Who called, for a person."""
    name = alert.caller.name if alert.caller else None
    if name:
        return f" by {name}"
    return f" by unit {alert.unit}" if alert.unit else ""
