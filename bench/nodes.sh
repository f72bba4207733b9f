#!/bin/sh
# Three nodes on this machine with mutual TLS: how long all documents of a person take while every node is there, while one is
# stopped, while one is frozen, and when it is back. Needs curl and openssl besides what ./trellis needs.
#
#   bench/nodes.sh [ROUNDS]
set -eu

rounds=${1:-100}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
number=9000000009
trap 'kill -9 $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null; rm -rf "$work"' EXIT

say() { printf '%s\n' "$*"; }
port() { case $1 in national) echo 18443 ;; north) echo 18444 ;; south) echo 18445 ;; esac; }
ods() { case $1 in national) echo X1 ;; north) echo ZN1 ;; south) echo ZS1 ;; esac; }
address() { echo "https://127.0.0.1:$(port "$1")"; }

trellis() { # NODE COMMAND...
    node=$1
    shift
    locator=national
    [ "$node" = national ] && locator=
    env TRELLIS_HOME="$work/$node" TRELLIS_PORT="$(port "$node")" TRELLIS_LOG=warn \
        TRELLIS_TLS_CERTIFICATE="$work/$node.pem" TRELLIS_TLS_KEY="$work/$node.key" \
        TRELLIS_TLS_CLIENTS="$work/authority.pem" TRELLIS_NODE_NAME="$node" \
        TRELLIS_NODE_ORGANISATION="The $node" TRELLIS_NODE_ADDRESS="$(address "$node")" \
        TRELLIS_NODE_CERTIFICATE="$work/$node.pem" TRELLIS_NODE_KEY="$work/$node.key" \
        TRELLIS_NODE_TRUST="$work/authority.pem" TRELLIS_NODE_LOCATOR="$locator" \
        "$root/trellis" "$@"
}

start() {
    trellis "$1" serve >"$work/$1.log" 2>&1 &
    echo $! >"$work/$1.pid"
    until curl -sf --cacert "$work/authority.pem" -o /dev/null "$(address "$1")/nodes/ready"; do sleep 0.2; done
}

call() { # TOKEN METHOD URL [FILE]
    set -- "$1" "$2" "$3" "${4:-}"
    curl -sS --cacert "$work/authority.pem" -X "$2" -H "Authorization: Bearer $1" -H 'Content-Type: application/fhir+json' \
        -H "X-Request-ID: $(cat /proc/sys/kernel/random/uuid)" ${4:+--data "@$4"} -o "$work/answer" -w '%{http_code} %{time_total}\n' "$3"
}

measure() { # WHAT
    : >"$work/times"
    i=0
    while [ $i -lt "$rounds" ]; do
        call "$clinician" GET "$(address north)/documents-everywhere/FHIR/R4/DocumentReference?patient=p" >>"$work/times"
        i=$((i + 1))
    done
    sort -k2 -n "$work/times" | awk -v what="$1" -v said="$(grep -o '"code":"[a-z]*","details"' "$work/answer" | wc -l)" \
        -v all="$(grep -o '"mode":"match"' "$work/answer" | wc -l)" '{ ok += ($1 == 200); t[NR] = $2 * 1000 }
        END { printf "%-34s %d of %d answered; ms: median %.0f, p95 %.0f, longest %.0f; last: %d documents, %d sources missing\n",
            what, ok, NR, t[int((NR + 1) / 2)], t[int(NR * 0.95 + 0.5)], t[NR], all, said }'
}

# --- keys ----------------------------------------------------------------------------------------

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/O=Region/CN=Authority" \
    -keyout "$work/authority.key" -out "$work/authority.pem" 2>/dev/null
for node in national north south; do
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$node.key" 2>/dev/null
    echo "subjectAltName=IP:127.0.0.1" >"$work/$node.ext"
    openssl req -new -key "$work/$node.key" -subj "/O=Region/CN=$node" |
        openssl x509 -req -days 2 -CA "$work/authority.pem" -CAkey "$work/authority.key" -CAcreateserial \
            -extfile "$work/$node.ext" -out "$work/$node.pem" 2>/dev/null
done

# --- nodes ---------------------------------------------------------------------------------------

for node in national north south; do
    start "$node"
    believed=
    [ "$node" = national ] && believed=--believed
    for other in national north south; do
        [ "$other" = "$node" ] || trellis "$node" node add "$other" --organisation "The $other" --ods "$(ods "$other")" \
            --address "$(address "$other")" --certificate "CN=$other,O=Region" $believed 2>/dev/null
    done
done
trellis north account add clinician --name "Dr North" --role clinician --organisation North --ods ZN1 >/dev/null 2>&1
clinician=$(trellis north token --account clinician 2>/dev/null | tail -n 1)
for node in north south; do
    machine=$(trellis $node token 2>/dev/null | tail -n 1)
    cat >"$work/body" <<END
{"resourceType":"Organization","id":"ZN1","name":"North"}
END
    call "$machine" PUT "$(address $node)/fhir/Organization/ZN1" "$work/body" >/dev/null
    cat >"$work/body" <<END
{"resourceType":"Patient","id":"p","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"$number"}],"managingOrganization":{"reference":"Organization/ZN1"}}
END
    call "$machine" PUT "$(address $node)/fhir/Patient/p" "$work/body" >/dev/null
    i=0
    while [ $i -lt 50 ]; do
        cat >"$work/body" <<END
{"resourceType":"DocumentReference","id":"d$i","status":"current","date":"2026-01-01","type":{"text":"Letter"},"subject":{"reference":"Patient/p"},"content":[{"attachment":{"contentType":"text/plain","data":"SGVsbG8="}}]}
END
        call "$machine" PUT "$(address $node)/fhir/DocumentReference/d$i" "$work/body" >/dev/null
        i=$((i + 1))
    done
done
trellis national account add maker --name "South maker" --role clinician --organisation South --ods ZS1 >/dev/null 2>&1
maker=$(trellis national token --account maker 2>/dev/null | tail -n 1)
cat >"$work/body" <<END
{"resourceType":"DocumentReference","status":"current","type":{"coding":[{"system":"http://snomed.info/sct","code":"736253002","display":"Mental health crisis plan"}]},"category":[{"coding":[{"system":"http://snomed.info/sct","code":"734163000","display":"Care plan"}]}],"subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"$number"}},"custodian":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"ZS1"}},"content":[{"attachment":{"contentType":"text/plain","url":"$(address south)/fhir/DocumentReference/d0"}}]}
END
call "$maker" POST "$(address national)/record-locator/producer/FHIR/R4/DocumentReference" "$work/body" >/dev/null

# --- measured ------------------------------------------------------------------------------------

measure "first requests after the start" >/dev/null
measure "all three there"
kill -9 "$(cat "$work/south.pid")"
measure "one killed"
start south
measure "started again"
kill -STOP "$(cat "$work/south.pid")"
measure "one frozen (it takes connections)"
kill -CONT "$(cat "$work/south.pid")"
sleep 2
measure "thawed"
