"""The program `hikiate`: its commands, and how each ends."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from hikiate.cli import allocate, demo, doctor, files, life, serve, verify
from hikiate.cli.session import Refused
from hikiate.cli.show import complain
from hikiate.domain.errors import HikiateError, Invalid

_INTERRUPTED = 130

app = typer.Typer(
    name="hikiate",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for panel, name, command in (
    ("Start", "demo", demo.demo),
    ("Start", "serve", serve.serve),
    ("Allocate", "allocate", allocate.allocate),
    ("Allocate", "compare", allocate.compare),
    ("Allocate", "runs", allocate.runs),
    ("Orders and stock", "receive", life.receive),
    ("Orders and stock", "order", life.order),
    ("Orders and stock", "ship", life.ship),
    ("Orders and stock", "release", life.release),
    ("Orders and stock", "cancel", life.cancel),
    ("Orders and stock", "adjust", life.adjust),
    ("Orders and stock", "hold", life.hold),
    ("Files", "import", files.import_),
    ("Files", "export", files.export),
    ("Upkeep", "doctor", doctor.doctor),
    ("Upkeep", "migrate", serve.migrate),
    ("Upkeep", "verify", verify.verify),
):
    app.command(name, rich_help_panel=panel)(command)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"hikiate {version('hikiate')}")
        raise typer.Exit


@app.callback()
def hikiate(
    version: Annotated[
        bool, typer.Option("--version", metavar="", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Decides which stock serves which order (在庫引当).

    The database is DATABASE_URL's; without it, one that is kept in HIKIATE_DATA_DIR or in your data folder.
    """


def run() -> int:
    """Run a command and return its exit code: 0 done, 1 refused, 2 wrong usage, 130 interrupted."""
    _end_in_order()
    try:
        return app(standalone_mode=False) or 0
    except typer.TyperException as usage:
        # Several lines at times, and with a prefix of pydantic's.
        complain(" ".join(usage.format_message().replace("Value error, ", "").split()))
        return usage.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Refused as refused:
        complain(str(refused))
        return 1
    except OSError as failure:
        complain(f"{failure.filename or 'The system'}: {failure.strerror or failure}.")
        return 1
    except HikiateError as refused:
        complain(_sentence(refused))
        return 1


def _sentence(refused: HikiateError) -> str:
    """Return what was refused; where several faults are listed, they say it more precisely."""
    faults = [fault.message for fault in refused.faults] if isinstance(refused, Invalid) else []
    if not faults or faults == [refused.detail]:
        return refused.detail
    listed = "; ".join(fault.rstrip(".") for fault in faults)
    return f"{listed[:1].upper()}{listed[1:]}."


def _end_in_order() -> None:
    """Let what ends the program do so like Ctrl-C: the embedded database is stopped on the way out."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        # A sign that the terminal hasn't got is no reason to fail.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
