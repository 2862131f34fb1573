# Sourced by tests that speak SMTP word by word with a real secondlook-ingest. Expects $work, a
# directory whose file `log` holds the process's standard error. Descriptors are given by number.
fail() { echo "FAILED: $1"; cat "$work/log"; exit 1; }
# await TEXT COUNT: until the log holds TEXT so many times.
await() {
  local tries=0
  until [ "$(grep -c -- "$1" "$work/log")" -ge "$2" ]; do
    tries=$((tries + 1)) && [ $tries -lt 300 ] || fail "the log never says: $1"
    sleep 0.1
  done
}
# The reply that a session gives next: its last line ("250 ..."), read from descriptor $1.
reply() {
  local line
  while IFS= read -r -t 60 -u "$1" line; do
    [[ $line == [0-9][0-9][0-9]' '* ]] && { printf '%s\n' "${line%$'\r'}"; return; }
  done
  fail "no reply"
}
# Passes over what comes before: s_client's own lines, replies of a pipelined batch.
skip_to() {
  local said
  for _ in 1 2 3 4 5; do said=$(reply "$1"); [[ $said == $2* ]] && return; done
  fail "\"$said\" and no $2"
}
expect() { local said; said=$(reply "$1"); [[ $said == $2* ]] || fail "\"$said\" in place of $2"; }
# The port that the process listens on, as often as it said so ($1): it may be started again.
await_port() {
  await 'listening on 127.0.0.1' "$1"
  port=$(sed -n 's/.*listening on 127.0.0.1:\([0-9]*\).*/\1/p' "$work/log" | tail -n 1)
}
