"""Commands about the life of a stack on ministack: its deployer, failures, changes, deletion and adoption.

They follow docs/deploying.md. What the page tells a deployer to do uses the deployer's credentials.
"""

import json
import os
import sys
from pathlib import Path

import boto3
from botocore.exceptions import ClientError, WaiterError

import deployer as rights
from emulated import STACK, client, credentials, physical_id, published, resources, stack, token

ACCOUNT = "000000000000"


def deployer():
    """Creates the user `deployer` with the policy on the page, and prints an access key."""
    policy = rights.page_policy(ACCOUNT)
    # The limit of a managed policy.
    assert len(json.dumps(policy, separators=(",", ":"))) <= 6144
    print(*user("deployer", policy))


def by_deployer(service):
    return session((os.environ["DEPLOYER_KEY"], os.environ["DEPLOYER_SECRET"])).client(service)


def session(key):
    return boto3.Session(*key)


def user(name, policy):
    iam = client("iam")
    iam.create_user(UserName=name)
    arn = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(policy))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def boundary():
    """Creates a policy with the services on the page, and prints its ARN."""
    allowed = {"Effect": "Allow", "Action": ["dynamodb:*", "kms:*", "logs:*", "secretsmanager:*"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    print(client("iam").create_policy(PolicyName="boundary", PolicyDocument=policy)["Policy"]["Arn"])


def bounded(arn):
    """Every role of the stack has the permissions boundary."""
    iam, roles = client("iam"), [r for r in resources() if r["ResourceType"] == "AWS::IAM::Role"]
    for role in roles:
        found = iam.get_role(RoleName=role["PhysicalResourceId"])["Role"].get("PermissionsBoundary", {})
        assert found.get("PermissionsBoundaryArn") == arn, (role, found)
    print(f"{len(roles)} roles have the permissions boundary")


def remains():
    """Names of the tables, secrets, log groups, functions and roles in the account."""
    logs = client("logs").describe_log_groups()["logGroups"]
    secrets = client("secretsmanager").list_secrets()["SecretList"]
    functions = client("lambda").list_functions()["Functions"]
    return sorted(
        client("dynamodb").list_tables()["TableNames"]
        + [secret["Name"] for secret in secrets]
        + [group["logGroupName"] for group in logs]
        + [function["FunctionName"] for function in functions]
        + [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
    )


def failed_create():
    """After a failed first deployment, only the protected table remains, until the runbook has deleted it."""
    formation, dynamodb = by_deployer("cloudformation"), by_deployer("dynamodb")
    assert stack()["StackStatus"] == "ROLLBACK_FAILED", stack()["StackStatus"]
    events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"] == "DELETE_FAILED"]
    assert {event["LogicalResourceId"] for event in failed} == {"Table"}, failed
    table = failed[0]["PhysicalResourceId"]
    assert table in remains()
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    formation.delete_stack(StackName=STACK)
    formation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    assert remains() == [table], remains()
    dynamodb.delete_table(TableName=table)
    assert remains() == [], remains()
    print(f"only {table} remained, and was deleted")


def secret_unchanged():
    """CloudFormation has rolled back a change of the secrets, because it could not read one of them."""
    assert stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", stack()["StackStatus"]
    events = client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"] == "UPDATE_FAILED"]
    assert failed[-1]["LogicalResourceId"] in ("SigningKeys", "IdempotencyPepper"), failed
    assert "secretsmanager:GetSecretValue" in failed[-1]["ResourceStatusReason"], failed


def key():
    """Creates a KMS key, and prints its ARN."""
    print(client("kms").create_key()["KeyMetadata"]["Arn"])


def secret_changed(kms_key, tag, value):
    """The secret has another KMS key and tag, and still serves."""
    secret = client("secretsmanager").describe_secret(SecretId=physical_id("SigningKeys"))
    assert secret["KmsKeyId"] == kms_key, secret
    assert {"Key": tag, "Value": value} in secret["Tags"], secret["Tags"]
    token()
    print("the secret of the signing keys has the new KMS key and tag")


def unreadable():
    """Neither an administrator nor the deployer reads the private keys or the pepper. Nor does a dynamic reference
    read the keys."""
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    administrator = user("administrator", everything)
    keys = physical_id("SigningKeys")
    for secrets in (session(administrator).client("secretsmanager"), by_deployer("secretsmanager")):
        for secret in (keys, physical_id("IdempotencyPepper")):
            refused(secrets, secret)
    named_session(everything, keys, "user/deployer")
    # A dynamic reference makes CloudFormation read on behalf of its caller, too.
    leak = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String"}}
    leak["Properties"]["Value"] = "{{resolve:secretsmanager:" + keys + "}}"
    formation = session(administrator).client("cloudformation")
    formation.create_stack(StackName="leak", TemplateBody=json.dumps({"Resources": {"Leak": leak}}))
    try:
        formation.get_waiter("stack_create_complete").wait(StackName="leak", WaiterConfig={"Delay": 1})
    except WaiterError:
        """Expected: the creation fails."""
    events = formation.describe_stack_events(StackName="leak")["StackEvents"]
    assert any("secretsmanager:GetSecretValue" in e.get("ResourceStatusReason", "") for e in events), events
    formation.delete_stack(StackName="leak")
    print("no administrator reads the private keys or the pepper, and no dynamic reference or named session the keys")


def refused(secrets, keys):
    try:
        secrets.get_secret_value(SecretId=keys)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDeniedException", error
    else:
        raise AssertionError(f"{keys} is readable")


def named_session(rights, keys, deployer):
    """As the deployer, a role does not read the keys in a session with the name of CloudFormation's sessions."""
    iam, secrets = client("iam"), client("secretsmanager")
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": trust})
    arn = iam.create_role(RoleName="release", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="release", PolicyName="all", PolicyDocument=json.dumps(rights))
    policy = secrets.get_resource_policy(SecretId=keys)["ResourcePolicy"]
    named = policy.replace(f"arn:aws:iam::{ACCOUNT}:{deployer}", arn)
    assert named != policy, policy
    secrets.put_resource_policy(SecretId=keys, ResourcePolicy=named)
    key = client("sts").assume_role(RoleArn=arn, RoleSessionName="AWSCloudFormation")["Credentials"]
    key = (key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])
    refused(session(key).client("secretsmanager"), keys)
    # Nothing but the policy denies it.
    secrets.delete_resource_policy(SecretId=keys)
    session(key).client("secretsmanager").get_secret_value(SecretId=keys)
    secrets.put_resource_policy(SecretId=keys, ResourcePolicy=policy)
    iam.delete_role_policy(RoleName="release", PolicyName="all")
    iam.delete_role(RoleName="release")


def before_deletion():
    """Records what must remain of the stack."""
    template = client("cloudformation").get_template(StackName=STACK, TemplateStage="Processed")
    template = template["TemplateBody"]["Resources"]
    ids = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources()}
    retained = [id for id, it in template.items() if it.get("DeletionPolicy") == "RetainExceptOnCreate"]
    # A secret's id is its ARN, with six characters after its name.
    names = {ids[id].split(":secret:")[1][:-7] if ":secret:" in ids[id] else ids[id] for id in retained}
    secrets = ("SigningKeys", "BootstrapCredentials", "IdempotencyPepper")
    adoptable = {id: ids[id] for id in ("Table", *secrets)}
    record = {"names": sorted(names), "ids": adoptable, "credentials": credentials(), "kids": sorted(published())}
    Path(os.environ["RETAINED"]).write_text(json.dumps(record))


def record():
    return json.loads(Path(os.environ["RETAINED"]).read_text())


def deleted():
    """Only the resources that the template retains remain."""
    assert remains() == record()["names"], (remains(), record()["names"])
    for id in ("SigningKeys", "IdempotencyPepper"):
        policy = client("secretsmanager").get_resource_policy(SecretId=record()["ids"][id])
        assert "GetSecretValue" in policy["ResourcePolicy"], id
    print(f"{len(remains())} resources remain, and the policies of the signing keys and the pepper")


def adopt():
    """Imports the table and the secrets into a new stack."""
    ids = record()["ids"]
    kinds = {"Table": ("AWS::DynamoDB::Table", "TableName")}
    imports = [
        {
            "LogicalResourceId": id,
            "ResourceType": kinds.get(id, ("AWS::SecretsManager::Secret", "Id"))[0],
            "ResourceIdentifier": {kinds.get(id, ("", "Id"))[1]: physical},
        }
        for id, physical in ids.items()
    ]
    for id in ("SigningKeys", "IdempotencyPepper"):
        by_deployer("secretsmanager").delete_resource_policy(SecretId=ids[id])
    formation = by_deployer("cloudformation")
    listed = formation.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert STACK in {summary["StackName"] for summary in listed}, listed
    change = {"StackName": STACK, "ChangeSetName": "adopt"}
    formation.create_change_set(
        **change,
        ChangeSetType="IMPORT",
        TemplateBody=Path("infra/adopt.yaml").read_text(),
        ResourcesToImport=imports,
        Parameters=[{"ParameterKey": "KmsKeyArn", "ParameterValue": os.environ["KMS_KEY"]}],
    )
    formation.get_waiter("change_set_create_complete").wait(**change, WaiterConfig={"Delay": 1})
    formation.execute_change_set(**change)
    formation.get_waiter("stack_import_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    print("imported the table and the three secrets")


def adopted():
    """The new stack has the clients and the signing keys of the deleted one."""
    before = record()
    assert {id: physical_id(id) for id in before["ids"]} == before["ids"]
    assert credentials() == before["credentials"]
    assert sorted(published()) == before["kids"], (published(), before["kids"])
    token()
    print("the first client's credentials and the signing keys are those of the deleted stack")


def permitted():
    """The page has every action that CloudFormation needed."""
    operations = Path(os.environ["OPERATIONS"]).read_text().splitlines()
    missing = rights.missing([*operations, "create Custom::Bootstrap"])
    assert not missing, missing
    print(f"{len(set(operations))} kinds of operations, each permitted by docs/deploying.md")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    globals()[command](*arguments)
