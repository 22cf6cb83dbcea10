"""What a door adds to a service: latency at a steady rate of requests, each a prompt and a picture of 512 x 512.

    python -m benchmarks.doors [--rate 50] [--seconds 20] [--pictures 20000]

The service answers at once with one of a few pictures; the door checks its prompt against 50 character sheets,
and the picture against as many registered ones as you say. Requests come evenly and wait for nothing (open loop),
so what queues is counted. The same load without a door is taken off, percentile by percentile.

On a busy machine that says how busy it is. So each check's processor time is measured too, and the same requests
are queued before as many cores as are free on an idle machine, one and two: checks hold Python's lock for part of
their time, so the truth is between both.
"""

import argparse
import asyncio
import heapq
import io
import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.characters import paragraphs, sheets
from benchmarks.edits import drawing
from crawler_filter import Filter, Policy, Usage
from crawler_filter.checks.prompts import Prompts
from crawler_filter.checks.recognisers import Recognisers
from crawler_filter.checks.sources import FixedSource
from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.fingerprints.registered import Picture, Variant
from crawler_filter.formats.characters import OwnedSheet, encode_sheets
from crawler_filter.formats.record import encode_id
from crawler_filter.integrations.asgi import OptOutDoor
from crawler_filter.integrations.door import Door
from crawler_filter.snapshot import Segment, Snapshot, build
from tests.simulators.published import record_of, scope

_MADE = 8


def main() -> None:
    """Print the added latency."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--pictures", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        optout = _opened(Path(folder), options.pictures)
        answers: list[dict[str, Any]] = []
        door = _MeasuredDoor(optout, threads=options.threads, audit=lambda line: answers.append(dict(line)))
        behind = OptOutDoor(_service(), door, paths=["/v1/images"])
        optout.warm()
        asyncio.run(_load(behind, options.rate, 2))  # warm
        answers.clear()
        door.costs.clear()
        before = time.process_time()
        with_door = asyncio.run(_load(behind, options.rate, options.seconds))
        cost = (time.process_time() - before) / len(with_door)
        without = asyncio.run(_load(_service(), options.rate, options.seconds))
        door.close()
    unchecked = sum(not line["checked"] for line in answers)
    print(
        f"{options.rate} requests/s for {options.seconds} s on {os.cpu_count()} cores,"
        f" {options.pictures:,} registered pictures, {options.threads} threads:"
    )
    for share in (50, 99):
        added = np.percentile(with_door, share) - np.percentile(without, share)
        print(f"  added latency p{share}: {1e3 * added:.1f} ms")
    for stage in ("prompt", "output"):
        taken = [line["ms"] for line in answers if line["stage"] == stage]
        print(f"  {stage}: p50 {np.percentile(taken, 50):.1f} ms, p99 {np.percentile(taken, 99):.1f} ms")
    print(f"  processor time a request: {1e3 * cost:.1f} ms")
    for stage in ("prompt", "output"):
        taken = 1e3 * np.array([seconds for at, seconds in door.costs if at == stage])
        median, most = np.percentile(taken, 50), np.percentile(taken, 99)
        print(f"  processor time of checking each {stage}: p50 {median:.1f} ms, p99 {most:.1f} ms")
    for cores in (1, 2):
        idle = 1e3 * np.array(_queued(door.costs, options.rate, cores))
        print(
            f"  added latency on {cores} idle core(s), by processor time:"
            f" p50 {np.percentile(idle, 50):.1f} ms, p99 {np.percentile(idle, 99):.1f} ms"
        )
    print(f"  not checked in time: {unchecked} of {len(answers)}")


class _MeasuredDoor(Door):
    """Notes the processor time of each check beside its stage."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.costs: list[tuple[str, float]] = []

    def of_prompt(self, text: str) -> Callable[[], Decision]:
        return self._measured("prompt", super().of_prompt(text))

    def of_output(self, made: bytes, prompt: str | None) -> Callable[[], Decision]:
        return self._measured("output", super().of_output(made, prompt))

    def _measured(self, stage: str, check: Callable[[], Decision]) -> Callable[[], Decision]:
        def measured() -> Decision:
            began = time.thread_time()
            decision = check()
            self.costs.append((stage, time.thread_time() - began))
            return decision

        return measured


def _queued(costs: Sequence[tuple[str, float]], rate: int, cores: int) -> list[float]:
    """Return how long each request of an even load is held up where `cores` do nothing but these checks."""
    prompts, outputs = ([each for at, each in costs if at == stage] for stage in ("prompt", "output"))
    waiting = [(number / rate, number, 0) for number in range(min(len(prompts), len(outputs)))]
    free, held = [0.0] * cores, []
    while waiting:
        at, number, stage = heapq.heappop(waiting)
        core = free.index(min(free))
        free[core] = max(at, free[core]) + (prompts, outputs)[stage][number]
        if stage:
            held.append(free[core] - number / rate)
        else:
            heapq.heappush(waiting, (free[core], number, 1))
    return held


async def _load(app: Any, rate: int, seconds: int) -> list[float]:
    """Return how long each request took."""
    prompts = [each for said in paragraphs("prompts.txt").values() for each in said.values()]
    began = time.perf_counter()
    running = []
    for number in range(rate * seconds):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        running.append(asyncio.create_task(_request(app, prompts[number % len(prompts)])))
    return list(await asyncio.gather(*running))


async def _request(app: Any, prompt: str) -> float:
    began = time.perf_counter()
    body = json.dumps({"prompt": prompt}).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        pass

    headers = [(b"content-type", b"application/json")]
    await app({"type": "http", "method": "POST", "path": "/v1/images", "headers": headers}, receive, send)
    return time.perf_counter() - began


def _service() -> Any:
    made = [_jpeg(1_000 + seed) for seed in range(_MADE)]

    async def serve(_scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        headers = [(b"content-type", b"image/jpeg")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": made[len(body) % _MADE]})

    return serve


def _jpeg(seed: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(drawing(seed, 512, 512)).save(file, "JPEG", quality=90)
    return file.getvalue()


def _opened(folder: Path, pictures: int) -> Filter:
    """Return a filter with so many pictures of random hashes, and all sheets."""
    own = [OwnedSheet(0, sheet) for sheet in sheets().values()]
    (folder / "characters").write_bytes(encode_sheets(own))
    records = (
        (leaf, record_of(_id(leaf), _id(leaf % 1_000), scope("pdq", _picture(), usage=Usage.AI_USE)))
        for leaf in range(pictures)
    )
    now = int(time.time())
    snapshot = Snapshot(Segment.parse(build(records)), SnapshotId("bench.example", 1, pictures, "", now))
    recognisers = Recognisers(characters=Prompts(folder / "characters"))
    return Filter(FixedSource(snapshot), Policy.opt_out(Usage.AI_USE), recognisers=recognisers)


def _picture() -> str:
    return Picture(((Variant.WHOLE, secrets.token_bytes(32)),)).encode()


def _id(number: int) -> str:
    return encode_id(number.to_bytes(16))


if __name__ == "__main__":
    main()
