"""What the environment says: every setting hikiate reads, its type and its default."""

from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hikiate.domain.decimals import Currency, RoundingMode
from hikiate.domain.methods import Method


class Settings(BaseSettings):
    """Read from the environment; names are the fields' in capitals behind `HIKIATE_`, but for `DATABASE_URL`."""

    model_config = SettingsConfigDict(env_prefix="HIKIATE_", extra="ignore", frozen=True)

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    """A PostgreSQL; without it an embedded one is started."""
    data_dir: Path | None = None
    """Where the embedded PostgreSQL keeps its data; default: the user's data folder."""
    time_zone: str = "UTC"
    """Whose date is "today"."""
    currency_places: int = Field(default=2, ge=0, le=6)
    rounding: RoundingMode = RoundingMode.HALF_UP
    issuer: str | None = None
    """The OIDC issuer whose tokens are accepted; without one the server is open, and on loopback only."""
    audience: str = "hikiate"
    """The `aud` or `client_id` that a token must carry."""
    console_client_id: str | None = None
    """The console's client at the issuer; default: the audience."""
    console_scope: str = "openid"
    """What the console asks the issuer for."""
    standing_method: Method | None = None
    """Offer stock that becomes available to waiting lines by this method; default: nothing is offered by itself."""
    sync_lines: int | None = Field(default=None, ge=1)
    """Runs over more lines than this are queued; default: none are."""

    @field_validator("time_zone")
    @classmethod
    def _time_zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"'{name}' is no time zone; use a name like Asia/Tokyo") from error
        return name

    @cached_property
    def currency(self) -> Currency:
        """The places and rounding of amounts."""
        return Currency(self.currency_places, self.rounding)

    def today(self) -> date:
        """Return the date now in the configured time zone."""
        return datetime.now(ZoneInfo(self.time_zone)).date()


class AwsSettings(Settings):
    """What the templates say to a function."""

    database_secret_arn: str
    """The secret with the database's `username` and `password`."""
    database_host: str
    database_port: int = 5432
    database_name: str
    database_proxied: bool = False
    """Whether a proxy stands before the database, which may give every transaction another session."""
    database_ca_file: Path | None = None
    """The authorities whose certificate the database may show; default: those of RDS, which the package holds."""
    queue_url: str | None = None
    """Where queued runs are sent to be served; without one the sweep serves them."""
    uploads_bucket: str | None = None
    """Where files too big for a request are uploaded; without one they can't be announced."""
    sync_lines: int | None = Field(default=5_000, ge=1)
