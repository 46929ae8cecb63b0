"""An OIDC issuer in the test's own process: discovery, published keys, and tokens as good or bad as asked."""

import base64
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from hikiate.settings import Settings

Claims = dict[str, Any]
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

# Making an RSA key is slow, and no test needs one of its own.
_RSA_KEYS = {kid: rsa.generate_private_key(65537, 2048) for kid in ("rsa", "stranger")}


def encoded(part: bytes | Claims) -> str:
    """Write a part of a token."""
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Publishes `rsa` and `ec`; `answers` stand in for what it would say at a path."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {"rsa": _RSA_KEYS["rsa"], "ec": ec.generate_private_key(ec.SECP256R1())}
        self.stranger = _RSA_KEYS["stranger"]
        self.answers: dict[str, bytes] = {}
        self.fetches = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = issuer.answers.get(self.path) or issuer._answer(self.path)
                self.wfile.write(answer)

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Be there no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, path: str) -> bytes:
        if path == "/.well-known/openid-configuration":
            return http({"issuer": self.url, "jwks_uri": f"{self.url}/keys"})
        self.fetches += 1
        return http({"keys": [self.jwk(kid) for kid in self.keys]})

    def jwk(self, kid: str) -> Claims:
        """Return a public key as it is published."""
        key = self.keys[kid]
        if isinstance(key, rsa.RSAPrivateKey):
            public: Any = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            return {**public, "kid": kid, "use": "sig", "alg": "RS256"}
        public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {**public, "kid": kid, "use": "sig", "alg": "ES256"}

    def pem(self, kid: str) -> bytes:
        """Return a public key as PEM."""
        return self.keys[kid].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def claims(self, as_role: str | None = "admin", **changes: Any) -> Claims:
        """Return good claims but for the changes; one that is ... is left out."""
        now = int(time.time())
        good = {"sub": f"the {as_role}", "iss": self.url, "aud": "hikiate", "exp": now + 300, "iat": now}
        if as_role is not None:
            good["roles"] = [as_role]
        return {name: value for name, value in (good | changes).items() if value is not ...}

    def token(self, as_role: str | None = "admin", kid: str = "rsa", **changes: Any) -> str:
        """Return a signed token with such claims."""
        return self.signed(self.claims(as_role, **changes), kid)

    def signed(
        self, claims: Claims, kid: Any = "rsa", *, key: Key | None = None, algorithm: str = "", **more: Any
    ) -> str:
        """Sign claims, with the key of that name or another one."""
        key = key or self.keys[kid]
        algorithm = algorithm or ("RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256")
        headers = more if kid is None else {"kid": kid, **more}
        signing = f"{encoded({'typ': 'JWT', 'alg': algorithm, **headers})}.{encoded(claims)}"
        # Not jwt.encode, which checks claims that are to be wrong.
        signature = jwt.get_algorithm_by_name(algorithm).sign(signing.encode(), key)
        return f"{signing}.{encoded(signature)}"

    def with_secret(self, secret: bytes, algorithm: str = "HS256", kid: str = "rsa") -> str:
        """Sign good claims with a secret that everybody knows."""
        signing = f"{encoded({'typ': 'JWT', 'alg': algorithm, 'kid': kid})}.{encoded(self.claims())}"
        return f"{signing}.{encoded(hmac.digest(secret, signing.encode(), 'sha256'))}"

    def unsigned(self, algorithm: str, signature: str = "") -> str:
        """Return good claims that nobody signed."""
        return f"{encoded({'alg': algorithm, 'kid': 'rsa'})}.{encoded(self.claims())}.{signature}"


def http(body: Any, status: str = "200 OK") -> bytes:
    """Return an HTTP answer, whose body is JSON unless it is text."""
    text = body if isinstance(body, str) else json.dumps(body)
    return f"HTTP/1.0 {status}\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


def guarded_by(issuer: Issuer) -> Settings:
    """Return the settings of a server that checks the issuer's tokens."""
    return Settings(database_url=None, issuer=issuer.url, audience="hikiate")


def as_role(client: httpx.Client, issuer: Issuer, role: str) -> httpx.Client:
    """Let a client be somebody with the role from now on."""
    client.headers["Authorization"] = f"Bearer {issuer.token(role)}"
    return client
