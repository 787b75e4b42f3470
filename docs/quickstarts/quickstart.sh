#!/usr/bin/env bash
# Calls an API with access tokens from Latchkey: reads paths from standard input and prints what the API
# answers. Needs bash 4.2, curl 7.84 and jq.
set -euo pipefail

url=${LATCHKEY_URL:-http://127.0.0.1:3000}
api=${API_URL:-$url}
client_id=${CLIENT_ID:?}
secret_file=${CLIENT_SECRET_FILE:?}

margin=30     # seconds: replace a token this long before it expires
patience=10   # seconds: the longest Retry-After to wait for
token='' renew_at=0 blocked_until=0

# Runs a curl command and sets status, body and retry_after. Waits and tries again if the server asks for it.
send() {
    local try answer
    for try in 1 2 3; do
        answer=$("$@" --silent --show-error --max-time 30 --write-out '\n%{http_code} %header{retry-after}') || true
        body=${answer%$'\n'*}
        read -r status retry_after <<<"${answer##*$'\n'}"
        [[ $retry_after =~ ^[0-9]+$ ]] || retry_after=1
        if [[ $status != 429 && $status != 503 ]] || ((try == 3 || retry_after > patience)); then return; fi
        sleep "$retry_after"
    done
}

# Secrets and tokens go through pipes, because other users can see the arguments of a process.
request_token() {
    curl "$url/oauth/token" "$@" --data grant_type=client_credentials --data "client_id=$client_id" \
        --data-urlencode client_secret@<(tr -d '\r\n' <"$secret_file")
}
call_api() { curl --globoff "$api$1" "${@:2}" --header @<(printf 'Authorization: Bearer %s\n' "$token"); }

# Gets a new token. Reads the secret anew, so that a rotation needs no restart.
renew() {
    local now=$SECONDS
    if ((now < blocked_until)); then
        error="the token quota is used up: try again in $((blocked_until - now)) s"
        return 1
    fi
    send request_token
    if [ "$status" != 200 ]; then
        [ "$status" != 429 ] || blocked_until=$((SECONDS + retry_after))
        error="no token: $status $body"
        return 1
    fi
    token=$(jq -r .access_token <<<"$body")
    renew_at=$((now + $(jq .expires_in <<<"$body") - margin))
}

# Calls the API with a fresh token. If the API rejects the token, tries once with a new one.
get() {
    if [[ $1 != /* ]]; then # it would continue the host, and the token would go to another one
        printf 'error: a path must begin with /\n'
        return
    fi
    for try in 1 2; do
        if ((SECONDS >= renew_at)) && ! renew; then
            printf 'error: %s\n' "$error"
            return
        fi
        send call_api "$1"
        [ "$status" = 401 ] || break
        renew_at=0
    done
    printf '%s %s\n' "$status" "$body"
}

while read -ra paths || ((${#paths[@]})); do
    for path in "${paths[@]}"; do get "$path"; done
done
