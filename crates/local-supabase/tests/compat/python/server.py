"""One server for the whole suite, with a copy of this repository's project and what the suite adds to it."""

import asyncio
import atexit
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from supabase import AsyncClient, AsyncClientOptions, acreate_client

COMPAT = Path(__file__).resolve().parent.parent
PASSWORD = "a long secret"
# Nothing that a test waits for takes longer, even on a busy machine.
PATIENCE = 20


def _project() -> Path:
    """The project in a folder of its own, with one migration more and anonymous accounts allowed."""
    folder = Path(tempfile.mkdtemp(prefix="compat-project-"))
    shutil.copytree(COMPAT.parents[3] / "supabase", folder, dirs_exist_ok=True)
    addition = COMPAT / "project" / "official.sql"
    shutil.copy(addition, folder / "migrations" / "99990101000000_official.sql")
    config = folder / "config.toml"
    text = config.read_text()
    config.write_text(
        text.replace("enable_anonymous_sign_ins = false", "enable_anonymous_sign_ins = true")
    )
    return folder


def _start() -> dict[str, str]:
    folder = _project()
    program = os.environ["LOCAL_SUPABASE_BIN"]
    given = os.environ.get("TAVERN_POSTGRES_BIN")
    command = [program, "--throwaway", "--exit-with-stdin", "--port", "0", "--db-port", "0"]
    command += ["--project", str(folder)] + (["--postgres-bin", given] if given else [])
    said = open(folder / "said", "w+")
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
    )

    def close() -> None:
        child.stdin.close()
        child.wait()
        said.close()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(close)
    for line in child.stdout:
        if line.startswith("ready "):
            return json.loads(line.removeprefix("ready "))
    said.seek(0)
    raise RuntimeError(f"the server did not start:\n{said.read()}")


SERVER = _start()


class Heard:
    """What a callback was called with; `next` waits for each call in turn."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue = asyncio.Queue()

    def hear(self, *call) -> None:
        self.calls.put_nowait(call[0] if len(call) == 1 else call)

    async def next(self):
        return await asyncio.wait_for(self.calls.get(), PATIENCE)

    @property
    def left(self) -> int:
        return self.calls.qsize()


class Member:
    """Somebody with a session."""

    def __init__(self, supabase: AsyncClient, user) -> None:
        self.supabase, self.id, self.email = supabase, user.id, user.email


class Suite(unittest.IsolatedAsyncioTestCase):
    """A test with clients of its own, which it closes."""

    async def client(self, key: str = SERVER["publishable_key"]) -> AsyncClient:
        options = AsyncClientOptions(auto_refresh_token=False, persist_session=False)
        supabase = await acreate_client(SERVER["api"], key, options)

        async def close() -> None:
            await supabase.remove_all_channels()
            await supabase.postgrest.aclose()
            await supabase.auth.close()

        self.addAsyncCleanup(close)
        return supabase

    async def admin(self) -> AsyncClient:
        return await self.client(SERVER["secret_key"])

    async def member(self, username: str) -> Member:
        supabase = await self.client()
        answer = await supabase.auth.sign_up(
            {
                "email": f"{username}@compat.test",
                "password": PASSWORD,
                "options": {"data": {"username": username}},
            }
        )
        return Member(supabase, answer.user)

    async def listen(self, supabase: AsyncClient, name: str, *bindings: dict):
        """Joins a channel with bindings; answers once the changes flow, or raises the reason why not."""
        changes, system = Heard(), Heard()
        channel = supabase.channel(name)
        for binding in bindings:
            channel.on_postgres_changes(**{"event": "*", "callback": changes.hear, **binding})
        channel.on_system(system.hear)
        states = Heard()
        await channel.subscribe(states.hear)
        state, error = await states.next()
        if error:
            raise error
        self.assertEqual(state, "SUBSCRIBED")
        either = [asyncio.ensure_future(one.next()) for one in (system, states)]
        done, _ = await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        for one in either:
            one.cancel()
        first = done.pop().result()
        if isinstance(first, tuple):
            raise first[1]
        self.assertEqual(first.message, "Subscribed to PostgreSQL")
        return changes, channel, system
