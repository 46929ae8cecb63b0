"""Bad combinations of parameters are refused before anything is made."""

import json

import pytest
from emulator import Emulator, adapted

from policy.assertions import refused
from policy.templates import raw, unrolled

SAFE = {
    "network": {"Environment": "production", "FlowLogRetentionDays": "90"},
    "data": {
        "Environment": "production",
        "MultiAZ": "true",
        "DeletionProtection": "true",
        "BackupRetentionDays": "35",
        "AlarmEmail": "stock@example.com",
    },
    "app": {"Environment": "production", "MainConcurrency": "200", "LogRetentionDays": "90"},
    "api": {"Environment": "production", "Firewall": "on", "LogRetentionDays": "90"},
    "web": {"Environment": "production"},
}
FILLED = {
    "DatabaseHost": "db.example.com",
    "DatabasePort": "5432",
    "DatabaseProxied": "false",
    "DatabaseInstance": "db",
    **dict.fromkeys(("ParentNetworkStack", "ParentDataStack", "ParentAppStack", "ParentApiStack"), "parent"),
    **dict.fromkeys(
        ("MainCodeKey", "AllocationCodeKey", "ModelsLayerKey", "DatabaseLayerKey", "SchemasLayerKey"), "x.zip"
    ),
}
BAD = [
    ("network", {"FlowLogRetentionDays": "7"}, "flow logs"),
    ("data", {"MultiAZ": "false"}, "MultiAZ must be true"),
    ("data", {"DeletionProtection": "false"}, "DeletionProtection must be true"),
    ("data", {"BackupRetentionDays": "1"}, "BackupRetentionDays must be at least 7"),
    ("data", {"AlarmEmail": ""}, "AlarmEmail must be set"),
    ("app", {"MainConcurrency": "0"}, "MainConcurrency must not be 0"),
    ("app", {"LogRetentionDays": "14"}, "logs for 30 days"),
    ("api", {"Firewall": "off"}, "Firewall must be on"),
    ("api", {"LogRetentionDays": "7"}, "access logs for 30 days"),
    ("api", {"MachineClientScopes": "hikiate/viewer,hikiate/everything"}, "MachineClientScopes may hold"),
    ("api", {"MachineClientScopes": "hikiate/user"}, "MachineClientScopes may hold"),
    ("web", {"DomainName": "stock.example.com"}, "go together"),
    ("web", {"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/x"}, "go together"),
]


@pytest.mark.parametrize("kind", SAFE)
def test_safe_parameters_pass(kind: str) -> None:
    assert refused(unrolled(kind), SAFE[kind]) == []


@pytest.mark.parametrize(("kind", "change", "sentence"), BAD)
def test_a_bad_combination_is_refused(kind: str, change: dict[str, str], sentence: str) -> None:
    (said,) = refused(unrolled(kind), SAFE[kind] | change)
    assert sentence in said


@pytest.mark.parametrize(
    ("kind", "change"),
    [(kind, change) for kind, change, _ in BAD if kind != "web" and "MachineClientScopes" not in change],
)
def test_what_production_must_not_others_may(kind: str, change: dict[str, str]) -> None:
    assert refused(unrolled(kind), SAFE[kind] | change | {"Environment": "development"}) == []


def test_cloudformation_would_refuse_the_same(emulator: Emulator) -> None:
    """The emulator evaluates rules too: ours and its evaluation must agree, sentence by sentence."""
    client = emulator.client("cloudformation")
    for kind, change, _ in BAD:
        template = raw(kind)
        required = [name for name, declared in template["Parameters"].items() if "Default" not in declared]
        needed = {name: FILLED.get(name, "x") for name in required}
        given = needed | SAFE[kind] | change
        with pytest.raises(client.exceptions.ClientError) as refusal:
            client.create_change_set(
                StackName=f"bad-{kind}",
                ChangeSetName="bad",
                ChangeSetType="CREATE",
                TemplateBody=json.dumps(adapted(template)),
                Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            )
        (sentence,) = refused(unrolled(kind), SAFE[kind] | change)
        assert sentence in str(refusal.value)


def test_every_rule_is_tried() -> None:
    """A rule that no case above breaks could be wrong for ever."""
    said = {sentence for kind, change, _ in BAD for sentence in refused(unrolled(kind), SAFE[kind] | change)}
    written = {
        assertion["AssertDescription"]
        for kind in SAFE
        for rule in unrolled(kind)["Rules"].values()
        for assertion in rule["Assertions"]
    }
    assert said == written
