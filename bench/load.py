"""The load generator: one process, with plain sockets and requests made beforehand, to leave the machine to others."""

from __future__ import annotations

import gc
import select
import socket
import sys
import time
from collections import Counter, deque
from typing import TYPE_CHECKING

import msgspec

from bench.job import Deed, Job, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
ROOM = 65_536
PATIENCE_S = 30.0


def requests(job: Job) -> list[bytes]:
    """Return the requests, each POST with an idempotency key of its own."""
    shared = f"Host: 127.0.0.1:{job.port}\r\nAuthorization: Bearer {job.bearer}\r\nAccept: application/json\r\n"
    match job.deed:
        case Deed.READ:
            return [f"GET /v1/guias/{each} HTTP/1.1\r\n{shared}\r\n".encode() for each in job.guias]
        case Deed.ISSUE:
            return [_post(each, "token", f'{{"channel":"{job.channel}"}}', shared) for each in job.guias]
        case Deed.VALIDATE:
            pairs = zip(job.guias, job.codes, strict=True)
            return [_post(guia, "validation", f'{{"code":"{code}"}}', shared) for guia, code in pairs]


def _post(guia: str, what: str, body: str, shared: str) -> bytes:
    own = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {what}-{guia}\r\n"
    return f"POST /v1/guias/{guia}/{what} HTTP/1.1\r\n{shared}{own}\r\n{body}".encode()


class Wire:
    """One connection, with one request under way at a time."""

    __slots__ = ("began", "read", "room", "socket", "upto")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.room = bytearray(ROOM)
        self.read = self.socket.recv_into
        self.upto = 0
        self.began = 0.0

    def ask(self, request: bytes, now: float) -> None:
        """Send a request; its time runs from `now`."""
        self.began = now
        self.socket.sendall(request)

    def answered(self) -> int:
        """Take what has come; return the status of the answer once it is whole, 0 before."""
        if not self.upto:
            self.upto = self.read(self.room)
        else:
            self.upto += self.read(memoryview(self.room)[self.upto :])
        if not self.upto:
            raise ConnectionError("the server closed a connection")
        head = self.room.find(HEAD_END, 0, self.upto)
        if head < 0:
            return 0
        length = self.room.find(LENGTH, 0, head) + len(LENGTH)
        body = int(self.room[length : self.room.find(b"\r", length)])
        if self.upto < head + len(HEAD_END) + body:
            return 0
        self.upto = 0
        return int(self.room[9:12])


def run(job: Job) -> Outcome:
    """Ask everything and return how it went."""
    asked = requests(job)
    wires = [Wire(job.port) for _ in range(job.connections)]
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        return _closed(wires, asked) if job.rate is None else _paced(wires, asked, job.rate)
    finally:
        for each in wires:
            each.socket.close()


def _closed(wires: Sequence[Wire], asked: Sequence[bytes]) -> Outcome:
    """Ask on every connection again as soon as it has its answer."""
    clock, latencies, statuses = time.perf_counter, list[float](), Counter[int]()
    poll, known, waiting = select.epoll(), {each.socket.fileno(): each for each in wires}, iter(asked)
    began = clock()
    for number, wire in known.items():
        poll.register(number, select.EPOLLIN)
        if request := next(waiting, None):
            wire.ask(request, clock())
    while len(latencies) < len(asked):
        ready = poll.poll(PATIENCE_S)
        if not ready:
            raise TimeoutError("the server does not answer")
        for number, _ in ready:
            wire = known[number]
            if status := wire.answered():
                now = clock()
                latencies.append(now - wire.began)
                statuses[status] += 1
                if request := next(waiting, None):
                    wire.ask(request, now)
    return _outcome(clock() - began, latencies, statuses)


def _paced(wires: Sequence[Wire], asked: Sequence[bytes], rate: float) -> Outcome:
    """Ask at a fixed rate whatever the answers do; one that finds no free connection waits, and that counts too."""
    clock, latencies, statuses = time.perf_counter, list[float](), Counter[int]()
    poll, known = select.epoll(), {each.socket.fileno(): each for each in wires}
    free, due = deque(wires), deque[tuple[bytes, float]]()
    for number in known:
        poll.register(number, select.EPOLLIN)
    began, came = clock(), 0
    while len(latencies) < len(asked):
        now = clock()
        while came < len(asked) and began + came / rate <= now:
            due.append((asked[came], now))
            came += 1
        while free and due:
            free.popleft().ask(*due.popleft())
        for number, _ in poll.poll(max(0.0, began + came / rate - clock()) if came < len(asked) else PATIENCE_S):
            wire = known[number]
            if status := wire.answered():
                latencies.append(clock() - wire.began)
                statuses[status] += 1
                free.append(wire)
    return _outcome(clock() - began, latencies, statuses)


def _outcome(seconds: float, latencies: Sequence[float], statuses: Counter[int]) -> Outcome:
    return Outcome(seconds, [round(each * 1000, 3) for each in latencies], dict(statuses))


if __name__ == "__main__":
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.json.encode(run(job)))
