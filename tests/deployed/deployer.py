"""The deployer's policy in docs/deploying.md, and the actions that CloudFormation needs for its operations.

handlers.json has the permissions that the schemas of the resource types declare for their handlers (August
2026). `aws cloudformation describe-type --type RESOURCE --type-name AWS::IAM::Role` prints one.
"""

import fnmatch
import json
import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "../../docs/deploying.md"

# Actions that the resource types declare for properties that the templates do not set, by type.
UNUSED = {
    "AWS::ApiGatewayV2::Api": "s3:getObject",
    # Imports, replicas, streams to Kinesis, contributor insights and resource policies.
    "AWS::DynamoDB::Table": """
        dynamodb:*Import* dynamodb:*Item dynamodb:Query dynamodb:Scan dynamodb:*Replica dynamodb:Disable*
        dynamodb:Enable* dynamodb:UpdateContributorInsights dynamodb:UpdateKinesis* dynamodb:PutResourcePolicy
        dynamodb:DeleteResourcePolicy iam:* kinesis:* logs:* s3:*
    """,
    "AWS::IAM::ManagedPolicy": "iam:*GroupPolicy iam:*UserPolicy",
    # Networks, file systems, code signing, layers, instances and runtime versions.
    "AWS::Lambda::Function": """
        ec2:* elasticfilesystem:* s3files:* lambda:DeleteFunctionCodeSigningConfig
        lambda:PutFunctionCodeSigningConfig lambda:GetLayerVersion lambda:PassCapacityProvider
        lambda:PublishVersion lambda:PutFunctionRecursionConfig lambda:PutFunctionScalingConfig
        lambda:PutRuntimeManagementConfig
    """,
    "AWS::Logs::LogGroup": "logs:PutDataProtectionPolicy logs:DeleteDataProtectionPolicy firehose:* s3:*",
    # Replication, object lock, metadata tables and notifications of the bucket that SAM creates.
    "AWS::S3::Bucket": """
        iam:* s3tables:* s3:*MetadataTable* s3:Delete* s3:*Accelerate* s3:*Analytics* s3:*Intelligent*
        s3:*Inventory* s3:*Lifecycle* s3:*Metrics* s3:*ObjectLock* s3:*Replication* s3:PutObjectAcl
    """,
    # Replicas.
    "AWS::SecretsManager::Secret": "secretsmanager:*Replica*",
    # The role of an external secret.
    "AWS::SecretsManager::RotationSchedule": "iam:PassRole",
}
# Further actions of an operation: a custom resource and a domain are no resource types with a schema, and
# API Gateway creates the delivery of the access log.
MORE = {
    ("create", "AWS::ApiGatewayV2::Stage"): """
        logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies
        logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery
    """,
    ("create", "Custom::Bootstrap"): "lambda:InvokeFunction",
}


def page_policy(account):
    """The policy on the page, for an account."""
    [document] = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return json.loads(document.replace("111122223333", account))


def key_actions():
    """The actions that the page lists for KmsKeyArn."""
    [row] = re.findall(r"^\| `KmsKeyArn` \|(.*)\|$", PAGE.read_text(), re.MULTILINE)
    return re.findall(r"`(\w+:\w+)`", row)


def needed(operations):
    """The actions that CloudFormation calls for operations such as `create AWS::IAM::Role`."""
    handlers = json.loads((HERE / "handlers.json").read_text())
    for operation, kind in sorted({tuple(line.split()) for line in operations}):
        declared = handlers.get(kind, {})
        # After a create, an update and an import, CloudFormation reads the resource.
        steps = {"import": ["read"], "delete": ["delete"]}.get(operation, [operation, "read"])
        actions = " ".join(declared.get(step, "") for step in steps).split()
        assert actions or (operation, kind) in MORE, f"tests/deployed/handlers.json lacks {operation} {kind}"
        unused = UNUSED.get(kind, "").split()
        actions = [action for action in actions if not matches(action, unused)]
        for action in actions + MORE.get((operation, kind), "").split():
            yield action, f"{operation} {kind}"


def matches(action, patterns):
    return any(fnmatch.fnmatch(action.lower(), pattern.lower()) for pattern in patterns)


def missing(operations):
    """The needed actions that the page does not have."""
    allowed = key_actions()
    for statement in page_policy("111122223333")["Statement"]:
        actions = statement["Action"]
        allowed += [actions] if isinstance(actions, str) else actions
    return [f"{action} ({use})" for action, use in needed(operations) if not matches(action, allowed)]
