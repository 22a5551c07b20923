"""The bare limit where there is no `pgbench`: the same transactions, replayed by psycopg over as many connections."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psycopg

from bench.bare import AS_SERVED, LONGEST_S, Limit
from chancela.adapters.postgres import pool as pools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.tape import Tape


def limit(url: str, tapes: Sequence[Tape], clients: int) -> Limit:
    """Return how many transactions a second these connections do."""
    half = len(tapes) // 2
    durable = _per_second(url, tapes[:half], clients)
    not_durable = _per_second(url, tapes[half:], clients, "-c synchronous_commit=off")
    return Limit(round(durable, 1), round(not_durable, 1))


def _per_second(url: str, tapes: Sequence[Tape], clients: int, more: str = "") -> float:
    waiting = iter(tapes)
    until = time.monotonic() + LONGEST_S

    def work() -> int:
        done = 0
        options = f"{AS_SERVED} {pools.PLANS} {more}"
        with psycopg.connect(url, options=options, prepare_threshold=0) as connection:
            for tape in waiting:
                _replay(connection, tape)
                done += 1
                if time.monotonic() > until:
                    break
        return done

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        total = sum(each.result() for each in [pool.submit(work) for _ in range(clients)])
    return total / (time.monotonic() - began)


def _replay(connection: psycopg.Connection[Any], tape: Tape) -> None:
    with connection.pipeline() as pipeline:
        for number, group in enumerate(tape.groups):
            for said in group:
                connection.execute(said.sql, said.values)
            if number < len(tape.groups) - 1:
                pipeline.sync()
        connection.commit()
