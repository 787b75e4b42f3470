"""Commands that check a stack of Latchkey on ministack.

Every command uses the AWS API at AWS_ENDPOINT_URL. The variable STACK names the stack.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import boto3

from runtime_api import answer

STACK = os.environ["STACK"]

def client(service):
    return boto3.client(service)


def stack():
    return client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]


def output(name):
    return next(o["OutputValue"] for o in stack()["Outputs"] if o["OutputKey"] == name)


def resources():
    pages = client("cloudformation").get_paginator("list_stack_resources")
    return [
        resource
        for page in pages.paginate(StackName=STACK)
        for resource in page["StackResourceSummaries"]
    ]


def physical_id(logical_id):
    found = (r for r in resources() if r["LogicalResourceId"] == logical_id)
    return next(found)["PhysicalResourceId"]


def credentials():
    secret = client("secretsmanager").get_secret_value(SecretId=output("BootstrapCredentialsSecret"))
    return json.loads(secret["SecretString"])


def request(method, path, token=None, document=None, form=None):
    """Sends a request to the API, and returns the status and the JSON body."""
    url = api_url()
    host = url.removeprefix("http://")
    # Names under localhost are this machine (RFC 6761 section 6.3), but not every resolver supports that.
    request = urllib.request.Request("http://127.0.0.1:" + host.split(":")[1] + path, method=method)
    request.add_header("host", host)
    if token:
        request.add_header("authorization", f"Bearer {token}")
    if document:
        request.data = json.dumps(document).encode()
        request.add_header("content-type", "application/vnd.api+json")
    if form:
        request.data = urllib.parse.urlencode(form).encode()
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    body = answer.read()
    return answer.status, json.loads(body) if body else None


def api_url():
    return output("ApiUrl").rstrip("/")


def token():
    first = credentials()
    form = {
        "grant_type": "client_credentials",
        "client_id": first["client_id"],
        "client_secret": first["client_secret"],
    }
    status, body = request("POST", "/oauth/token", form=form)
    assert status == 200, (status, body)
    return body["access_token"]


def url():
    print(api_url())


def first_credentials():
    first = credentials()
    print(first["client_id"], first["client_secret"])


def bootstrap():
    """Invokes bootstrap again: that must change nothing."""
    first = credentials()
    answer = client("lambda").invoke(FunctionName=output("BootstrapFunctionName"), Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    assert credentials() == first


# The arm64 binaries.

QEMU = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"]


def route_key(method, path):
    """The route key that API Gateway selects, by which a function finds its handler."""
    if path == "/":
        return "$default"
    parts = path.split("/")
    if path.startswith("/auth/") and len(parts) > 3:
        parts[3] = "{id}"
    return f"{method} {'/'.join(parts)}"


def http_event(method, path, access_token=None, body=None, content_type="application/vnd.api+json"):
    """An API Gateway event, payload format 2.0."""
    domain = api_url().removeprefix("http://").split(":")[0]
    headers = {"host": domain, "content-type": content_type}
    if access_token:
        headers["authorization"] = f"Bearer {access_token}"
    path, _, query = path.partition("?")
    return {
        "version": "2.0",
        "routeKey": route_key(method, path),
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": domain.split(".")[0],
            "domainName": domain,
            "domainPrefix": domain.split(".")[0],
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "smoke",
            },
            "requestId": "1",
            "routeKey": route_key(method, path),
            "stage": "$default",
            "time": "15/Jan/2027:08:00:00 +0000",
            "timeEpoch": 1800000000000,
        },
        "pathParameters": {"id": path.split("/")[3]} if path.count("/") > 2 else None,
        "body": body,
        "isBase64Encoded": False,
    }


def smoke(build):
    """Runs each binary of the build with one event, in the environment of the stack's function."""
    admin, first = token(), credentials()
    made = make_client(admin, {})
    one = f"/auth/app-clients/{made['id']}"
    form = "grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}"
    change = {"type": "auth/app-clients", "id": made["id"], "attributes": {"name": "Smoke"}}
    role = {"type": "auth/roles", "attributes": {"name": f"Smoke {uuid.uuid4()}"}}
    asked = [{"action": "IAM:GetRole", "resource": "IAM:Role:*"}]
    question = {"type": "auth/decisions", "attributes": {"requests": asked}}
    keys = client("secretsmanager").describe_secret(SecretId=physical_id("SigningKeys"))
    versions = keys["VersionIdsToStages"]
    current = next(id for id, labels in versions.items() if "AWSCURRENT" in labels)
    step = {"Step": "testSecret", "SecretId": keys["ARN"], "ClientRequestToken": current}
    events = {
        "BootstrapFunction": ({}, None),
        "RotateSigningKeyFunction": (step, None),
        "TokenFunction": (
            http_event(
                "POST",
                "/oauth/token",
                body=form.format(**first),
                content_type="application/x-www-form-urlencoded",
            ),
            200,
        ),
        "MetadataFunction": (http_event("GET", "/.well-known/jwks.json"), 200),
        "DefaultRouteFunction": (http_event("GET", "/"), 404),
        "CreateClientFunction": (
            http_event("POST", "/auth/app-clients", admin, json.dumps(new_client(admin, {}))),
            201,
        ),
        "GetClientFunction": (http_event("GET", one, admin), 200),
        "UpdateClientFunction": (http_event("PATCH", one, admin, json.dumps({"data": change})), 200),
        "RotateSecretFunction": (http_event("POST", f"{one}/rotate-secret", admin), 200),
        "GetRoleFunction": (http_event("GET", "/auth/roles", admin), 200),
        "ManageRoleFunction": (http_event("POST", "/auth/roles", admin, json.dumps({"data": role})), 201),
        "DecideFunction": (http_event("POST", "/auth/decisions", admin, json.dumps({"data": question})), 200),
        "DeleteClientFunction": (http_event("DELETE", one, admin), 204),
    }
    # With a key, these functions read the pepper.
    for function in ("CreateClientFunction", "RotateSecretFunction"):
        events[function][0]["headers"]["idempotency-key"] = str(uuid.uuid4())
    for function in sorted(path.parent.name for path in Path(build).glob("*/bootstrap")):
        # Last, because other functions need the client.
        if function != "DeleteClientFunction":
            smoke_one(build, function, *events[function])
    smoke_one(build, "DeleteClientFunction", *events["DeleteClientFunction"])


def smoke_one(build, function, event, expected):
    configuration = client("lambda").get_function_configuration(FunctionName=physical_id(function))
    environment = {**os.environ, **configuration["Environment"]["Variables"]}
    kind, body = answer([*QEMU, f"{build}/{function}/bootstrap"], environment, event)
    assert kind == "response", (function, kind, body)
    found = body["statusCode"] if expected else None
    assert found == expected, (function, body)
    assert function != "MetadataFunction" or "keys" in json.loads(body["body"]), body
    print(f"{function}: {found or 'done'}")


# What the stack must do.


def new_client(access_token, attributes):
    _, found = request("GET", "/auth/roles?filter[name]=Builder%20Admin", access_token)
    return {
        "data": {
            "type": "auth/app-clients",
            "attributes": {
                "type": "machine_to_machine",
                "name": "Proof",
                "userType": "builder",
                **attributes,
            },
            "relationships": {
                "auth/roles": {"data": {"type": "auth/roles", "id": found["data"]["id"]}}
            },
        }
    }


def make_client(access_token, attributes):
    document = new_client(access_token, attributes)
    status, body = request("POST", "/auth/app-clients", access_token, document)
    assert status == 201, (status, body)
    return body["data"]


def is_accepted(access_token):
    return request("GET", "/auth/roles", access_token)[0] == 200


def rotation():
    """RotateSecret runs the four steps of the deployed function. Existing tokens stay valid."""
    secrets, keys = client("secretsmanager"), physical_id("SigningKeys")
    before, kids = token(), published()
    version = secrets.rotate_secret(SecretId=keys)["VersionId"]
    labels = secrets.describe_secret(SecretId=keys)["VersionIdsToStages"]
    assert "AWSCURRENT" in labels[version], labels
    after = published()
    assert kids < after, (kids, after)
    assert is_accepted(before)
    assert is_accepted(token())
    print(f"published before: {len(kids)} key, after: {len(after)}; older tokens are still accepted")


def published():
    status, body = request("GET", "/.well-known/jwks.json")
    assert status == 200, (status, body)
    return {key["kid"] for key in body["keys"]}


def updated(quota):
    """An update keeps the clients and their credentials, and applies the new parameter."""
    made = make_client(token(), {})
    assert made["attributes"]["tokenQuota"] == int(quota), made["attributes"]["tokenQuota"]
    print("the first client's credentials are valid, and the new quota applies")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    globals()[command](*arguments)
