"""A driver as settings choose it: by its name, or by a table with its name and the driver's own keys."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


def driver_table(value: Any) -> Any:
    """A bare driver name stands for a table with that driver alone."""
    return {"driver": value} if isinstance(value, str) else value


class DriverChoice(BaseModel):
    """A driver's name; every other key is the driver's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    driver: str

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the driver."""
        return dict(self.model_extra or {})
