"""Creates an App Client, gets a token for it, and runs a command with both.

    with_token.py COMMAND [ARGUMENT…]

The client is an administrator with the largest quota and the longest lifetime. The variables LATCHKEY_OWN_ID
and LATCHKEY_TOKEN have its id and its token.
"""

import json
import os
import sys
import urllib.parse
import urllib.request

URL = os.environ["LATCHKEY_URL"]


def call(path, body=None, **headers):
    request = urllib.request.Request(URL + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def token(client_id, secret):
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return call("/oauth/token", urllib.parse.urlencode(form).encode())["access_token"]


def main():
    bearer = "Bearer " + token(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    query = urllib.parse.urlencode({"filter[name]": "Builder Admin"})
    role = call(f"/auth/roles?{query}", Authorization=bearer)["data"]["id"]
    document = {
        "type": "auth/app-clients",
        "attributes": {
            "type": "machine_to_machine",
            "name": "Contract",
            "userType": "builder",
            "accessTokenLifetime": 86_400,
            "tokenQuota": 1_000_000,
        },
        "relationships": {"auth/roles": {"data": {"type": "auth/roles", "id": role}}},
    }
    body = json.dumps({"data": document}).encode()
    created = call("/auth/app-clients", body, Authorization=bearer, Content_Type="application/vnd.api+json")["data"]
    attributes = created["attributes"]
    os.environ["LATCHKEY_OWN_ID"] = created["id"]
    os.environ["LATCHKEY_TOKEN"] = token(attributes["clientId"], attributes["clientSecret"])
    # The token endpoint is called with the same client's credentials, for the sake of its quota.
    os.environ["CLIENT_ID"] = attributes["clientId"]
    os.environ["CLIENT_SECRET"] = attributes["clientSecret"]
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
