"""Judging checkpoints: their signatures, roots and order, and whether database and witness tell the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chancela.adapters.keys.signing import SignatureError
from chancela.bootstrap.checkpoints import TYP
from chancela.bootstrap.witness import FILE
from chancela.domain import merkle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chancela.adapters.keys.key_file import KeyFile
    from chancela.adapters.postgres.trails import StoredCheckpoint
    from chancela.bootstrap.findings import Findings
    from chancela.bootstrap.witness import Line


@dataclass(frozen=True, slots=True)
class Judge:
    """All checkpoints of one operator; `roots` are those of the trail as it is, `events` how many it has."""

    operator: str
    keys: KeyFile
    findings: Findings
    roots: Mapping[int, bytes]
    events: int

    def all(self, stored: Sequence[StoredCheckpoint], lines: Sequence[Line]) -> None:
        """Judge those in the database and those that the witness has."""
        before = 0
        for each in stored:
            where = f"checkpoint of {each.frontier.size} events"
            claims = self._statement(where, each.frontier.size, each.jws)
            self._row(where, each, claims, before)
            before = each.frontier.size
        texts = {each.frontier.size: each.jws for each in stored}
        for line in lines:
            self._line(line, texts)
        self._silence(texts, {line.size for line in lines})

    def _statement(self, where: str, size: int, jws: str) -> dict[str, Any] | None:
        """Return what a checkpoint states, after judging the statement itself."""
        try:
            claims = self.keys.verify_jws(jws, TYP)
        except SignatureError:
            self._say(where, "its signature matches none of our keys")
            return None
        if claims.get("iss") != f"urn:chancela:operator:{self.operator}" or claims.get("size") != size:
            self._say(where, "it was signed for another operator or size")
        elif size > self.events:
            self._say(where, f"the checkpoint says more events than there are ({self.events}): the tail was cut")
        elif self.roots.get(size, b"").hex() != claims.get("root"):
            self._say(where, "the checkpoint's root differs: history before it was rewritten")
        return claims

    def _row(self, where: str, row: StoredCheckpoint, claims: dict[str, Any] | None, before: int) -> None:
        if merkle.root(row.frontier) != row.root:
            self._say(where, "its tree does not have its root")
        if claims is None:
            return
        if claims.get("root") != row.root.hex() or claims.get("iat") != int(row.made_at.timestamp()):
            self._say(where, "its row says something else than what was signed")
        previous = claims.get("previous")
        if previous != before:
            self._say(where, f"it follows a checkpoint of {previous} events, which was removed")

    def _line(self, line: Line, stored: Mapping[int, str]) -> None:
        where = f"{FILE}, checkpoint of {line.size} events"
        if line.size not in stored:
            self._say(where, "it was removed from the database")
        if stored.get(line.size) != line.jws:
            self._statement(where, line.size, line.jws)

    def _silence(self, stored: Mapping[int, str], witnessed: set[int]) -> None:
        """Find what the witness should have: all that is older than its last line."""
        if stored and not witnessed:
            self._say(FILE, f"it says nothing of this operator, while the database has {len(stored)} checkpoints")
        for size in stored:
            if witnessed and size not in witnessed and size < max(witnessed):
                self._say(FILE, f"the checkpoint of {size} events was removed from it")

    def _say(self, where: str, what: str) -> None:
        self.findings.add(self.operator, where, what)
