#!/usr/bin/env bash
# Runs a command while the local service is running:
#   tests/local-service.sh COMMAND [ARGUMENT…]
# The variables LATCHKEY_URL, CLIENT_ID and CLIENT_SECRET have its URL and the credentials of
# the first App Client. The script exits with the command's status. First build target/debug/local with
# `cargo build -p local`, or set LATCHKEY_LOCAL to another binary.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
service=${LATCHKEY_LOCAL:-${CARGO_TARGET_DIR:-$root/target}/debug/local}

if [ $# -eq 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT…]" >&2
    exit 2
fi

# Ignore a proxy from the environment: everything is on loopback.
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

# The service would take these as the credentials of the first App Client, and print no secret.
unset LATCHKEY_CLIENT_ID LATCHKEY_CLIENT_SECRET

# A private directory, because the output contains a client secret.
output=$(mktemp -d)
touch "$output/stdout" "$output/stderr"
"$service" --listen 127.0.0.1:0 --ephemeral >"$output/stdout" 2>"$output/stderr" </dev/null &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$output"' EXIT

printed() { sed -n "s/^$1[: ] *//p" "$output/stdout" | head -n 1; }

for ((i = 0; ; i++)); do
    LATCHKEY_URL=$(printed 'listening on')
    CLIENT_ID=$(printed client_id)
    CLIENT_SECRET=$(printed client_secret)
    if [ -n "$LATCHKEY_URL" ] && [ -n "$CLIENT_ID" ] && [ -n "$CLIENT_SECRET" ]; then
        break
    fi
    if ! kill -0 "$pid" 2>/dev/null || [ "$i" -ge 150 ]; then
        echo "the service did not start:" >&2
        cat "$output/stderr" >&2
        exit 1
    fi
    sleep 0.2
done
# A script that runs itself through this one knows by the last variable that it does.
export LATCHKEY_URL CLIENT_ID CLIENT_SECRET LATCHKEY_TEST_SERVICE=$pid

status=0
"$@" || status=$?
if [ "$status" -ne 0 ]; then
    echo "the last lines of the service's standard error:" >&2
    tail -n 20 "$output/stderr" >&2
fi
exit "$status"
