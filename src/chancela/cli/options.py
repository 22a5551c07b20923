"""Options that many commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path | None, typer.Option(help="The folder with the keys and the embedded database.")]
Operator = Annotated[str, typer.Option(metavar="ANS", help="The operator's ANS register, six digits.")]
