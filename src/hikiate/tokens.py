"""Bearer tokens of any OIDC issuer, checked against its published keys."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

import jwt
import structlog

from hikiate.auth import payload
from hikiate.domain.errors import Busy, Unauthorized
from hikiate.schemas import TokenPayload

log = structlog.get_logger(__name__)

_ALGORITHMS = ("RS256", "ES256")
_CLOCK_SKEW_SECONDS = 30
_KEYS_LIVE_SECONDS = 300
_SECONDS_BETWEEN_FETCHES = 0.2
_FETCH_SECONDS = 5


class Authenticator:
    """Checks tokens of one issuer against its published keys."""

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys: jwt.PyJWKClient | None = None

    def check(self, authorization: str | None) -> TokenPayload:
        """Return the checked claims of an `Authorization` header.

        Signature, `exp`, `nbf`, `iss`, `aud` or `client_id`, and `token_use` where present.

        Raises:
            Unauthorized: there is no token, or it is not good.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("Send an access token: Authorization: Bearer <token>.")
        try:
            if jwt.get_unverified_header(token).get("alg") not in _ALGORITHMS:
                raise jwt.InvalidAlgorithmError("the algorithm is not RS256 or ES256")
            claims = jwt.decode(
                token,
                self._key(token),
                algorithms=list(_ALGORITHMS),
                issuer=self._issuer,
                leeway=_CLOCK_SKEW_SECONDS,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
            self._check_audience(claims)
        except _NoKeys as error:
            log.warning("the issuer's keys can't be read", issuer=self._issuer, reason=str(error))
            raise Busy("The issuer of the tokens can't be reached.") from error
        except jwt.PyJWTError as error:
            log.info("token refused", reason=str(error))
            raise Unauthorized("The token is not good: it is expired, or not for this service.") from error
        return payload(claims)

    def _check_audience(self, claims: Mapping[str, Any]) -> None:
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if self._audience not in audiences and claims.get("client_id") != self._audience:
            raise jwt.InvalidAudienceError("the audience is another")
        if claims.get("token_use", "access") != "access":
            raise jwt.InvalidTokenError("the token is not an access token")

    def _key(self, token: str) -> jwt.PyJWK:
        """Return the issuer's key that the token names; a name not seen before fetches the keys anew."""
        try:
            if self._keys is None:
                self._keys = jwt.PyJWKClient(
                    _jwks_uri(self._issuer),
                    lifespan=_KEYS_LIVE_SECONDS,
                    timeout=_FETCH_SECONDS,
                    # Long enough that tokens with invented names can't make a storm of fetches.
                    cooldown_duration=_SECONDS_BETWEEN_FETCHES,
                )
            self._keys.get_jwk_set()
        except Exception as error:
            # Whatever an issuer answers that isn't its keys: that is not the token's fault.
            raise _NoKeys(str(error)) from error
        try:
            return self._keys.get_signing_key_from_jwt(token)
        except jwt.PyJWKClientConnectionError as error:
            raise _NoKeys(str(error)) from error
        except jwt.PyJWTError:
            raise
        except Exception as error:
            raise _NoKeys(str(error)) from error


class _NoKeys(Exception):
    """The issuer's keys can't be read."""


def _jwks_uri(issuer: str) -> str:
    url = issuer.rstrip("/") + "/.well-known/openid-configuration"
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"{url} is not a web address")
    with urllib.request.urlopen(url, timeout=_FETCH_SECONDS) as answer:  # noqa: S310 - the scheme is checked above
        configuration = json.load(answer)
    if str(configuration.get("issuer", issuer)).rstrip("/") != issuer.rstrip("/"):
        raise ValueError(f"{url} speaks for another issuer")
    return str(configuration["jwks_uri"])
