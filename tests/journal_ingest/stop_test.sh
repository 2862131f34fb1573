#!/bin/bash
# stop_test.sh INGEST PRINT_JOURNAL: SIGTERM while one report is being sent, one peer is idle, and one
# has stopped in the middle of its report. The first gets its 250, the second a 421, the third is cut
# off when [smtp] drain_seconds are over.
set -euo pipefail
. "$(dirname "$0")/smtp_by_hand.sh"
ingest=$1 print_journal=$2
work=$(mktemp -d) process=
trap 'kill -9 $process 2> /dev/null || true; rm -rf "$work"' EXIT

# start COUNT DRAIN_SECONDS
start() {
  cat > "$work/secondlook.toml" << END
[paths]
journal = "$work/journal"
database = "$work/database/detections.db"
[smtp]
listen = ["127.0.0.1:0"]
drain_seconds = $2
[[tenant]]
name = "contoso"
tenant_id = "00000000-0000-0000-0000-000000000001"
journal_addresses = ["reports@archive.example"]
domains = ["contoso.example"]
[tenant.graph]
client_id = "none"
client_secret_file = "/nonexistent"
END
  "$ingest" --config "$work/secondlook.toml" 2>> "$work/log" &
  process=$!
  await_port "$1"
}
begin_report() {
  printf 'EHLO exchange.example\r\nMAIL FROM:<>\r\nRCPT TO:<reports@archive.example>\r\nDATA\r\n' >&"$1"
  skip_to "$1" 354
  printf 'Subject: under way\r\n\r\n' >&"$1"
}

# Long enough for any machine: the stop does not wait for its end, but for the report.
start 1 600
exec 5<> "/dev/tcp/127.0.0.1/$port" 6<> "/dev/tcp/127.0.0.1/$port"
begin_report 5
expect 6 220
kill -TERM $process
expect 6 421
sleep 1
kill -0 $process || fail "it went while a report was being sent"
(exec 7<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && fail "a new peer is welcomed"
printf 'sent during the stop\r\n.\r\n' >&5
expect 5 '250 2.0.0'
wait $process || fail "it does not stop well"
exec 5>&- 6>&-

# The second peer never ends its report: the process does, when its patience is over.
start 2 1
exec 5<> "/dev/tcp/127.0.0.1/$port"
begin_report 5
kill -TERM $process
wait $process || fail "it does not stop well with a peer that never ends"
process=
await 'sessions cut off count=1' 1

"$print_journal" "$work/journal" > "$work/records" || fail "the log cannot be read"
grep -q '^1 contoso <> .* sent during the stop$' "$work/records" || fail "the report is not in the log"
[ "$(wc -l < "$work/records")" -eq 1 ] || fail "half a report is in the log"
echo "the report that was being sent is stored, the one that never ended is not"
