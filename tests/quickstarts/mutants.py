"""Runs versions of the Python quickstart that each ignore one rule, to show that the checks notice it.

    mutants.py PYTHON QUICKSTART
"""

import pathlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from check import Administrator, run

# (what the version ignores, text, its replacement, the check that must fail)
MUTANTS = [
    ("the lock", "with self._lock:", "if True:", "four calls at once get one token"),
    ("the cache", "self._token == rejected or", "True or", "four calls at once get one token"),
    (
        "that a path begins with a slash",
        'if not path.startswith("/"):',
        "if False:",
        "a path that could lead to another host is refused",
    ),
    ("the margin", "- MARGIN", "", "a token is replaced before it expires"),
    ("the lifetime", "now >= self._renew_at", "False", "a token is replaced before it expires"),
    ("the rest of the lifetime", "MARGIN = 30", "MARGIN = 58", "later calls use the cached token"),
    (
        "a 401",
        "response.status_code == 401",
        "False",
        "a rejected token is replaced once, and the call is repeated",
    ),
    (
        "that a token was rejected",
        "self.token(rejected=token)",
        "self.token()",
        "a rejected token is replaced once, and the call is repeated",
    ),
    (
        "that the client is disabled",
        "response = self._client.post(self._url, data=form)\n",
        "response = self._client.post(self._url, data=form)\n"
        "        if response.status_code == 401: response = self._client.post(self._url, data=form)\n",
        "a disabled client gets an error, without further requests",
    ),
    (
        "a rotation",
        "self._secret_file.read_text().strip()",
        "getattr(self, 's', None) or setattr(self, 's', self._secret_file.read_text().strip()) or self.s",
        "a rotated secret is read from the file again",
    ),
    ("Retry-After", "time.sleep(seconds)", "pass", "a busy API gets the time that it asks for"),
    ("a 429", "not in (429, 503)", "not in (503,)", "a busy API gets the time that it asks for"),
    (
        "the limit of tries",
        "(False, False, True)",
        "(False, False, False, True)",
        "an API that stays busy is left alone after three tries",
    ),
    (
        "that an hour is too long",
        "PATIENCE = 10",
        "PATIENCE = 86400",
        "an API that is busy for an hour is left alone at once",
    ),
    (
        "that the quota is used",
        "if now < self._blocked_until:",
        "if False:",
        "a used quota is not asked for again until then",
    ),
]


def main():
    python, quickstart = sys.argv[1:]
    source = pathlib.Path(quickstart).read_text()
    administrator = Administrator()

    def survives(number, mutant):
        ignored, text, replacement, check = mutant
        assert source.count(text) == 1, f"the program has {text!r} {source.count(text)} times"
        program = pathlib.Path(folder, f"{number}.py")
        program.write_text(source.replace(text, replacement))
        last = run(administrator, f"ignores {ignored}", f"'{python}' -B '{program}'")[-1]
        is_found = last.startswith(f"not ok - ignores {ignored}: {check}: ")
        print(f"{'found' if is_found else 'NOT FOUND'}: {last[:200]}", flush=True)
        return not is_found

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(MUTANTS)) as pool:
        survivors = sum(pool.map(survives, range(len(MUTANTS)), MUTANTS))
    print(f"{len(MUTANTS) - survivors} passed, {survivors} failed")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
