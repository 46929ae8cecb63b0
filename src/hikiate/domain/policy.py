"""How a run allocates: what a request to allocate says, without its demand."""

from datetime import date
from typing import NamedTuple

from hikiate.domain.decimals import Currency
from hikiate.domain.methods import METHODS, Costing, Method, Scarcity


class Policy(NamedTuple):
    """How a run allocates."""

    method: Method
    allocation_date: date
    costing: Costing | None = None
    """None: the method's own."""
    include_inbound: bool = False
    locations: tuple[str, ...] = ()
    scarcity: Scarcity = Scarcity.SEQUENCE
    currency: Currency = Currency()

    @property
    def costing_method(self) -> Costing:
        """The costing named, or the method's own."""
        return self.costing or METHODS[self.method].costing
