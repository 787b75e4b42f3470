"""What ministack's CloudFormation lacks for Latchkey's stacks; emulator.py loads it.

- Generated names are random, so that a retained resource does not collide with that of the next stack.
- A table with deletion protection cannot be deleted.
- A secret can be imported. An import, an update and a dynamic reference read the secret with the credentials
  of the caller, and `aws:CalledVia` says so. The caller's rights and the resource policy apply.
- Reserved concurrency is limited by that of the account, and a role has its permissions boundary.
- The file that the variable OPERATIONS names gets a line for each operation on a resource, such as
  `create AWS::IAM::Role`.
"""

import contextvars
import functools
import json
import os
import re
import secrets
import string

from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.core.router import extract_access_key_id
from ministack.services import dynamodb, iam, secretsmanager
from ministack.services.cloudformation import changesets, engine, provisioners

resources = provisioners._RESOURCE_HANDLERS
caller = contextvars.ContextVar("caller", default="")


def pin_caller(headers, query=None):
    caller.set(extract_access_key_id(headers or {}, query or {}))
    return pin_request_caller(headers, query)


pin_request_caller, iam_evaluator.pin_request_caller = iam_evaluator.pin_request_caller, pin_caller


# Names.


def name_by(kind, member, form):
    """Generates the names of a type, and keeps them in updates."""
    create, update = resources[kind]["create"], resources[kind]["update"]

    def created(logical_id, properties, stack_name):
        suffix = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(12))
        name = form.format(stack=stack_name, id=logical_id, suffix=suffix)
        return create(logical_id, {member: name, **properties}, stack_name)

    def updated(name, old, new, stack_name, logical_id=None):
        if new.get(member, name) == name:
            old, new = {**old, member: name}, {**new, member: name}
        return update(name, old, new, stack_name, logical_id)

    resources[kind].update(create=created, update=updated)


name_by("AWS::DynamoDB::Table", "TableName", "{stack}-{id}-{suffix}")
name_by("AWS::Logs::LogGroup", "LogGroupName", "{stack}-{id}-{suffix}")
# CloudFormation leaves the name of the stack out.
name_by("AWS::SecretsManager::Secret", "Name", "{id}-{suffix}")


# Tables: deletion protection.


def delete_table(name, properties):
    if dynamodb._tables.get(name, {}).get("DeletionProtectionEnabled"):
        raise ValueError("Resource cannot be deleted as it is currently protected against deletion.")
    return drop_table(name, properties)


drop_table = resources["AWS::DynamoDB::Table"]["delete"]
resources["AWS::DynamoDB::Table"]["delete"] = delete_table


# Functions: an account has 1,000 concurrent executions, and 100 of them cannot be reserved.


def create_function(logical_id, properties, stack_name):
    if int(properties.get("ReservedConcurrentExecutions", 0)) > 900:
        raise ValueError(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            "UnreservedConcurrentExecution below its minimum value of [100]."
        )
    return create_any_function(logical_id, properties, stack_name)


create_any_function = resources["AWS::Lambda::Function"]["create"]
resources["AWS::Lambda::Function"]["create"] = create_function


# Roles: the permissions boundary.


def set_boundary(handler):
    @functools.wraps(handler)
    def bounded(*arguments, **named):
        name, attributes = handler(*arguments, **named)
        # The properties of a create, or the new ones of an update.
        properties = arguments[1] if isinstance(arguments[2], str) else arguments[2]
        iam._roles[name]["PermissionsBoundary"] = properties.get("PermissionsBoundary")
        return name, attributes

    return bounded


for operation in ("create", "update"):
    resources["AWS::IAM::Role"][operation] = set_boundary(resources["AWS::IAM::Role"][operation])


# Secrets: Ref returns the ARN, a secret without a value has no version, and the handlers read the value.


def read_secret(arn):
    denied = iam_evaluator.enforce(
        caller.get(),
        "secretsmanager:GetSecretValue",
        "secretsmanager",
        get_region(),
        arn,
        {"aws:CalledVia": ["cloudformation.amazonaws.com"]},
    )
    if denied:
        raise ValueError(f"{denied.principal_arn} is not authorized to perform secretsmanager:GetSecretValue")


def create_secret(logical_id, properties, stack_name):
    name, attributes = create_with_value(logical_id, properties, stack_name)
    if not {"SecretString", "GenerateSecretString"} & properties.keys():
        secretsmanager._secrets[name]["Versions"].clear()
    return attributes["Arn"], attributes


def update_secret(arn, old, new, stack_name, logical_id=None):
    read_secret(arn)
    name = secretsmanager._resolve(arn)[1]["Name"]
    _, attributes = update_by_name(name, old, new, stack_name, logical_id)
    return arn, attributes


def delete_secret(arn, properties):
    _, secret = secretsmanager._resolve(arn)
    if secret:
        provisioners._sm_secret_delete(secret["Name"], properties)


def import_secret(identifier):
    read_secret(identifier["Id"])
    return identifier["Id"], {"Id": identifier["Id"], "Arn": identifier["Id"]}


def secret_problem(arn):
    return None if secretsmanager._resolve(arn)[1] else f"{arn} was not found"


secret_handlers = resources["AWS::SecretsManager::Secret"]
create_with_value, update_by_name = secret_handlers["create"], secret_handlers["update"]
secret_handlers.update(
    {"create": create_secret, "update": update_secret, "delete": delete_secret, "import": import_secret}
)
changesets._IMPORT_LOOKUPS["AWS::SecretsManager::Secret"] = (("Id",), secret_problem)


def resolve_reference(literal):
    if secret := re.match(r"{{resolve:secretsmanager:(arn:[^:]+:[^:]+:[^:]*:[^:]+:secret:[^:}]+)", literal):
        read_secret(secret[1])
    return resolve_any_reference(literal)


resolve_any_reference, engine._resolve_dynamic_reference = (
    engine._resolve_dynamic_reference,
    resolve_reference,
)


# Resource policies of secrets.


def put_policy(_, properties, *more):
    policy = properties["ResourcePolicy"]
    policy = policy if isinstance(policy, str) else json.dumps(policy)
    secret = properties["SecretId"]
    status, _, body = secretsmanager._put_resource_policy({"SecretId": secret, "ResourcePolicy": policy})
    if status >= 400:
        raise ValueError(body)
    return secret, {}


def create_policy(logical_id, properties, stack_name):
    # A create handler must not take over an existing resource.
    if secretsmanager._resource_policies.get(secretsmanager._resolve(properties["SecretId"])[1]["ARN"]):
        raise ValueError("The secret already has a resource policy.")
    return put_policy(logical_id, properties)


resources["AWS::SecretsManager::ResourcePolicy"] = {
    "create": create_policy,
    "update": lambda secret, old, new, stack_name: put_policy(None, new),
    "delete": lambda secret, properties: secretsmanager._delete_resource_policy({"SecretId": secret}),
}


def record_operations():
    """Records the operations. Called last, because the handlers must be complete."""

    def recorded(kind, operation, handler):
        @functools.wraps(handler)
        def record(*arguments, **named):
            with open(os.environ["OPERATIONS"], "a") as operations:
                print(operation, kind, file=operations)
            return handler(*arguments, **named)

        return record

    for kind, handlers in resources.items():
        for operation in {"create", "update", "delete", "import"} & handlers.keys():
            handlers[operation] = recorded(kind, operation, handlers[operation])
