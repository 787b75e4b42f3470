"""Tests a running Latchkey with unmodified Python OAuth clients."""

import os
import time

# These clients accept plain HTTP, as on loopback, only with these variables.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import jwt
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata
from idpyoidc.message.oauth2 import ASConfigurationResponse
from idpyoidc.message.oidc import ProviderConfigurationResponse
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session as RequestsSession

from checks import check, equal, finish

URL = os.environ["LATCHKEY_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]


@check("the authorization server metadata names the base URL as its issuer")
def metadata():
    response = requests.get(f"{URL}/.well-known/oauth-authorization-server", timeout=10)
    response.raise_for_status()
    document = response.json()
    equal(document["issuer"], URL, "issuer")
    if "client_credentials" not in document["grant_types_supported"]:
        raise AssertionError("client_credentials is not among grant_types_supported")
    return document


@check("Authlib validates the authorization server metadata")
def authlib_metadata():
    AuthorizationServerMetadata(metadata).validate()


@check("idpyoidc verifies the authorization server metadata")
def idpyoidc_metadata():
    equal(ASConfigurationResponse(**metadata).verify(), True, "the result")


@check("the openid-configuration is the metadata with more members")
def openid_configuration():
    response = requests.get(f"{URL}/.well-known/openid-configuration", timeout=10)
    response.raise_for_status()
    document = response.json()
    equal({name: document[name] for name in metadata}, metadata, "the metadata in it")
    return document


@check("Authlib validates the openid-configuration")
def authlib_openid_configuration():
    OpenIDProviderMetadata(openid_configuration).validate()


@check("idpyoidc verifies the openid-configuration, except that there is no authorization endpoint")
def idpyoidc_openid_configuration():
    document = {**openid_configuration, "authorization_endpoint": f"{URL}/none"}
    ProviderConfigurationResponse(**document).verify(allow_http=True)


def authlib(method):
    session = AuthlibSession(CLIENT_ID, CLIENT_SECRET, token_endpoint_auth_method=method)
    token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    equal(token["token_type"].lower(), "bearer", "token_type")
    return session


@check("Authlib gets a token with client_secret_basic")
def authlib_basic():
    return authlib("client_secret_basic")


@check("Authlib gets a token with client_secret_post")
def authlib_post():
    return authlib("client_secret_post")


def backend_application(**how):
    session = RequestsSession(client=BackendApplicationClient(client_id=CLIENT_ID))
    return session.fetch_token(metadata["token_endpoint"], **how)


@check("requests-oauthlib's BackendApplicationClient gets a token with HTTP Basic")
def oauthlib_basic():
    return backend_application(auth=HTTPBasicAuth(CLIENT_ID, CLIENT_SECRET))


@check("requests-oauthlib's BackendApplicationClient gets a token with the secret in the body")
def oauthlib_post():
    return backend_application(client_secret=CLIENT_SECRET, include_client_id=True)


@check("requests-oauthlib reads invalid_client when the secret is wrong")
def oauthlib_wrong_secret():
    # The last character is part of a checksum, so the changed secret is malformed.
    wrong = CLIENT_SECRET[:-1] + ("a" if CLIENT_SECRET[-1] != "a" else "b")
    try:
        backend_application(auth=HTTPBasicAuth(CLIENT_ID, wrong))
    except InvalidClientError:
        return
    raise AssertionError("the client got a token")


@check("the JSON request of the README gets a token")
def json_request():
    response = requests.post(
        metadata["token_endpoint"],
        json={
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "audience": URL,
            "grant_type": "client_credentials",
        },
        timeout=10,
    )
    equal(response.status_code, 200, "status")
    token = response.json()
    equal((token["token_type"], token["expires_in"]), ("Bearer", 3600), "type and lifetime")
    return token


def signing_key():
    return jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(access_token())


def access_token():
    return oauthlib_basic["access_token"]


def verified(audience):
    return jwt.decode(
        access_token(),
        signing_key(),
        algorithms=["RS256", "ES256", "EdDSA"],
        audience=audience,
        issuer=URL,
        options={"require": ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"]},
    )


@check("PyJWT verifies the token with the published key set, and its RFC 9068 claims")
def claims():
    claims = verified(URL)
    equal(claims["client_id"], CLIENT_ID, "client_id")
    equal(claims["sub"], CLIENT_ID, "sub")
    equal(claims["exp"] - claims["iat"], 3600, "lifetime")
    if abs(claims["iat"] - time.time()) > 60:
        raise AssertionError(f"iat is {claims['iat']}, now is {time.time():.0f}")


@check("the token's header has the type at+jwt and the key's kid")
def header():
    header = jwt.get_unverified_header(access_token())
    equal(header["typ"], "at+jwt", "typ")
    equal(header["kid"], signing_key().key_id, "kid")


@check("PyJWT rejects the token for another audience")
def wrong_audience():
    try:
        verified("https://another.example")
    except jwt.InvalidAudienceError:
        return
    raise AssertionError("the token was accepted")


@check("Authlib's session calls the management API with its token")
def roles():
    response = authlib_post.get(
        f"{URL}/auth/roles", params={"filter[name]": "Builder Admin"}, timeout=10
    )
    equal(response.status_code, 200, "status")
    equal(response.headers["Content-Type"], "application/vnd.api+json", "Content-Type")
    role = response.json()["data"]
    equal((role["type"], role["attributes"]["name"]), ("auth/roles", "Builder Admin"), "the role")


@check("the management API rejects a request without a token, with a challenge")
def no_token():
    response = requests.get(f"{URL}/auth/roles", timeout=10)
    equal(response.status_code, 401, "status")
    equal(response.headers["WWW-Authenticate"].split()[0].lower(), "bearer", "the challenge")


@check("the management API rejects a token with a changed signature")
def changed_signature():
    signed, signature = access_token().rsplit(".", 1)
    # Change the first character: the last may consist of bits that the encoding ignores.
    changed = ("A" if signature[0] != "A" else "B") + signature[1:]
    response = requests.get(
        f"{URL}/auth/roles",
        headers={"Authorization": f"Bearer {signed}.{changed}"},
        timeout=10,
    )
    equal(response.status_code, 401, "status")


finish()
