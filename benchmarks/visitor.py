"""A session of the dashboard without a browser: it speaks the page's own protocol, and reads all that a page is sent.

Twenty browsers on the two cores of the server itself would measure the browsers. To the server this is a reader like
any other: a websocket, a session with its state, the same runs of the script and every byte of them; what a browser
repeats by itself (a fragment that asks again after some seconds) is repeated here too.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

BROKEN = re.compile(r'class="[^"]*as-broken')
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


@dataclass
class Visitor:
    """One session. `errors` are what a reader would have seen in place of a page."""

    address: str
    errors: list[str] = field(default_factory=list)
    _page: str = ""
    _query: str = ""
    _drawn: asyncio.Event = field(default_factory=asyncio.Event)
    _repeats: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        host = urlsplit(self.address).netloc
        self._connection: ClientConnection = await connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]  # a plain text is what goes over the wire
            max_size=None,
            open_timeout=60,
            ping_timeout=None,
        )
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in (*self._repeats.values(), self._listening):
            task.cancel()
        await self._connection.close()

    async def open(self, page: str, query: str, patience: float) -> None:
        """Ask for a page with a query string, and wait until it has been drawn; raises TimeoutError."""
        self._page, self._query = page, query
        for task in self._repeats.values():
            task.cancel()
        self._repeats.clear()
        self._drawn.clear()
        await self._run()
        await asyncio.wait_for(self._drawn.wait(), patience)

    async def _run(self, fragment: str = "") -> None:
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_name = self._page
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.is_auto_rerun = bool(fragment)
        asked.rerun_script.context_info.locale = "zh-CN"
        asked.rerun_script.context_info.timezone = "Asia/Shanghai"
        await self._connection.send(asked.SerializeToString())

    async def _listen(self) -> None:
        async for sent in self._connection:
            assert isinstance(sent, bytes)
            message = ForwardMsg.FromString(sent)
            kind = message.WhichOneof("type")
            if kind == "script_finished" and message.script_finished in DONE:
                self._drawn.set()
            elif kind == "auto_rerun":
                rerun = message.auto_rerun
                self._repeats[rerun.fragment_id] = asyncio.create_task(self._repeat(rerun.fragment_id, rerun.interval))
            elif kind == "delta":
                self._look(message)

    async def _repeat(self, fragment: str, seconds: float) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(seconds)
                await self._run(fragment)

    def _look(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(element.exception.message)
        elif kind == "html" and BROKEN.search(element.html.body):
            self.errors.append(element.html.body[:200])
