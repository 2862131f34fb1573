#!/bin/bash
# reload_test.sh INGEST PRINT_JOURNAL: SIGHUP to the real process while a report is being sent over
# TLS. The next peer sees the new certificate, name, addresses and networks; the report that was under
# way is stored; a broken certificate, key or configuration changes nothing.
set -euo pipefail
. "$(dirname "$0")/smtp_by_hand.sh"
ingest=$1 print_journal=$2
work=$(mktemp -d) process=
trap 'kill -9 $process 2> /dev/null || true; rm -rf "$work"' EXIT

make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
    -keyout "$work/$1.key" -out "$work/$1.pem" 2> /dev/null
}
# As certbot does it: the configuration names symlinks, a renewal lets them point elsewhere.
use_certificate() { ln -sfn "$1.pem" "$work/live.pem"; ln -sfn "$2.key" "$work/live.key"; }
# By rename, as most editors do.
configure() {
  cat > "$work/new.toml" << END
[paths]
journal = "$work/journal"
database = "$work/database/detections.db"
[journal]
${archive:-}
[smtp]
listen = ["127.0.0.1:0"]
hostname = "$1"
tls_certificate_file = "$work/live.pem"
tls_key_file = "$work/live.key"
permitted_networks = ["$2"]
[[tenant]]
name = "contoso"
tenant_id = "00000000-0000-0000-0000-000000000001"
journal_addresses = [$3]
domains = ["contoso.example"]
[tenant.graph]
client_id = "none"
client_secret_file = "$work/graph.secret"
END
  mv "$work/new.toml" "$work/secondlook.toml"
}
greeting() { exec 8<> "/dev/tcp/127.0.0.1/$port"; reply 8; exec 8>&-; }
certificate() {
  openssl s_client -starttls smtp -connect "127.0.0.1:$port" < /dev/null 2> /dev/null |
    sed -n 's/^subject=CN *= *//p'
}
accepts() {  # whether a report to $1 would be accepted
  exec 8<> "/dev/tcp/127.0.0.1/$port"
  printf 'EHLO peer\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nQUIT\r\n' "$1" >&8
  reply 8 > /dev/null; reply 8 > /dev/null; reply 8 > /dev/null
  [[ $(reply 8) == 250* ]]
}

make_certificate first
make_certificate second
echo "a secret of another process" > "$work/graph.secret"
use_certificate first first
configure one.example 127.0.0.0/8 '"old@archive.example"'
"$ingest" --config "$work/secondlook.toml" 2> "$work/log" &
process=$!
await_port 1
[[ $(certificate) == first ]] || fail "the first certificate is not served"

# A report is under way, over TLS.
coproc openssl s_client -quiet -starttls smtp -connect "127.0.0.1:$port" 2> "$work/sender"
sender=$COPROC_PID
exec 5<&"${COPROC[0]}" 6>&"${COPROC[1]}"  # bash takes its own away when the client ends
printf 'EHLO exchange.example\r\nMAIL FROM:<>\r\nRCPT TO:<old@archive.example>\r\nDATA\r\n' >&6
skip_to 5 354
printf 'Subject: under way\r\n\r\n' >&6

# Another certificate, name and address: the old address stays good beside the new one.
use_certificate second second
configure two.example 127.0.0.0/8 '"old@archive.example", "new@archive.example"'
kill -HUP $process
await 'configuration taken up' 1
[[ $(certificate) == second ]] || fail "the second certificate is not served"
[[ $(greeting) == '220 two.example'* ]] || fail "the name in the greeting is the old one"
accepts old@archive.example || fail "the old address is refused while both are configured"
accepts new@archive.example || fail "the new address is refused"

# What is broken changes nothing.
echo "-----BEGIN CERTIFICATE-----" > "$work/broken.pem"
use_certificate broken second
configure three.example 127.0.0.0/8 '"new@archive.example"'
kill -HUP $process
await 'reload refused, all stays as it was.*certificate' 1
use_certificate second first
kill -HUP $process
await 'does not belong to certificate' 1
rm "$work/live.key"
kill -HUP $process
await 'key: .*live.key' 1
use_certificate second second
echo 'nonsense = 1' >> "$work/secondlook.toml"
kill -HUP $process
await 'secondlook.toml:[0-9]*: .*nonsense' 1
configure three.example 127.0.0.0/99 '"new@archive.example"'
kill -HUP $process
await '127.0.0.0/99' 1
[[ $(certificate) == second ]] || fail "a refused reload took the certificate away"
[[ $(greeting) == '220 two.example'* ]] || fail "a refused reload changed the name"
accepts old@archive.example || fail "a refused reload changed the addresses"

# An address is given up, then the network; the session that began before both still has its 250.
archive='archive_days = 3'
configure four.example 127.0.0.0/8 '"new@archive.example"'
kill -HUP $process
await 'configuration taken up' 2
await 'needs a restart.*journal' 1
accepts old@archive.example && fail "an address that was given up is accepted"
configure five.example exchange_online '"new@archive.example"'
kill -HUP $process
await 'configuration taken up' 3
[[ $(greeting) == 421* ]] || fail "a peer outside permitted_networks is welcomed"
printf 'the rest of it\r\n.\r\n' >&6
expect 5 '250 2.0.0'
printf 'QUIT\r\n' >&6
expect 5 221
wait "$sender" || true

kill -TERM $process
wait $process || fail "it does not stop well"
process=
"$print_journal" "$work/journal" > "$work/records" || fail "the log cannot be read"
grep -q '^1 contoso <> TLSv1.3 .* the rest of it$' "$work/records" || fail "the report is not in the log"
grep -q 'old@\|new@' "$work/log" && fail "a journal address stands in the log"
grep -q "$(cat "$work/second.key" | sed -n 2p)" "$work/log" && fail "the key stands in the log"
echo "a report under way outlived eight reloads, five of them refused"
