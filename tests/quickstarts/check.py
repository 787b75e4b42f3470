"""Runs the programs in docs/quickstarts/ against a running Latchkey, each with an App Client of its own.

    check.py NAME=COMMAND...

Each program reaches the service through a proxy that counts its requests. The proxy also decides what happens
between two of them: it enables a client again before the program learns that its token was rejected.
"""

import http.client
import http.server
import json
import os
import pathlib
import queue
import shlex
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

URL = os.environ["LATCHKEY_URL"]
ADMIN = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]
# A role that may call the management API, which is the API that the programs call here.
ROLE = "Care Team User"
PATH = "/auth/roles"
LIFETIME = 60  # seconds: the shortest that the service has
MARGIN = 30  # seconds: of the programs
# Only for a program that hangs, or sleeps for an hour: the checks fail without it too, but later.
HANGS = 60


def request(method, path, body=None, headers=None):
    host = urllib.parse.urlsplit(URL)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=60)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    answer = response.status, response.getheaders(), response.read()
    connection.close()
    return answer


class Administrator:
    def __init__(self):
        form = {"grant_type": "client_credentials", "client_id": ADMIN[0], "client_secret": ADMIN[1]}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, body = request("POST", "/oauth/token", urllib.parse.urlencode(form), headers)
        assert status == 200, body
        self.token = json.loads(body)["access_token"]
        query = urllib.parse.urlencode({"filter[name]": ROLE})
        self.role = self.manage("GET", f"/auth/roles?{query}")["id"]

    def manage(self, method, path, document=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/vnd.api+json"}
        body = None if document is None else json.dumps({"data": document})
        status, _, body = request(method, path, body, headers)
        assert status in (200, 201), f"{method} {path}: {status} {body}"
        return json.loads(body)["data"]

    def create(self, name):
        return self.manage(
            "POST",
            "/auth/app-clients",
            {
                "type": "auth/app-clients",
                "attributes": {
                    "type": "machine_to_machine",
                    "name": name,
                    "userType": "builder",
                    "accessTokenLifetime": LIFETIME,
                },
                "relationships": {"auth/roles": {"data": {"type": "auth/roles", "id": self.role}}},
            },
        )

    def change(self, client, **attributes):
        document = {"type": "auth/app-clients", "attributes": attributes}
        self.manage("PATCH", f"/auth/app-clients/{client}", document)

    def rotate(self, client):
        rotated = self.manage("POST", f"/auth/app-clients/{client}/rotate-secret")
        return rotated["attributes"]["clientSecret"]


class Proxy(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.seen = []  # (path, status)
        self.before_401 = None  # called when the API has answered 401
        self.busy = []  # the values of Retry-After of 429s in place of the API's next responses
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A program that is ended closes its connections."""

    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def take(self):
        """The number of requests for tokens, and the statuses of the API, since the last call."""
        with self.lock:
            seen, self.seen = self.seen, []
        statuses = [status for path, status in seen if path != "/oauth/token"]
        return len(seen) - len(statuses), statuses


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_api = self.path != "/oauth/token"
        with self.server.lock:
            wait = self.server.busy.pop(0) if is_api and self.server.busy else None
        if wait is None:
            skipped = ("host", "connection", "upgrade", "http2-settings")
            headers = {k: v for k, v in self.headers.items() if k.lower() not in skipped}
            status, headers, body = request(self.command, self.path, body or None, headers)
        else:
            # The response of API Gateway; a front may add the header.
            status, body = 429, b'{"message":"Too Many Requests"}'
            headers = [("Content-Type", "application/json")] + ([("Retry-After", wait)] if wait else [])
        if is_api and status == 401:
            with self.server.lock:
                before, self.server.before_401 = self.server.before_401, None
            if before:
                before()
        with self.server.lock:
            self.server.seen.append((self.path, status))
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = forward

    def log_message(self, *_):
        pass


class Program:
    def __init__(self, command, url, client_id, secret_file):
        variables = {
            "LATCHKEY_URL": url,
            "CLIENT_ID": client_id,
            "CLIENT_SECRET_FILE": str(secret_file),
        }
        self.process = subprocess.Popen(
            shlex.split(command),
            env=os.environ | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def get(self, *paths):
        """Sends a line of paths, and returns a line of output for each."""
        self.process.stdin.write(" ".join(paths) + "\n")
        self.process.stdin.flush()
        answers = []
        for _ in paths:
            try:
                answer = self.lines.get(timeout=HANGS)
            except queue.Empty:
                raise AssertionError(f"no answer within {HANGS} s") from None
            assert answer is not None, "the program has ended"
            answers.append(answer)
        return answers

    def end(self):
        self.process.stdin.close()
        return self.process.wait(timeout=HANGS)


def succeeded(answers):
    for answer in answers:
        status, _, body = answer.partition(" ")
        assert status == "200" and json.loads(body)["data"], f"the answer is {answer[:300]!r}"


def failed(answers, *words):
    (answer,) = answers
    assert answer.startswith("error: "), f"the answer is {answer[:300]!r}"
    for word in words:
        assert word in answer, f"the answer is {answer[:300]!r}, without {word!r}"


def equal(actual, expected, what):
    assert actual == expected, f"{what}: {actual!r}, not {expected!r}"


def checks(administrator, proxy, program, client, secret_file):
    """Yields the name of each check before it runs."""
    yield "four calls at once get one token"
    program.get()  # a line without paths is no call
    succeeded(program.get(PATH, PATH, PATH, PATH))
    received = time.monotonic()
    equal(proxy.take(), (1, [200] * 4), "the requests")

    yield "a path that could lead to another host is refused"
    other = Proxy()
    host = f"127.0.0.1:{other.server_port}"
    for path in (f"@{host}{PATH}", f"http://{host}{PATH}"):
        answers = program.get(path)
        equal(other.take(), (0, []), f"the requests to another host for {path}")
        failed(answers, "a path must begin with /")
    equal(proxy.take(), (0, []), "the requests")

    yield "later calls use the cached token"
    succeeded(program.get(PATH))
    time.sleep(5)
    succeeded(program.get(PATH))
    equal(proxy.take(), (0, [200] * 2), "the requests")

    yield "a token is replaced before it expires"
    time.sleep(max(0.0, received + MARGIN + 1.5 - time.monotonic()))
    succeeded(program.get(PATH))
    equal(proxy.take(), (1, [200]), "the requests")

    yield "a rejected token is replaced once, and the call is repeated"
    proxy.before_401 = lambda: administrator.change(client, status="enabled")
    administrator.change(client, status="disabled")
    succeeded(program.get(PATH))
    equal(proxy.take(), (1, [401, 200]), "the requests")

    yield "a disabled client gets an error, without further requests"
    administrator.change(client, status="disabled")
    failed(program.get(PATH), "401", "invalid_client")
    equal(proxy.take(), (1, [401]), "the requests")

    yield "a rotated secret is read from the file again"
    secret_file.write_text(administrator.rotate(client) + "\n")
    administrator.change(client, status="enabled")
    succeeded(program.get(PATH))
    equal(proxy.take(), (1, [200]), "the requests")

    yield "a busy API gets the time that it asks for"
    proxy.busy = ["2"]
    started = time.monotonic()
    succeeded(program.get(PATH))
    assert time.monotonic() - started >= 2, "the program did not wait"
    equal(proxy.take(), (0, [429, 200]), "the requests")

    yield "an API that stays busy is left alone after three tries"
    proxy.busy = ["1", "", "1"]
    (answer,) = program.get(PATH)
    equal(answer, '429 {"message":"Too Many Requests"}', "the answer")
    equal(proxy.take(), (0, [429] * 3), "the requests")

    yield "an API that is busy for an hour is left alone at once"
    proxy.busy = ["3600"]
    started = time.monotonic()
    (answer,) = program.get(PATH)
    equal(answer, '429 {"message":"Too Many Requests"}', "the answer")
    equal(proxy.take(), (0, [429]), "the requests")

    yield "a used quota is an error that says when to try again"
    administrator.change(client, tokenQuota=1)
    proxy.before_401 = lambda: administrator.change(client, status="enabled")
    administrator.change(client, status="disabled")
    failed(program.get(PATH), "429")
    equal(proxy.take(), (1, [401]), "the requests")

    yield "a used quota is not asked for again until then"
    failed(program.get(PATH), "try again in ")
    equal(proxy.take(), (0, []), "the requests")

    yield "the program ends with its input"
    equal(program.end(), 0, "the status")


def run(administrator, name, command):
    """Runs the checks of a program until one fails. Returns the lines to print."""
    created = administrator.create(f"Quickstart: {name}")
    with tempfile.TemporaryDirectory() as folder:
        secret_file = pathlib.Path(folder, "secret")
        secret_file.write_text(created["attributes"]["clientSecret"] + "\n")
        proxy = Proxy()
        program = Program(command, proxy.url(), created["attributes"]["clientId"], secret_file)
        names = []
        try:
            for check in checks(administrator, proxy, program, created["id"], secret_file):
                names.append(check)
            lines = [f"ok - {name}: {check}" for check in names]
        except (AssertionError, OSError, subprocess.TimeoutExpired, ValueError) as error:
            *passed, check = names
            lines = [f"ok - {name}: {check}" for check in passed]
            lines.append(f"not ok - {name}: {check}: {error}")
        finally:
            program.process.kill()
            program.process.wait()
            proxy.shutdown()
            proxy.server_close()
    return lines


def main():
    administrator = Administrator()
    programs = [argument.split("=", 1) for argument in sys.argv[1:]]
    with ThreadPoolExecutor(len(programs)) as pool:
        results = list(pool.map(lambda program: run(administrator, *program), programs))
    lines = [line for lines in results for line in lines]
    print(*lines, sep="\n")
    failures = sum(line.startswith("not ok") for line in lines)
    print(f"{len(lines) - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
