"""Who may do what: the roles in a token's claims, and what each role may."""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

from hikiate.domain.errors import Forbidden
from hikiate.schemas import TokenPayload

_SCOPE = "hikiate/"


class Role(IntEnum):
    """What a caller may do; each may do what those before it may."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3


_ROLES = {"viewer": Role.VIEWER, "operator": Role.OPERATOR, "admin": Role.ADMIN}

LOCAL_ADMIN = TokenPayload(sub="local", roles=frozenset({"admin"}))
"""Everybody, on a server without an issuer, which listens on loopback only."""


def require(caller: TokenPayload, role: Role) -> None:
    """Refuse a caller who has too little.

    Raises:
        Forbidden: with the role that would do.
    """
    highest = max((_ROLES[name] for name in caller.roles), default=0)
    if highest < role:
        raise Forbidden(f"This takes the role {role.name.lower()}.")


def payload(claims: Mapping[str, Any]) -> TokenPayload:
    """Return who a token's checked claims stand for, and their roles.

    Roles come from `cognito:groups`, `roles`, or scopes like `hikiate/operator`.
    """
    scopes = str(claims.get("scope", "")).split()
    names = {
        *_names(claims.get("cognito:groups")),
        *_names(claims.get("roles")),
        *(scope.removeprefix(_SCOPE) for scope in scopes if scope.startswith(_SCOPE)),
    }
    return TokenPayload(sub=str(claims["sub"]), roles=frozenset(names & _ROLES.keys()))


def _names(claim: object) -> Iterable[str]:
    if isinstance(claim, str):
        return claim.split()
    return [name for name in claim if isinstance(name, str)] if isinstance(claim, (list, tuple)) else []
