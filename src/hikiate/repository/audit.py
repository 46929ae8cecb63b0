"""Who changed what."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from hikiate.repository.trips import Ask, texts


class Entry(NamedTuple):
    """One change."""

    actor: str
    request_id: str | None
    action: str
    subject: str
    details: dict[str, Any]


def recording(entries: Sequence[Entry]) -> Ask:
    """Append entries, in the transaction of the changes themselves."""
    return (
        "INSERT INTO audit (actor, request_id, action, subject, details)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[])",
        (
            texts(entry.actor for entry in entries),
            texts(entry.request_id for entry in entries),
            texts(entry.action for entry in entries),
            texts(entry.subject for entry in entries),
            texts(json.dumps(entry.details) if entry.details else "{}" for entry in entries),
        ),
    )
