"""Every error that hikiate raises on purpose.

HikiateError
├── NotFound                    there is no such thing
├── Malformed                   a body that can't be read at all
├── UnsupportedMediaType        a body of a kind that is not read here
├── Unauthorized                nobody we know asks
├── Forbidden                   somebody asks who may not
├── Invalid                     a value that cannot be, with the place where it stands
│   └── IdempotencyMismatch     the key was used with another body
├── Conflict                    the state of things forbids it
│   ├── DuplicateReference
│   ├── BelowAllocated
│   ├── AlreadyShipped
│   ├── AlreadyCancelled
│   ├── NotAllocated
│   ├── NotYetReceived
│   ├── Held
│   └── AlreadyImported
├── TooLarge                    more than one answer can carry
├── Busy                        it can't be done now; try again
│   └── Locked                  a lock was not had in time, and nothing was done
└── Oversold                    a plan broke its promise: a fault of ours, never of the caller
"""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple


class Fault(NamedTuple):
    """One thing wrong with one value: a JSON pointer to it, a code, a sentence."""

    pointer: str
    code: str
    message: str


class HikiateError(Exception):
    """Something was refused."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotFound(HikiateError):
    """There is no such thing."""

    code = "not-found"


class Malformed(HikiateError):
    """The body can't be read."""

    code = "malformed"


class UnsupportedMediaType(HikiateError):
    """The body is of a kind that is not read here."""

    code = "unsupported-media-type"


class Unauthorized(HikiateError):
    """There is no good token."""

    code = "unauthorized"


class Forbidden(HikiateError):
    """The caller may not do that."""

    code = "forbidden"


class Invalid(HikiateError):
    """A value cannot be accepted."""

    code = "validation"

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.faults = tuple(faults)

    @classmethod
    def at(cls, pointer: str, code: str, message: str) -> "Invalid":
        """Make the error for one fault."""
        return cls(message, [Fault(pointer, code, message)])


class IdempotencyMismatch(Invalid):
    """The Idempotency-Key was used before with another body."""

    code = "idempotency-mismatch"


class Conflict(HikiateError):
    """The state of things forbids it."""

    code = "conflict"


class DuplicateReference(Conflict):
    """The reference is taken."""

    code = "duplicate-reference"


class BelowAllocated(Conflict):
    """What is on hand would fall below what is allocated."""

    code = "below-allocated"


class AlreadyShipped(Conflict):
    """Everything has left."""

    code = "already-shipped"


class AlreadyCancelled(Conflict):
    """The order is cancelled."""

    code = "already-cancelled"


class NotAllocated(Conflict):
    """Nothing is allocated that could be released or shipped."""

    code = "not-allocated"


class NotYetReceived(Conflict):
    """The lot has not arrived."""

    code = "not-yet-received"


class Held(Conflict):
    """The lot is held."""

    code = "held"


class AlreadyImported(Conflict):
    """The announced file has been taken."""

    code = "already-imported"


class TooLarge(HikiateError):
    """It is more than one answer can carry."""

    code = "too-large"


class Busy(HikiateError):
    """It can't be done now; the same request may succeed later."""

    code = "busy"


class Locked(Busy):
    """A lock was not had in time, or a race was lost too often: nothing was done."""


class Oversold(HikiateError):
    """A plan would take more of a lot than there is."""

    code = "oversold"
