"""What the installation decides: read once from the environment, each setting documented in the reference."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from chancela.bootstrap import single_sign_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.bootstrap.single_sign_on import SignOn


@dataclass(frozen=True, slots=True)
class Settings:
    """The variables CHANCELA_* of docs/reference/settings.md; one that is absent has its default."""

    data: Path
    database_url: str | None = field(default=None, repr=False)
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = field(default=None, repr=False)
    smtp_from: str = "chancela@localhost"
    demo: bool = False
    demo_carrier_delay_ms: int = 0
    demo_local_webhooks: bool = False
    worker_metrics_port: int | None = None
    sign_on: SignOn | None = None

    @property
    def key_file(self) -> Path:
        """Where the keys are."""
        return self.data / "keys.json"


def default_data() -> Path:
    """Return the user's data folder for Chancela."""
    return Path(platformdirs.user_data_dir("chancela", appauthor=False))


def read(environment: Mapping[str, str] | None = None, data: Path | None = None) -> Settings:
    """Return the settings of an environment; `data` on the command line goes before CHANCELA_DATA."""
    found = os.environ if environment is None else environment
    return Settings(
        data=(data or Path(found.get("CHANCELA_DATA") or default_data())).expanduser().resolve(),
        database_url=found.get("CHANCELA_DATABASE_URL") or None,
        public_url=found.get("CHANCELA_PUBLIC_URL") or "http://127.0.0.1:8000",
        smtp_url=found.get("CHANCELA_SMTP_URL") or None,
        smtp_from=found.get("CHANCELA_SMTP_FROM") or "chancela@localhost",
        demo=found.get("CHANCELA_DEMO") == "1",
        demo_carrier_delay_ms=int(found.get("CHANCELA_DEMO_CARRIER_DELAY_MS") or 0),
        demo_local_webhooks=found.get("CHANCELA_DEMO_LOCAL_WEBHOOKS") == "1",
        worker_metrics_port=int(port) if (port := found.get("CHANCELA_WORKER_METRICS_PORT")) else None,
        sign_on=single_sign_on.read(found),
    )
