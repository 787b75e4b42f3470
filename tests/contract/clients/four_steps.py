"""The four steps with the Python client that openapi-python-client generates from docs/openapi.json."""

import base64
import os

from latchkey_client import AuthenticatedClient
from latchkey_client.api.app_clients import create_app_client, delete_app_client, get_app_client
from latchkey_client.api.roles import list_roles
from latchkey_client.api.tokens import issue_token
from latchkey_client.models import (
    AppClientDocument,
    ErrorDocument,
    NewAppClient,
    NewAppClientData,
    NewAppClientDataAttributes,
    Role,
    RoleAssignment,
    RoleAssignmentAuthroles,
    RoleIdentifier,
    Roles,
    TokenRequest,
    TokenResponse,
)

URL = os.environ["LATCHKEY_URL"]


def authenticated(client_id: str, client_secret: str) -> AuthenticatedClient:
    basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    client = AuthenticatedClient(base_url=URL, token=basic, prefix="Basic")
    token = issue_token.sync(client=client, body=TokenRequest(grant_type="client_credentials"))
    assert isinstance(token, TokenResponse), token
    return AuthenticatedClient(base_url=URL, token=token.access_token)


def main() -> None:
    administrator = authenticated(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])

    # 1. Look up the role.
    roles = list_roles.sync(client=administrator, filtername="Builder Admin")
    assert isinstance(roles, Roles) and isinstance(roles.data, Role), roles

    # 2. Create the App Client.
    identifier = RoleIdentifier(type_="auth/roles", id=roles.data.id)
    document = NewAppClient(
        data=NewAppClientData(
            type_="auth/app-clients",
            attributes=NewAppClientDataAttributes(
                type_="machine_to_machine", name="Generated: Python", user_type="builder"
            ),
            relationships=RoleAssignment(authroles=RoleAssignmentAuthroles(data=identifier)),
        )
    )
    created = create_app_client.sync(client=administrator, body=document)
    assert isinstance(created, AppClientDocument), created
    secret = created.data.attributes.client_secret
    assert isinstance(secret, str)

    # 3. Exchange its credentials for an access token.
    own = authenticated(created.data.attributes.client_id, secret)

    # 4. Call the API with the token.
    shown = get_app_client.sync(id=created.data.id, client=own)
    assert isinstance(shown, AppClientDocument), shown
    assert shown.data.attributes.name == "Generated: Python"

    # A refusal is a value of the client too.
    deleted = delete_app_client.sync_detailed(id=created.data.id, client=administrator)
    assert deleted.status_code == 204, deleted
    refused = get_app_client.sync(id=created.data.id, client=administrator)
    assert isinstance(refused, ErrorDocument) and refused.errors[0].code == "not_found", refused


if __name__ == "__main__":
    main()
    print("ok - the generated Python client does the four steps")
