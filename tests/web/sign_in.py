"""An OIDC issuer that people sign in at: codes, PKCE, tokens."""

import base64
import json
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from lifecycle.issuer import Issuer


class SignInIssuer(Issuer):
    """Lets everybody in as `role`; hands out a code for the right challenge, and tokens for the right verifier."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.keys_server = self.url
        self.role = role
        self.sign_ins = 0
        self._codes: dict[str, dict[str, str]] = {}
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(path.query).items()}
                if path.path == "/authorize":
                    self._say(302, b"", Location=issuer._authorized(query))
                elif path.path == "/keys":
                    self._json(200, {"keys": [issuer.jwk(kid) for kid in issuer.keys]})
                else:
                    self._json(200, issuer._discovery())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._json(*issuer._tokens({name: values[0] for name, values in parse_qs(body).items()}))

            def _json(self, status: int, body: Any) -> None:
                self._say(status, json.dumps(body).encode(), **{"Content-Type": "application/json"})

            def _say(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in {
                    "Access-Control-Allow-Origin": "*",
                    "Content-Length": str(len(body)),
                    **headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._people = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._people.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._people.server_port}"

    def stop(self) -> None:
        """Be there no more."""
        self._people.shutdown()
        self._people.server_close()
        super().stop()

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
        }

    def _authorized(self, asked: dict[str, str]) -> str:
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = uuid4().hex
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _tokens(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        begun = self._codes.pop(asked["code"])
        digest = sha256(asked["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        self.sign_ins += 1
        more = {"nonce": begun["nonce"]} if "nonce" in begun else {}
        return 200, {
            "token_type": "Bearer",
            "access_token": self.token(self.role),
            "id_token": self.token(self.role, name="佐藤 花子", **more),
            "expires_in": 300,
        }
