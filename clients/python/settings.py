"""What the suite is pointed at. The environment is the only parameter."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Where the gateway is, and how to look behind it.

    Without `sim_url` nothing that the upstream saw can be checked, without `admin_url` no charge;
    `charges_required` turns both into an error instead of a silence.
    """

    base_url: str
    key: str
    sim_url: str | None
    sim_control_key: str | None
    admin_url: str | None
    admin_key: str | None
    organization: str | None
    prices: str | None
    charges_required: bool

    @property
    def is_sluice(self) -> bool:
        return self.admin_url is not None and self.admin_key is not None

    @staticmethod
    def from_environment() -> "Settings":
        def read(name: str) -> str | None:
            return os.environ.get(name) or None

        base_url = read("SLUICE_BASE_URL")
        key = read("SLUICE_KEY")
        if base_url is None or key is None:
            raise SystemExit("set SLUICE_BASE_URL (it ends in /v1) and SLUICE_KEY")
        settings = Settings(
            base_url=base_url.rstrip("/"),
            key=key,
            sim_url=read("SLUICE_SIM_URL"),
            sim_control_key=read("SLUICE_SIM_CONTROL_KEY"),
            admin_url=read("SLUICE_URL"),
            admin_key=read("SLUICE_ADMIN_KEY"),
            organization=read("SLUICE_ORGANIZATION"),
            prices=read("SLUICE_PRICES"),
            charges_required=read("SLUICE_CHARGES") == "required",
        )
        if settings.charges_required and not (settings.is_sluice and settings.sim_url):
            raise SystemExit(
                "SLUICE_CHARGES=required needs SLUICE_URL, SLUICE_ADMIN_KEY and SLUICE_SIM_URL"
            )
        return settings
