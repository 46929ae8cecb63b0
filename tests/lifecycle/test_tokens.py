"""Tokens: good ones are taken, and each fault is a 401 on every route, whatever is wrong with the issuer a 503."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from guarded_routes import GUARDED
from issuer import Issuer, encoded, guarded_by, http
from life import Serve, problem

from hikiate.settings import Settings

Fault = Callable[[Issuer], str]
HOUR = 3600


def _now() -> int:
    return int(time.time())


def _claims(**changes: Any) -> Fault:
    return lambda issuer: issuer.token(**changes)


def _tampered(issuer: Issuer) -> str:
    head, _, signature = issuer.token("viewer").split(".")
    return f"{head}.{encoded(issuer.claims('admin'))}.{signature}"


def _der(issuer: Issuer) -> bytes:
    return issuer.keys["rsa"].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _own_key(issuer: Issuer) -> str:
    """A token that brings the key it was signed with."""
    numbers = issuer.stranger.public_key().public_numbers()
    jwk = {
        "kty": "RSA",
        "kid": "mine",
        "n": encoded(numbers.n.to_bytes(256, "big")),
        "e": encoded(numbers.e.to_bytes(3, "big")),
    }
    return issuer.signed(issuer.claims(), "mine", key=issuer.stranger, jwk=jwk, jku="http://127.0.0.1:9/keys")


FAULTS: dict[str, Fault] = {
    "expired": lambda issuer: issuer.token(exp=_now() - HOUR),
    "expired beyond the skew": lambda issuer: issuer.token(exp=_now() - 61),
    "not yet valid": lambda issuer: issuer.token(nbf=_now() + HOUR),
    "no exp": _claims(exp=...),
    "exp null": _claims(exp=None),
    "exp no number": _claims(exp="tomorrow"),
    "exp endless": _claims(exp=float("inf")),
    "nbf no number": _claims(nbf="now"),
    "wrong issuer": _claims(iss="https://elsewhere.example"),
    "issuer with a slash more": lambda issuer: issuer.token(iss=issuer.url + "/"),
    "no issuer": _claims(iss=...),
    "issuers": lambda issuer: issuer.token(iss=[issuer.url]),
    "wrong audience": _claims(aud="other"),
    "wrong audiences": _claims(aud=["other", "hikiate2"]),
    "no audience": _claims(aud=...),
    "audience null": _claims(aud=None),
    "audience a number": _claims(aud=5),
    "audience an object": _claims(aud={"hikiate": 1}),
    "part of the audience": _claims(aud="hikiate-other hikiate"),
    "another's client_id": _claims(aud=..., client_id="other"),
    "an id token": _claims(token_use="id"),
    "token_use null": _claims(token_use=None),
    "no subject": _claims(sub=...),
    "subject no text": _claims(sub=7),
    "alg none": lambda issuer: issuer.unsigned("none"),
    "alg None": lambda issuer: issuer.unsigned("None"),
    "alg none, signed": lambda issuer: issuer.unsigned("none", issuer.token().rpartition(".")[2]),
    "alg left empty": lambda issuer: issuer.unsigned("RS256"),
    "HS256 with the public PEM": lambda issuer: issuer.with_secret(issuer.pem("rsa")),
    "HS256 with the public PEM of ES256": lambda issuer: issuer.with_secret(issuer.pem("ec"), kid="ec"),
    "HS256 with the public DER": lambda issuer: issuer.with_secret(_der(issuer)),
    "HS256 with the JWK": lambda issuer: issuer.with_secret(json.dumps(issuer.jwk("rsa")).encode()),
    "HS256 with its modulus": lambda issuer: issuer.with_secret(issuer.jwk("rsa")["n"].encode()),
    "HS256 called RS256": lambda issuer: issuer.with_secret(issuer.pem("rsa"), "RS256"),
    "RS512": lambda issuer: issuer.signed(issuer.claims(), algorithm="RS512"),
    "PS256": lambda issuer: issuer.signed(issuer.claims(), algorithm="PS256"),
    "unknown kid": lambda issuer: issuer.signed(issuer.claims(), "unknown", key=issuer.stranger),
    "no kid": lambda issuer: issuer.signed(issuer.claims(), None, key=issuer.keys["rsa"]),
    "kid no text": lambda issuer: issuer.signed(issuer.claims(), 1, key=issuer.stranger),
    "a stranger's signature": lambda issuer: issuer.signed(issuer.claims(), "rsa", key=issuer.stranger),
    "the other key's signature": lambda issuer: issuer.signed(issuer.claims(), "rsa", key=issuer.keys["ec"]),
    "its own key": _own_key,
    "tampered": _tampered,
    "unknown crit": lambda issuer: issuer.signed(issuer.claims(), crit=["exp2"], exp2=1),
    "no signature": lambda issuer: issuer.token().rpartition(".")[0],
    "five parts": lambda issuer: issuer.token() + ".a.b",
    "no claims": lambda issuer: f"{encoded({'alg': 'RS256', 'kid': 'rsa'})}..{encoded(b'x')}",
    "claims a list": lambda issuer: f"{encoded({'alg': 'RS256', 'kid': 'rsa'})}.{encoded(b'[]')}.{encoded(b'x')}",
    "header a list": lambda issuer: f"{encoded(b'[]')}.{encoded(b'{}')}.{encoded(b'x')}",
    "header no JSON": lambda issuer: "eHg.eHg.eHg",
    "garbage": lambda issuer: "garbage",
    "dots": lambda issuer: "..",
    "two tokens": lambda issuer: f"{issuer.token()} {issuer.token()}",
}


# Those that the whole matrix is made of; the others are tried on a route of each kind.
EVERYWHERE = {
    "expired",
    "wrong issuer",
    "wrong audience",
    "alg none",
    "HS256 with the public PEM",
    "unknown kid",
    "a stranger's signature",
    "an id token",
    "garbage",
}
SAMPLE = [operation for operation in GUARDED if operation.path in ("/items", "/allocate", "/imports/{id}/file")]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_token_is_refused_on_every_route(guarded: httpx.Client, issuer: Issuer, fault: str) -> None:
    """Whoever sends one learns nothing but that it is bad: all answers are the same."""
    authorization = f"Bearer {FAULTS[fault](issuer)}"
    said = set()
    for operation in GUARDED if fault in EVERYWHERE else SAMPLE:
        answer = operation.call(guarded, authorization, "?unknown=1")
        said.add(problem(answer, 401, "unauthorized")["detail"])
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert len(said) == 1


NO_TOKENS = [None, "", "Bearer", "Basic {}", "Token {}", "{}", "Bearer\t{}", "é"]


@pytest.mark.parametrize("authorization", NO_TOKENS)
def test_whatever_is_no_bearer_token_is_refused(
    guarded: httpx.Client, issuer: Issuer, authorization: str | None
) -> None:
    sent = None if authorization is None else authorization.format(issuer.token())
    for operation in GUARDED if sent is None else SAMPLE:
        problem(operation.call(guarded, sent), 401, "unauthorized")


GOOD: dict[str, Fault] = {
    "RS256": _claims(),
    "ES256": _claims(kid="ec"),
    "audiences": _claims(aud=["other", "hikiate"]),
    "client_id, as of Cognito": _claims(aud=..., client_id="hikiate", token_use="access"),
    "client_id beside an audience": _claims(aud="https://api", client_id="hikiate"),
    "expired within the skew": lambda issuer: issuer.token(exp=_now() - 10),
    "valid within the skew": lambda issuer: issuer.token(nbf=_now() + 10),
    "nbf in the past": lambda issuer: issuer.token(nbf=_now() - HOUR),
    "no iat": _claims(iat=...),
}


@pytest.mark.parametrize("good", GOOD.values(), ids=GOOD)
def test_a_good_token_is_taken(guarded: httpx.Client, issuer: Issuer, good: Fault) -> None:
    for scheme in ("Bearer", "bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {good(issuer)}"}
        assert guarded.get("/audit", headers=headers).status_code == 200


def asked(client: httpx.Client, token: str) -> httpx.Response:
    """Ask for something with a token."""
    return client.get("/items", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def own_issuer() -> Iterator[Issuer]:
    """An issuer of the test's own, to be changed or broken."""
    issuer = Issuer()
    yield issuer
    issuer.stop()


def test_a_key_that_the_issuer_has_just_begun_to_use_is_fetched(serve: Serve, own_issuer: Issuer) -> None:
    guarded, issuer = serve(guarded_by(own_issuer)), own_issuer
    assert asked(guarded, issuer.token()).status_code == 200
    issuer.keys = {"new": ec.generate_private_key(ec.SECP256R1())}
    end = time.monotonic() + 2
    while (answer := asked(guarded, issuer.token(kid="new"))).status_code != 200:
        problem(answer, 401, "unauthorized")
        assert time.monotonic() < end
    # The old key is no longer published.
    problem(asked(guarded, issuer.signed(issuer.claims(), "rsa", key=issuer.stranger)), 401, "unauthorized")


def test_invented_keys_do_not_make_a_fetch_each(serve: Serve, own_issuer: Issuer) -> None:
    guarded, issuer = serve(guarded_by(own_issuer)), own_issuer
    began = time.monotonic()
    for number in range(50):
        problem(asked(guarded, issuer.signed(issuer.claims(), f"k{number}", key=issuer.stranger)), 401, "unauthorized")
    assert issuer.fetches <= 2 + (time.monotonic() - began) / 0.2


DISCOVERY = "/.well-known/openid-configuration"
BROKEN = {
    "a page": http("<html>maintenance</html>"),
    "an error": http("{}", "500 Internal Server Error"),
    "nothing": b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "half of it": b"HTTP/1.0 200 OK\r\nContent-Length: 1000\r\n\r\n{",
    "no HTTP": b"220 smtp.example ESMTP\r\n",
    "a list": http([]),
    "a text": http('"keys"'),
    "no text": b"HTTP/1.0 200 OK\r\n\r\n\xff\xfe\xff",
    "an object": http({"error": "unavailable"}),
    "elsewhere": http({"jwks_uri": "file:///etc/passwd", "keys": None}),
}


@pytest.mark.parametrize("path", [DISCOVERY, "/keys"])
@pytest.mark.parametrize("said", BROKEN.values(), ids=BROKEN)
def test_an_issuer_that_is_broken_is_waited_for(serve: Serve, own_issuer: Issuer, path: str, said: bytes) -> None:
    """Nobody's token can be checked: that is no fault of the caller's, and passes."""
    guarded, issuer = serve(guarded_by(own_issuer)), own_issuer
    issuer.answers[path] = said
    answer = asked(guarded, issuer.token())
    problem(answer, 503, "busy")
    assert int(answer.headers["retry-after"]) >= 1
    assert guarded.get("/health").status_code == guarded.get("/ready").status_code == 200
    del issuer.answers[path]
    assert asked(guarded, issuer.token()).status_code == 200


def test_an_issuer_that_is_down_is_waited_for(serve: Serve, own_issuer: Issuer) -> None:
    client = serve(Settings(database_url=None, issuer="http://127.0.0.1:1"))
    problem(asked(client, own_issuer.token(iss="http://127.0.0.1:1")), 503, "busy")
    problem(asked(client, "garbage"), 401, "unauthorized")


def test_known_keys_outlive_a_short_absence_of_the_issuer(serve: Serve, own_issuer: Issuer) -> None:
    guarded, issuer = serve(guarded_by(own_issuer)), own_issuer
    assert asked(guarded, issuer.token()).status_code == 200
    issuer.answers["/keys"] = http("{}", "503 Service Unavailable")
    assert asked(guarded, issuer.token(kid="ec")).status_code == 200
    end = time.monotonic() + 2
    unknown = issuer.signed(issuer.claims(), "new", key=issuer.stranger)
    while asked(guarded, unknown).status_code != 503:
        assert time.monotonic() < end
    assert asked(guarded, issuer.token()).status_code == 200
