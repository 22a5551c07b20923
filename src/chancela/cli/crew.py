"""Processes that belong to this one: started, brought back when they fall, stopped before it ends."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chancela.cli.home import Sorry

if TYPE_CHECKING:
    from collections.abc import Sequence

READY = b"ready\n"
STOP_S = 8.0
PAUSE_S, LONGEST_PAUSE_S = 0.3, 10.0
STEADY_S = 30.0  # a member that lived so long did not fall because of how it starts


@dataclass(slots=True)
class Crew:
    """Stop it in a `finally`; members die with this process even when it is killed, as their standard input ends."""

    _members: list[_Member] = field(default_factory=list)

    def start(self, *words: str) -> None:
        """Start a member: `child.py` with these words."""
        self._members.append(_Member(words))

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until every member has said that it is ready."""
        until = time.monotonic() + seconds
        for each in self._members:
            if not each.ready.wait(max(0.0, until - time.monotonic())):
                raise Sorry(f"The {each.words[0]} process does not get ready; the lines above may say why.")

    def stop(self) -> None:
        """Ask all members to end, and wait until they have."""
        for each in self._members:
            each.ask_to_end()
        for each in self._members:
            each.ended()


class _Member:
    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.ready = threading.Event()
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._process = self._spawn()
        self._watch = threading.Thread(target=self._watched, name=f"watch {words[0]}", daemon=True)
        self._watch.start()

    def ask_to_end(self) -> None:
        with self._guard:
            self._stopping.set()
            self._process.terminate()

    def ended(self) -> None:
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._watch.join()

    def _spawn(self) -> subprocess.Popen[bytes]:
        # In a session of its own, so that Ctrl-C reaches this process alone and members end in order.
        return subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "chancela.cli.child", *self.words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def _watched(self) -> None:
        """Hear that the member is ready; when it falls, say so and start it again."""
        pause = PAUSE_S
        while True:
            began = time.monotonic()
            with self._process as process:
                if process.stdout is not None and process.stdout.readline() == READY:
                    self.ready.set()
                status = process.wait()
            if self._stopping.wait(pause):
                return
            pause = PAUSE_S if time.monotonic() - began > STEADY_S else min(2 * pause, LONGEST_PAUSE_S)
            print(f"chancela: the {self.words[0]} process ended ({status}) and is started again.", file=sys.stderr)
            with self._guard:
                if self._stopping.is_set():
                    return
                self._process = self._spawn()
