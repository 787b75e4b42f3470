"""Calls an API with access tokens from Latchkey: reads paths from standard input and prints what the API
answers. Needs Python 3.9 and httpx."""

import os
import pathlib
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

URL = os.environ.get("LATCHKEY_URL", "http://127.0.0.1:3000")
API = os.environ.get("API_URL", URL)
MARGIN = 30  # seconds: replace a token this long before it expires
PATIENCE = 10  # seconds: the longest Retry-After to wait for


class PatientTransport(httpx.HTTPTransport):
    """Waits and tries again if the server asks for it."""

    def handle_request(self, request):
        for is_last in (False, False, True):
            response = super().handle_request(request)
            seconds = retry_after(response)
            if response.status_code not in (429, 503) or is_last or seconds > PATIENCE:
                return response
            response.close()
            time.sleep(seconds)


def retry_after(response):
    value = response.headers.get("Retry-After", "")
    return int(value) if value.isdecimal() else 1


class TokenError(Exception):
    """There is no token. Do not try again before `retry_after` seconds."""

    def __init__(self, message, retry_after=0):
        super().__init__(message)
        self.retry_after = retry_after


class Latchkey(httpx.Auth):
    """Adds an access token to requests. Any number of threads can share it."""

    def __init__(self, url, client_id, secret_file):
        self._url = f"{url}/oauth/token"
        self._client_id = client_id
        self._secret_file = pathlib.Path(secret_file)
        self._client = httpx.Client(transport=PatientTransport(), timeout=30)
        self._lock = threading.Lock()  # threads wait for one new token instead of getting one each
        self._token = None
        self._renew_at = 0.0
        self._blocked_until = 0.0

    def auth_flow(self, request):
        token = self.token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:  # once: if a new token does not help, the caller sees the 401
            request.headers["Authorization"] = f"Bearer {self.token(rejected=token)}"
            yield request

    def token(self, rejected=None):
        """Returns the cached token or, if it is old or `rejected`, a new one."""
        with self._lock:
            now = time.monotonic()
            if self._token == rejected or now >= self._renew_at:
                self._renew(now)
            return self._token

    def _renew(self, now):
        self._token, self._renew_at = None, 0.0
        if now < self._blocked_until:
            seconds = self._blocked_until - now
            raise TokenError(f"the token quota is used up: try again in {seconds:.0f} s", seconds)
        # Reads the secret anew, so that a rotation needs no restart.
        secret = self._secret_file.read_text().strip()
        form = {"grant_type": "client_credentials", "client_id": self._client_id, "client_secret": secret}
        response = self._client.post(self._url, data=form)
        if response.status_code != 200:
            seconds = retry_after(response) if response.status_code == 429 else 0
            self._blocked_until = time.monotonic() + seconds
            raise TokenError(f"no token: {response.status_code} {response.text}", seconds)
        token = response.json()
        self._token = token["access_token"]
        self._renew_at = now + token["expires_in"] - MARGIN


def main():
    auth = Latchkey(URL, os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET_FILE"])

    def get(path):
        if not path.startswith("/"):  # it could name another host, to which the token would go
            return "error: a path must begin with /"
        try:
            response = api.get(path)
            return f"{response.status_code} {response.text}"
        except (TokenError, httpx.HTTPError) as error:
            return f"error: {error}"

    with httpx.Client(base_url=API, auth=auth, transport=PatientTransport(), timeout=30) as api:
        with ThreadPoolExecutor() as pool:
            for line in sys.stdin:
                for answer in pool.map(get, line.split()):
                    print(answer, flush=True)


if __name__ == "__main__":
    main()
