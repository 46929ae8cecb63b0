"""The whole system deployed on the emulator by the real deployment program, and ways to get tokens for it."""

import base64
import hashlib
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx
import snapshot_restore_py
from machines import CREDENTIALS, ROOT, Postgres, aws, postgres
from services import client_of

TOOLS = ROOT / "infra" / ".venv" / "bin" / "python"
_PASSWORD = "Correct-Horse-7!"


class NotAllowed(Exception):
    """The pool gives no token."""


class Deployed(NamedTuple):
    """A deployment: the emulator's address, what its stacks say, and its database."""

    url: str
    outputs: dict[str, dict[str, str]]
    server: Postgres
    refused: str
    """What the deployment said while there was no database."""

    def client(self, name: str) -> Any:
        """Return a client of a service."""
        return client_of(self.url, name)

    def api(self, token: str | None) -> httpx.Client:
        """Return a client of the API, through the gateway."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        base = f"{self.url}/restapis/{self.outputs['api']['Api']}/v1/_user_request_"
        return httpx.Client(base_url=base, headers=headers, timeout=60)

    def machine(self, scope: str, pool: str | None = None, **more: Any) -> str:
        """Return the token of a machine that was let ask for a scope, as the template's own client is."""
        client = self.client("cognito-idp").create_user_pool_client(
            UserPoolId=pool or self.outputs["api"]["UserPool"],
            ClientName="a machine",
            GenerateSecret=True,
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["client_credentials"],
            AllowedOAuthScopes=[scope],
            **more,
        )["UserPoolClient"]
        return self.token(client["ClientId"], client["ClientSecret"], scope)

    def token(self, client_id: str, secret: str, scope: str) -> str:
        """Return the token that a machine gets for a scope.

        Raises:
            NotAllowed: it may not ask for that.
        """
        form = {"grant_type": "client_credentials", "scope": scope}
        answer = httpx.post(f"{self.url}/oauth2/token", data=form, auth=(client_id, secret))
        if answer.status_code != 200:
            raise NotAllowed(answer.text)
        return str(answer.json()["access_token"])

    def person(self, name: str, group: str, scope: str = "openid hikiate/user") -> dict[str, Any]:
        """Make a person of a group, sign in as the console does, and return the tokens."""
        cognito, pool = self.client("cognito-idp"), self.outputs["api"]["UserPool"]
        address = f"{name}@example.com"
        cognito.admin_create_user(UserPoolId=pool, Username=address, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username=address, Password=_PASSWORD, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=address, GroupName=group)
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": self.outputs["web"]["ConsoleClient"],
            "redirect_uri": self.outputs["web"]["ConsoleUrl"],
            "response_type": "code",
            "scope": scope,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        page = httpx.get(f"{self.url}/oauth2/authorize", params=asked)
        if page.status_code != 200:
            raise NotAllowed(page.headers.get("location", page.text))
        signed_in = httpx.post(f"{self.url}/login", data=asked | {"username": address, "password": _PASSWORD})
        [code] = parse_qs(urlsplit(signed_in.headers["location"]).query)["code"]
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        answer = httpx.post(
            f"{self.url}/oauth2/token", data=form | {k: asked[k] for k in ("client_id", "redirect_uri")}
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@contextmanager
def deployed(folder: Path, zips: Path) -> Iterator[Deployed]:
    """Deploy the templates and the zips until the end of the block.

    The functions find the database under its name on AWS: libpq is told the address by the environment, which the
    emulator hands on, and so are they told whose certificates to trust. Nothing in the templates says so.
    """
    for name in ("aws", "database"):
        (folder / name).mkdir()
    dist = folder / "dist"
    shutil.copytree(zips, dist / "aws")
    (dist / "console").mkdir()
    (dist / "console" / "index.html").write_text("<!doctype html><title>console</title>")
    # The port is RDS's, so the address is one of our own.
    address = f"127.83.{os.getpid() // 250 % 250}.{os.getpid() % 250 + 1}"
    seen = {
        "PGHOSTADDR": address,
        "HIKIATE_DATABASE_CA_FILE": str(folder / "database" / "authorities.pem"),
        "PYTHONPATH": str(folder / "runtime"),
    }
    # What Lambda's Python has and the emulator's lacks.
    (folder / "runtime").mkdir()
    shutil.copy(snapshot_restore_py.__file__, folder / "runtime")
    with aws(TOOLS, folder / "aws", **seen) as url:
        environment = os.environ | CREDENTIALS | {"AWS_ENDPOINT_URL": url, "CI": "true"}
        environment["PYTHONPATH"] = f"{ROOT}/infra:{ROOT}/tests/infra"

        def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [TOOLS, *arguments], cwd=ROOT / "infra", env=environment, capture_output=True, text=True
            )

        adapt = "import pathlib, sys, emulator; emulator.adapted_folder(pathlib.Path(sys.argv[1]))"
        assert tool("-c", adapt, str(folder / "templates")).returncode == 0
        deploy = (
            "-m", "deployment", "deploy", "--environment=development", "--yes", "--pause-seconds=0.1",
            "--watch-minutes=0", f"--infra={folder}/templates", f"--dist={dist}",
        )  # fmt: skip
        # There is no database yet, as the emulator has none, so the migration fails and nothing may be given traffic.
        refused = tool(*deploy)
        assert refused.returncode != 0
        data = _outputs(url, "data")
        found = client_of(url, "secretsmanager").get_secret_value(SecretId=data["DBPassword"])
        secret = json.loads(found["SecretString"])
        port = int(data["DatabasePort"])
        with postgres(folder / "database", data["DatabaseHost"], address=address, port=port) as server:
            server.create(secret["username"], secret["password"])
            made = tool(*deploy)
            assert made.returncode == 0, made.stdout + made.stderr
            outputs = {stack: _outputs(url, stack) for stack in ("data", "app", "api", "web")}
            yield Deployed(url, outputs, server, refused.stdout + refused.stderr)


def _outputs(url: str, stack: str) -> dict[str, str]:
    found = client_of(url, "cloudformation").describe_stacks(StackName=f"hikiate-development-{stack}")
    return {output["OutputKey"]: output["OutputValue"] for output in found["Stacks"][0].get("Outputs", ())}
