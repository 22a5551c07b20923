"""What the pages are told of the installation they run in: database, addresses, secret, and whether it is the demo."""

import dataclasses
import pathlib
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from chancela.adapters.keys.key_file import KeyFile
from chancela.bootstrap import settings as house
from chancela.bootstrap.single_sign_on import SignOn

FOLDER = pathlib.Path(__file__).parent
OWN_SCHEMA = "portal"


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """`hosts` are those the pages answer to, `origins` those whose forms they accept."""

    database: dict[str, Any]
    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    https: bool
    demo: bool
    sign_on: SignOn | None
    secret_key: str = dataclasses.field(repr=False)


def database(url: str) -> dict[str, Any]:
    """Django's description of the same PostgreSQL; its own tables live in the schema `portal`."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "postgres"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": {**parts, "options": f"-c search_path={OWN_SCHEMA}", "pool": {"min_size": 1, "max_size": 6}},
    }


def read() -> Surroundings:
    """Read the house's settings once, when Django starts; its secret comes from the key file."""
    settings = house.read()
    address = urlsplit(settings.public_url)
    return Surroundings(
        database=database(settings.database_url or ""),
        hosts=("*",) if settings.demo else (address.hostname or "localhost", "localhost", "127.0.0.1"),
        origins=(f"{address.scheme}://{address.netloc}",),
        https=address.scheme == "https",
        demo=settings.demo,
        sign_on=settings.sign_on,
        secret_key=KeyFile(settings.key_file).secret("django").hex(),
    )
