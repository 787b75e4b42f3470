"""Prints one line a check (`ok - …`, `not ok - …: why`) for the Python scripts of this folder."""

import sys

_failed = 0


def check(name):
    """Runs the decorated function at once, as the check `name`, and hands back what it returned.

    A check that fails gives None; the checks that need its result fail in their turn.
    """

    def run(function):
        global _failed
        try:
            result = function()
        except Exception as error:  # whatever a client library throws is a failed check
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
