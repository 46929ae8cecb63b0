"""A server that dies after a change is committed and before its answer is sent."""

import os
import sys
from typing import Any

import uvicorn

from hikiate.api.app import create_app
from hikiate.database import Database
from hikiate.settings import Settings


def main() -> None:
    """Say where it listens, and serve until the first answer to a change."""
    app: Any = create_app(Database(sys.argv[1]), Settings(database_url=None))

    async def dying(scope: Any, receive: Any, send: Any) -> None:
        async def last_words(message: Any) -> None:
            if scope["method"] != "GET" and message["type"] == "http.response.start":
                os._exit(9)
            await send(message)

        await app(scope, receive, last_words if scope["type"] == "http" else send)

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            print(self.servers[0].sockets[0].getsockname()[1], flush=True)

    Server(uvicorn.Config(dying, host="127.0.0.1", port=0, log_config=None, access_log=False)).run()


if __name__ == "__main__":
    main()
