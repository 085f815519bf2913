"""What comes while the station starts."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from radiobridge.bus.drill_messages import DrillCommand
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.wire import Wire
from radiobridge.dispatch.desk import Desk, Made
from radiobridge.dispatching import Dispatching
from radiobridge.errors import CommandRefused
from radiobridge.events import Alert
from radiobridge.settings import Settings
from tests.dispatch.incidents.builders import new_id
from tests.test_supervision import FakeAir, FakeBus


def test_a_button_that_is_pressed_while_the_station_starts_is_an_alert(
    tmp_path: Path,
) -> None:
    settings = Settings.model_validate(
        {
            "station": {"state_dir": tmp_path},
            "channel": [{"name": "gate"}],
            "contact": [{"name": "gate-3", "alert": "emergency", "topic": "town/3"}],
        }
    )
    made: list[Made] = []

    async def start() -> None:
        dispatching = Dispatching()
        dispatching.hear_contact("town/3", b"on")
        with pytest.raises(CommandRefused, match="is starting"):
            dispatching.drill(DrillCommand(on=True, by="Li"))
        bus: Any = FakeBus()
        air: Any = FakeAir()
        async with AsyncExitStack() as stack:
            outbox = await stack.enter_async_context(Outbox(tmp_path / "o.db", on_health=lambda _: None))
            await dispatching.open(
                stack,
                settings,
                wire=Wire("test", time.time, new_id, url_of=lambda _: None),
                outbox=outbox,
                link=bus,
                sender=air,
                desk=Desk(settings, clock=time.time, new_id=new_id),
                posts=dict,
                accept=made.append,
                on_health=lambda _: None,
                record=lambda _: None,
                new_id=new_id,
            )
            assert not made
            await dispatching.restore()
            dispatching.close()

    asyncio.run(start())
    (alert,) = made
    assert isinstance(alert, Alert)
    assert (alert.type, alert.source) == ("emergency", "contact")
