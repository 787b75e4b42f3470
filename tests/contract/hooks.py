"""Hooks of schemathesis for both runs in tests/contract/run."""

import itertools
import os
import uuid

import schemathesis

# The App Client whose token the requests carry, if they carry one.
OWN = os.environ.get("LATCHKEY_OWN_ID")
ANOTHER = "00000000-0000-4000-8000-000000000000"
KEYS = itertools.count()
# The managed roles, the weakest one first.
ROLES = (
    "c58f27a6-0d9b-4e61-b3f4-718a6e5d2c04",
    "3e9d5b74-1f0a-4c2b-a6d8-94e7b2c85d03",
    "b0a4e1d3-7c86-4d43-8a55-5d1e0c9b7f02",
    "6f1c0f2e-52f5-4a7c-9f0d-2c7c9f1f3a01",
)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps the requests from deleting, disabling or rotating the client whose token they carry, and valid
    requests from carrying an empty precondition or the key of another request."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        # The pattern requires quotes or an asterisk. The coverage phase generates letters and digits alone for a
        # header, and ends up with an empty one. An empty precondition is rejected, as the pattern says.
        for field in ("If-Match", "If-None-Match"):
            if case.headers.get(field) == "":
                del case.headers[field]
        # Generated keys are short, so different requests would carry the same one.
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"key-{next(KEYS)}"
    # PUT, PATCH and DELETE on this path are requests of /auth/app-clients/{id}, for which `me` is no ID.
    if case.path == "/auth/app-clients/me" and case.method in ("PUT", "PATCH", "DELETE"):
        case.method = "TRACE"
    if OWN is not None and case.path_parameters.get("id") == OWN and case.method != "GET":
        case.path_parameters["id"] = ANOTHER


@schemathesis.hook
def map_body(context, body):
    """Assigns roles that exist, each once, so that requests get further than the refusal of others."""
    try:
        data = body["data"]["relationships"]["auth/roles"]["data"]
        identifiers = data if isinstance(data, list) else [data]
        for identifier in identifiers:
            uuid.UUID(identifier["id"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return body
    # As many as exist.
    existing = [identifier | {"id": role} for identifier, role in zip(identifiers, ROLES)]
    leaf = existing if isinstance(data, list) else existing[0]
    return replaced(body, ("data", "relationships", "auth/roles", "data"), leaf)


def replaced(value, path, leaf):
    """A copy of nested objects with another value at the path."""
    if not path:
        return leaf
    return value | {path[0]: replaced(value[path[0]], path[1:], leaf)}


# Attributes with rules that the schema does not express: schemathesis.toml says which.
UNEXPRESSED = (
    "name", "description", "clientId", "clientSecret", "createdAt", "updatedAt", "expiresAt", "lastFour", "lastUsedOn",
    "accessPolicy", "isManaged", "permissions", "requests", "token",
)


@schemathesis.check
def valid_attributes_are_accepted(context, response, case):
    """Limits the exceptions in schemathesis.toml to the attributes that need them."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.operation.path.startswith("/auth/") and response.status_code in (400, 403, 422):
        for error in response.json()["errors"]:
            _, is_attribute, name = error.get("source", {}).get("pointer", "").partition("/data/attributes/")
            # JSON Schema counts 900.0 as an integer, and the service does not.
            name = name.partition("/")[0]
            is_fraction = error["detail"].endswith(" must be an integer.")
            if is_attribute and name not in UNEXPRESSED and not is_fraction:
                raise AssertionError(f"a valid {name} is rejected: {error['detail']}")


@schemathesis.check
def only_preconditions_get_304_and_412(context, response, case):
    """Limits the exceptions in schemathesis.toml to requests that carry a precondition."""
    fields = {304: ["If-None-Match"], 412: ["If-Match", "If-None-Match"]}.get(response.status_code)
    if fields is not None and not any(field in response.request.headers for field in fields):
        raise AssertionError(f"{response.status_code} without {' or '.join(fields)}")


if OWN is None:

    @schemathesis.check
    def requests_without_a_token_get_401(context, response, case):
        is_declared = case.method.upper() == case.operation.method.upper()
        if is_declared and case.operation.path.startswith("/auth/") and response.status_code != 401:
            raise AssertionError(f"{case.method} {case.operation.path}: {response.status_code}, not 401")
