"""Log plays while a crowd of browsers and strangers visits the web server.

`python -m tests.long.crowd` prints how long each log took and whether a play was lost.

It logs plays with the command line, first alone, then while 200 clients keep visiting
`signdecoder serve` on the same store. Everything stays on this machine.
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
_SIGNDECODER = (sys.executable, "-m", "signdecoder")
_PAUSE = 0.2  # seconds between two visits of a client
_INCOMPLETE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1"  # a request without its end


@dataclass(frozen=True, slots=True)
class CrowdResult:
    """What was logged and stored, and how the server answered.

    ``alone`` and ``crowded`` are the seconds that each ``log`` took. ``memory`` is the peak of the
    server in megabytes, ``answers`` counts its answers to each kind of client, and ``output`` is
    what it wrote on its terminal after the link.
    """

    logged: int
    stored: int
    sound: bool
    alone: list[float]
    crowded: list[float]
    memory: int
    answers: Counter[str]
    output: list[str]

    def __str__(self) -> str:
        """Return the figures as text."""
        answers = "\n".join(f"  {n:6d}  {what}" for what, n in sorted(self.answers.items()))
        return (
            f"{self.logged} plays logged, {self.logged - self.stored} lost, "
            f"the store {'sound' if self.sound else 'DAMAGED'}\n"
            f"time per log with the crowd: median {median(self.crowded):.1f} s, "
            f"longest {max(self.crowded):.1f} s\n"
            f"time per log alone: median {median(self.alone):.1f} s, "
            f"longest {max(self.alone):.1f} s\n"
            f"peak memory of the server: {self.memory} MB\n{answers}"
        )


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that runs. Its ``output`` is filled when it has ended."""

    pid: int
    port: int
    token: str
    output: list[str]

    @property
    def address(self) -> str:
        """The address of its page."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def memory(self) -> int:
        """Its peak memory so far in megabytes; 0 if the system does not report it."""
        status = Path(f"/proc/{self.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) // 1024 if found else 0


async def run_crowd(folder: Path, port: int, clients: int, plays: int) -> CrowdResult:
    """Log ``plays`` plays alone, and as many with ``clients`` clients at the server."""
    store = folder / "store.db"
    alone = [await _log(store, "Alone") for _ in range(plays)]
    answers: Counter[str] = Counter()
    async with _serving(store, port) as server:
        over = asyncio.Event()
        kinds = (_stranger, _visitor, _stranger_at_socket, _viewer, _slow_client)
        crowd = [
            asyncio.create_task(kinds[i % len(kinds)](server, over, answers))
            for i in range(clients)
        ]
        await asyncio.sleep(1)
        crowded = [await _log(store, "Crowd") for _ in range(plays)]
        memory = server.memory
        over.set()
        await asyncio.gather(*crowd)
    with closing(sqlite3.connect(store)) as connection:
        (check,) = connection.execute("PRAGMA integrity_check").fetchone()
    with Store.open(store) as opened:
        stored = len(opened.plays())
    return CrowdResult(
        2 * plays, stored, check == "ok", alone, crowded, memory, answers, server.output
    )


@asynccontextmanager
async def _serving(store: Path, port: int) -> AsyncIterator[RunningServer]:
    process = await asyncio.create_subprocess_exec(
        *_SIGNDECODER, "serve", "--port", str(port), "--db", str(store),
        stderr=asyncio.subprocess.PIPE, env=_environment(),
    )  # fmt: skip
    assert process.stderr is not None
    try:
        line = (await process.stderr.readline()).decode()
        token = line.strip().rpartition("token=")[2]
        assert token, f"the server did not start: {line}"
        server = RunningServer(process.pid, port, token, [])
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        _, rest = await process.communicate()
    server.output.extend(rest.decode().splitlines())


async def _log(store: Path, coach: str) -> float:
    """Log a play in a new process, and return the seconds that it took."""
    start = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *_SIGNDECODER, "log", "cap", "ear", "--outcome", "none", "--coach", coach,
        "--db", str(store),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, env=_environment(),
    )  # fmt: skip
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return time.monotonic() - start


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


# --- clients -------------------------------------------------------------------------------------


def _session() -> ClientSession:
    return ClientSession(
        cookie_jar=CookieJar(unsafe=True), connector=TCPConnector(force_close=True)
    )


async def _ask(session: ClientSession, path: str, server: RunningServer) -> str:
    try:
        async with session.get(server.address + path) as response:
            await response.read()
            return str(response.status)
    except ClientError:
        return "no answer"


async def _stranger(server: RunningServer, over: asyncio.Event, answers: Counter[str]) -> None:
    async with _session() as session:
        while not over.is_set():
            answers[f"page without the link: {await _ask(session, '/', server)}"] += 1
            await asyncio.sleep(_PAUSE)


async def _visitor(server: RunningServer, over: asyncio.Event, answers: Counter[str]) -> None:
    while not over.is_set():
        async with _session() as session:
            answer = await _ask(session, f"/?token={server.token}", server)
        answers[f"page with the link: {answer}"] += 1
        await asyncio.sleep(_PAUSE)


async def _stranger_at_socket(
    server: RunningServer, over: asyncio.Event, answers: Counter[str]
) -> None:
    async with _session() as session:
        while not over.is_set():
            answer = await _watch(session, server, over)
            answers[f"socket without the link: {answer}"] += 1
            await asyncio.sleep(_PAUSE)


async def _viewer(server: RunningServer, over: asyncio.Event, answers: Counter[str]) -> None:
    async with _session() as session:
        await _ask(session, f"/?token={server.token}", server)
        while not over.is_set():
            answers[f"socket with the link: {await _watch(session, server, over)}"] += 1
            await asyncio.sleep(_PAUSE)


async def _watch(session: ClientSession, server: RunningServer, over: asyncio.Event) -> str:
    """Open a screen if one is free, and keep it to the end."""
    try:
        async with session.ws_connect(f"{server.address}/ws", origin=server.address) as socket:
            ends = asyncio.create_task(over.wait())
            while not over.is_set():
                reads = asyncio.create_task(socket.receive())
                await asyncio.wait({ends, reads}, return_when=asyncio.FIRST_COMPLETED)
                reads.cancel()
                if socket.closed:
                    ends.cancel()
                    return "a screen that closed"
            return "a screen to the end"
    except WSServerHandshakeError as error:
        return str(error.status)
    except ClientError:
        return "no answer"


async def _slow_client(server: RunningServer, over: asyncio.Event, answers: Counter[str]) -> None:
    """Send an invalid request, then incomplete ones, and wait until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n")
    answers[f"invalid request: {(await reader.read()).decode().split()[1]}"] += 1
    writer.close()
    while not over.is_set():
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(_INCOMPLETE)
        ends = asyncio.create_task(over.wait())
        reads = asyncio.create_task(reader.read())
        done, _ = await asyncio.wait({ends, reads}, return_when=asyncio.FIRST_COMPLETED)
        answers[f"incomplete request: {'dropped' if reads in done else 'open at the end'}"] += 1
        for task in (ends, reads):
            task.cancel()
        writer.close()


def main() -> int:
    """Print the result; return 1 if a play was lost or the store is damaged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--plays", type=int, default=100)
    parser.add_argument("--port", type=int, default=8799)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(
            run_crowd(Path(folder), arguments.port, arguments.clients, arguments.plays)
        )
    print(result)
    return 0 if result.sound and result.stored == result.logged else 1


if __name__ == "__main__":
    sys.exit(main())
