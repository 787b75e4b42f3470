"""Tests a running Latchkey with more unmodified Python clients."""

import asyncio
import json
import logging
import os
import re
import socket
from concurrent.futures import ThreadPoolExecutor

# Authlib accepts plain HTTP, as on loopback, only with this variable.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import confluent_kafka
import httpx
import joserfc.jwk
import joserfc.jwt
import jwcrypto.jwk
import jwcrypto.jwt
import pulsar
import requests
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.integrations.httpx_client import OAuth2Client as AuthlibClient
from httpx_auth import OAuth2ClientCredentials
from requests_oauth2client import ClientSecretBasic, ClientSecretPost, OAuth2Client
from requests_oauth2client import OAuth2ClientCredentialsAuth

from checks import check, equal, finish

URL = os.environ["LATCHKEY_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
TOKEN_ENDPOINT = f"{URL}/oauth/token"
ROLES = f"{URL}/auth/roles"


def discovered(authentication):
    return OAuth2Client.from_discovery_endpoint(
        url=f"{URL}/.well-known/oauth-authorization-server",
        issuer=URL,
        auth=authentication,
        testing=True,  # accepts plain HTTP
    )


for authentication in (ClientSecretBasic, ClientSecretPost):

    @check(f"requests_oauth2client gets a token with {authentication.__name__} and a resource")
    def granted():
        client = discovered(authentication(CLIENT_ID, CLIENT_SECRET))
        token = client.client_credentials(resource=URL)
        equal((token.token_type.lower(), token.is_expired()), ("bearer", False), "type and expiry")
        return token


@check("requests_oauth2client calls the management API with its own tokens")
def requests_session():
    client = discovered(ClientSecretBasic(CLIENT_ID, CLIENT_SECRET))
    response = requests.get(ROLES, auth=OAuth2ClientCredentialsAuth(client), timeout=10)
    equal(response.status_code, 200, "status")


@check("httpx-auth calls the management API with its own tokens")
def httpx_auth():
    auth = OAuth2ClientCredentials(TOKEN_ENDPOINT, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    equal(httpx.get(ROLES, auth=auth).status_code, 200, "status")


@check("Authlib's httpx client gets a token and calls the management API")
def authlib_httpx():
    with AuthlibClient(CLIENT_ID, CLIENT_SECRET, token_endpoint=TOKEN_ENDPOINT) as client:
        client.fetch_token(grant_type="client_credentials")
        equal(client.get(ROLES).status_code, 200, "status")


@check("Authlib's asynchronous httpx client gets a token and calls the management API")
def authlib_async():
    async def run():
        async with AsyncOAuth2Client(CLIENT_ID, CLIENT_SECRET, token_endpoint=TOKEN_ENDPOINT) as client:
            await client.fetch_token(grant_type="client_credentials")
            equal((await client.get(ROLES)).status_code, 200, "status")

    asyncio.run(run())


def key_set():
    return requests.get(f"{URL}/.well-known/jwks.json", timeout=10)


@check("joserfc verifies the token and its claims with the published key set")
def with_joserfc():
    keys = joserfc.jwk.KeySet.import_key_set(key_set().json())
    token = joserfc.jwt.decode(granted.access_token, keys, algorithms=["RS256"])
    equal(token.header["typ"], "at+jwt", "typ")
    expected = {"iss": URL, "aud": URL, "client_id": CLIENT_ID}
    options = {name: {"essential": True, "value": value} for name, value in expected.items()}
    joserfc.jwt.JWTClaimsRegistry(**options).validate(token.claims)


@check("jwcrypto verifies the token and its claims with the published key set")
def with_jwcrypto():
    keys = jwcrypto.jwk.JWKSet.from_json(key_set().text)
    expected = {"iss": URL, "aud": URL, "client_id": CLIENT_ID, "exp": None}
    jwcrypto.jwt.JWT(jwt=granted.access_token, key=keys, algs=["RS256"], check_claims=expected)


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def kafka(secret):
    """What librdkafka logs when it has a token, and the codes of its errors. There is no broker."""
    logger = logging.Logger("kafka")
    lines, errors = Lines(), []
    logger.addHandler(lines)
    producer = confluent_kafka.Producer(
        {
            "bootstrap.servers": "127.0.0.1:9",
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanisms": "OAUTHBEARER",
            "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.client.id": CLIENT_ID,
            "sasl.oauthbearer.client.secret": secret,
            "sasl.oauthbearer.token.endpoint.url": TOKEN_ENDPOINT,
            "error_cb": lambda error: errors.append(error.code()),
            "debug": "security",
        },
        logger=logger,
    )
    rejected = confluent_kafka.KafkaError._AUTHENTICATION
    for _ in range(100):
        producer.poll(0.2)
        has_token = any("after setting OAUTHBEARER token" in line for line in lines.lines)
        if has_token or rejected in errors:
            break
    return has_token, rejected in errors


@check("confluent-kafka gets a token (sasl.oauthbearer.method=oidc)")
def kafka_token():
    equal(kafka(CLIENT_SECRET), (True, False), "token and error")


@check("confluent-kafka reports that a wrong secret is rejected")
def kafka_wrong_secret():
    wrong = CLIENT_SECRET[:-1] + ("a" if CLIENT_SECRET[-1] != "a" else "b")
    equal(kafka(wrong), (False, True), "token and error")


def first_message(broker):
    connection, _ = broker.accept()
    with connection:
        return connection.recv(65536)


@check("pulsar-client discovers the endpoint and connects with a token")
def pulsar_token():
    # A broker that reads the first message, which has the token, and hangs up.
    with socket.create_server(("127.0.0.1", 0)) as broker, ThreadPoolExecutor() as pool:
        broker.settimeout(20)
        message = pool.submit(first_message, broker)
        parameters = {"issuer_url": URL, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "audience": URL}
        client = pulsar.Client(
            f"pulsar://127.0.0.1:{broker.getsockname()[1]}",
            authentication=pulsar.AuthenticationOauth2(json.dumps(parameters)),
            connection_timeout_ms=2000,
            operation_timeout_seconds=2,
            logger=pulsar.FileLogger(pulsar.LoggerLevel.Error, os.devnull),
        )
        try:
            client.create_producer("topic")
        except pulsar.PulsarException:
            pass  # the broker does not answer
        client.close()
        token = re.search(rb"eyJ[\w-]+\.[\w-]+\.[\w-]+", message.result())
    response = requests.get(ROLES, headers={"Authorization": b"Bearer " + token.group()}, timeout=10)
    equal(response.status_code, 200, "status")


finish()
