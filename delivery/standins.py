"""What a pipeline asks of others and can't be run here: the database of vulnerabilities, CodeArtifact's front door."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class _Answers(BaseHTTPRequestHandler):
    """Answer in JSON, and keep no log."""

    def reply(self, answer: Mapping[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *words: object) -> None:
        pass


@contextmanager
def _serve(answers: type[_Answers]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def advisories(known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Serve an OSV database that knows some packages, by name, to be vulnerable."""

    class Answers(_Answers):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = [known.get(query["package"]["name"], ()) for query in asked["queries"]]
            self.reply({"results": [{"vulns": [{"id": name} for name in names]} if names else {} for names in found]})

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            self.reply({"id": name, "summary": "Planted.", "modified": "2026-01-01T00:00:00Z", "affected": []})

    with _serve(Answers) as url:
        yield f"{url}/"


@contextmanager
def code_artifact(domain: str, repository: str, index: str, token: str) -> Iterator[str]:
    """Serve the two calls by which a build finds its package index and gets its token; everything else is refused."""

    class Answers(_Answers):
        def do_GET(self) -> None:
            wanted = {"domain": [domain], "repository": [repository], "format": ["pypi"]}
            self._answer("/v1/repository/endpoint", wanted, {"repositoryEndpoint": index})

        def do_POST(self) -> None:
            self._answer("/v1/authorization-token", {"domain": [domain]}, {"authorizationToken": token})

        def _answer(self, path: str, wanted: dict[str, list[str]], answer: dict[str, str]) -> None:
            asked = urlsplit(self.path)
            given = parse_qs(asked.query)
            if asked.path == path and all(given.get(name) == value for name, value in wanted.items()):
                self.reply(answer)
            else:
                self.reply({"message": f"not known: {self.path}"}, 404)

    with _serve(Answers) as url:
        yield url
