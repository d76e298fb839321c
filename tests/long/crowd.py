"""A crowd at the web door while somebody logs: how long he waits, and whether a play is lost.

`python -m tests.long.crowd` logs plays by the command line, first alone, then while 200 browsers
and strangers keep coming to `signdecoder serve` on the same store. All of it stays on this machine.
"""

import argparse
import asyncio
import os
import re
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from aiohttp import ClientError, ClientSession, CookieJar, TCPConnector, WSServerHandshakeError

from signdecoder.store.store import Store

ROOT = Path(__file__).parents[2]
_OURSELVES = (sys.executable, "-m", "signdecoder")
_PAUSE = 0.2  # seconds between two visits of the same client
_HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1"  # a request that does not end


@dataclass(frozen=True, slots=True)
class Crowded:
    """What came of it: plays, seconds, megabytes, and how often each kind of client was told what.

    ``alone`` and ``crowded`` are the seconds that each ``log`` took, from start to end; ``said`` is
    what the server wrote on its terminal, but for the link.
    """

    logged: int
    stored: int
    sound: bool
    alone: list[float]
    crowded: list[float]
    memory: int
    answers: Counter[str]
    said: list[str]

    def __str__(self) -> str:
        """A paragraph of figures."""
        told = "\n".join(f"  {n:6d}  {what}" for what, n in sorted(self.answers.items()))
        return (
            f"{self.logged} plays logged, {self.logged - self.stored} lost, "
            f"the store {'sound' if self.sound else 'DAMAGED'}\n"
            f"a log took {median(self.crowded):.1f} s in the crowd, "
            f"{max(self.crowded):.1f} at most; "
            f"{median(self.alone):.1f} alone, {max(self.alone):.1f} at most\n"
            f"the server took {self.memory} MB at most\n{told}"
        )


@dataclass(frozen=True, slots=True)
class Door:
    """A server that runs: its process, its port, its token, and what it said when it has ended."""

    pid: int
    port: int
    token: str
    said: list[str]

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def memory(self) -> int:
        """The most that it held so far, in megabytes; 0 where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) // 1024 if found else 0


async def run_crowd(folder: Path, port: int, clients: int, plays: int) -> Crowded:
    """Log ``plays`` alone and as many in the crowd."""
    store = folder / "store.db"
    alone = [await _log(store, "Alone") for _ in range(plays)]
    answers: Counter[str] = Counter()
    async with _serving(store, port) as door:
        over = asyncio.Event()
        kinds = (_stranger, _visitor, _stranger_at_the_socket, _viewer, _dawdler)
        crowd = [
            asyncio.create_task(kinds[i % len(kinds)](door, over, answers)) for i in range(clients)
        ]
        await asyncio.sleep(1)
        crowded = [await _log(store, "Crowd") for _ in range(plays)]
        memory = door.memory
        over.set()
        await asyncio.gather(*crowd)
    with closing(sqlite3.connect(store)) as connection:
        (check,) = connection.execute("PRAGMA integrity_check").fetchone()
    with Store.open(store) as opened:
        stored = len(opened.plays())
    return Crowded(2 * plays, stored, check == "ok", alone, crowded, memory, answers, door.said)


@asynccontextmanager
async def _serving(store: Path, port: int) -> AsyncIterator[Door]:
    process = await asyncio.create_subprocess_exec(
        *_OURSELVES, "serve", "--port", str(port), "--db", str(store),
        stderr=asyncio.subprocess.PIPE, env=_environment(),
    )  # fmt: skip
    assert process.stderr is not None
    try:
        said = (await process.stderr.readline()).decode()
        token = said.strip().rpartition("token=")[2]
        assert token, f"the server did not start: {said}"
        door = Door(process.pid, port, token, [])
        yield door
    finally:
        process.send_signal(signal.SIGTERM)
        _, rest = await process.communicate()
    door.said.extend(rest.decode().splitlines())


async def _log(store: Path, coach: str) -> float:
    """Log a play as a user does, and tell the seconds that it took."""
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *_OURSELVES, "log", "cap", "ear", "--outcome", "none", "--coach", coach, "--db", str(store),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, env=_environment(),
    )  # fmt: skip
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    return time.monotonic() - begun


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


# --- who comes ------------------------------------------------------------------------------------


def _session() -> ClientSession:
    return ClientSession(
        cookie_jar=CookieJar(unsafe=True), connector=TCPConnector(force_close=True)
    )


async def _ask(session: ClientSession, path: str, door: Door) -> str:
    try:
        async with session.get(door.address + path) as response:
            await response.read()
            return str(response.status)
    except ClientError:
        return "no answer"


async def _stranger(door: Door, over: asyncio.Event, answers: Counter[str]) -> None:
    async with _session() as session:
        while not over.is_set():
            answers[f"page without the link: {await _ask(session, '/', door)}"] += 1
            await asyncio.sleep(_PAUSE)


async def _visitor(door: Door, over: asyncio.Event, answers: Counter[str]) -> None:
    while not over.is_set():
        async with _session() as session:
            told = await _ask(session, f"/?token={door.token}", door)
        answers[f"page with the link: {told}"] += 1
        await asyncio.sleep(_PAUSE)


async def _stranger_at_the_socket(door: Door, over: asyncio.Event, answers: Counter[str]) -> None:
    async with _session() as session:
        while not over.is_set():
            told = await _watch(session, door, over)
            answers[f"socket without the link: {told}"] += 1
            await asyncio.sleep(_PAUSE)


async def _viewer(door: Door, over: asyncio.Event, answers: Counter[str]) -> None:
    async with _session() as session:
        await _ask(session, f"/?token={door.token}", door)
        while not over.is_set():
            answers[f"socket with the link: {await _watch(session, door, over)}"] += 1
            await asyncio.sleep(_PAUSE)


async def _watch(session: ClientSession, door: Door, over: asyncio.Event) -> str:
    """Take a screen if there is one, and keep it to the end."""
    try:
        async with session.ws_connect(f"{door.address}/ws", origin=door.address) as socket:
            ends = asyncio.create_task(over.wait())
            while not over.is_set():
                reads = asyncio.create_task(socket.receive())
                await asyncio.wait({ends, reads}, return_when=asyncio.FIRST_COMPLETED)
                reads.cancel()
                if socket.closed:
                    ends.cancel()
                    return "a screen that ended"
            return "a screen to the end"
    except WSServerHandshakeError as refused:
        return str(refused.status)
    except ClientError:
        return "no answer"


async def _dawdler(door: Door, over: asyncio.Event, answers: Counter[str]) -> None:
    """Send nonsense, then ask for half a page, and wait to be hung up on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n")
    answers[f"nonsense: {(await reader.read()).decode().split()[1]}"] += 1
    writer.close()
    while not over.is_set():
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(_HALF)
        ends = asyncio.create_task(over.wait())
        reads = asyncio.create_task(reader.read())
        done, _ = await asyncio.wait({ends, reads}, return_when=asyncio.FIRST_COMPLETED)
        answers[f"half a request: {'hung up on' if reads in done else 'open at the end'}"] += 1
        for task in (ends, reads):
            task.cancel()
        writer.close()


def main() -> int:
    """Print what came of it; 1 if a play was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--plays", type=int, default=100)
    parser.add_argument("--port", type=int, default=8799)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        crowded = asyncio.run(run_crowd(Path(folder), wanted.port, wanted.clients, wanted.plays))
    print(crowded)
    return 0 if crowded.sound and crowded.stored == crowded.logged else 1


if __name__ == "__main__":
    sys.exit(main())
