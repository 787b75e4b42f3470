"""Checks for the Python scripts in this folder. Each prints `ok - NAME` or `not ok - NAME: REASON`."""

import sys

_failed = 0


def check(name):
    """Runs the decorated function at once as the check `name`, and returns its result.

    A failed check returns None, so the checks that need its result fail too.
    """

    def run(function):
        global _failed
        try:
            result = function()
        except Exception as error:  # any exception of a client library is a failed check
            _failed += 1
            print(f"not ok - {name}: {type(error).__name__}: {error}", flush=True)
            return None
        print(f"ok - {name}", flush=True)
        return result

    return run


def equal(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what} is {actual!r}, not {expected!r}")


def finish():
    sys.exit(1 if _failed else 0)
