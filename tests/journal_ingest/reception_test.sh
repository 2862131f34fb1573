#!/bin/sh
# reception_test.sh INGEST PRINT_JOURNAL: the real process and a real client (swaks), plain and with
# STARTTLS, a large report, strangers, a kill in the middle, a stop. What was answered with 250 has
# to be in the log.
set -eu
ingest=$1 print_journal=$2
command -v swaks > /dev/null || { echo "swaks is not installed: skipped"; exit 77; }
work=$(mktemp -d) process=
trap 'kill -9 $process 2> /dev/null || true; rm -rf "$work"' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
  -subj /CN=mx.archive.example -keyout "$work/key.pem" -out "$work/certificate.pem" 2> /dev/null
cat > "$work/secondlook.toml" << END
[paths]
journal = "$work/journal"
database = "$work/database/detections.db"
[smtp]
listen = ["127.0.0.1:0"]
hostname = "mx.archive.example"
tls_certificate_file = "$work/certificate.pem"
tls_key_file = "$work/key.pem"
permitted_networks = ["127.0.0.0/8"]
[[tenant]]
name = "contoso"
tenant_id = "00000000-0000-0000-0000-000000000001"
journal_addresses = ["reports@archive.example"]
domains = ["contoso.example"]
[tenant.graph]
client_id = "none"
client_secret_file = "/nonexistent"
END

fail() { echo "FAILED: $1"; cat "$work/log"; exit 1; }
start() {
  : > "$work/log"
  "$ingest" --config "$work/secondlook.toml" 2> "$work/log" &
  process=$!
  tries=0
  until port=$(grep -o 'listening on 127.0.0.1:[0-9]*' "$work/log"); do
    tries=$((tries + 1)) && [ $tries -lt 100 ] || fail "it does not start"
    sleep 0.1
  done
  port=${port##*:}
}
send() { swaks --silent 2 --server "127.0.0.1:$port" --to reports@archive.example "$@" > "$work/swaks" 2>&1; }

start
send --from '<>' --body plain || fail "a plain report is refused"
send --from ndr@contoso.example --tls --body encrypted || fail "STARTTLS does not work"
# 3 MB of text whose last line is told apart: a file of its own.
{ printf 'Subject: large\n\n'; yes 0123456789abcdef | head -n 180000; echo large; } > "$work/large"
send --from ndr@contoso.example --tls --data "$work/large" || fail "a large report is refused"
swaks --server "127.0.0.1:$port" --to postmaster@archive.example > "$work/swaks" 2>&1 &&
  fail "a stranger's recipient is taken"
grep -q '550 5.7.1' "$work/swaks" || fail "no 550 for a stranger's recipient"

# Killed while reports come: each of the four clients notes what was answered with 250.
for client in 1 2 3 4; do
  number=0
  while send --from '<>' --body "client-$client-$number"; do
    echo "client-$client-$number" >> "$work/acknowledged.$client"
    number=$((number + 1))
  done &
  clients="${clients:-} $!"
done
tries=0
until [ "$(cat "$work"/acknowledged.* 2> /dev/null | wc -l)" -ge 8 ]; do
  tries=$((tries + 1)) && [ $tries -lt 200 ] || fail "no report is accepted"
  sleep 0.1
done
kill -9 $process && wait $process 2> /dev/null || true
wait $clients

start
send --from '<>' --body after || fail "nothing is accepted after a kill"
kill -TERM $process
wait $process || fail "it does not stop well"
process=

"$print_journal" "$work/journal" > "$work/records" || fail "the log cannot be read"
grep -q damaged "$work/records" && fail "a record is damaged"
for text in plain encrypted large after $(cat "$work"/acknowledged.*); do
  grep -q " $text\$" "$work/records" || fail "$text was acknowledged and is not in the log"
done
grep -q '^2 contoso <ndr@contoso.example> TLSv1.3 ' "$work/records" || fail "no TLS in record 2"
grep -q '^3 .* 32[0-9]* large$' "$work/records" || fail "the large report has another length"
echo "$(cat "$work"/acknowledged.* | wc -l) reports acknowledged before the kill, all in the log"
