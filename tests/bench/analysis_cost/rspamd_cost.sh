# What Debian's rspamd costs for the same mails: a private instance on loopback, Debian's configuration with the
# modules that ask others switched off (rspamd/local.d), its state beneath a scratch directory. Sourced by bash.
#
#   start_rspamd SCRATCH             RSPAMD (host:port), RSPAMD_WORKER (process); waits until its patterns are compiled
#   rspamd_cost LIST                 JSON line of a round over the files that LIST names
#   stop_rspamd

start_rspamd() {
  local port worker_ready='normal process'
  port=$(free_ports 1)
  RSPAMD=127.0.0.1:$port
  RSPAMD_STATE=$1/rspamd
  mkdir -p "$RSPAMD_STATE"/{db,run,log}
  cp -r tests/bench/analysis_cost/rspamd "$RSPAMD_STATE/etc"
  printf 'bind_socket = "%s";\ncount = 1;\n' "$RSPAMD" >"$RSPAMD_STATE/etc/local.d/worker-normal.inc"
  rspamd --insecure --no-fork --config=/etc/rspamd/rspamd.conf --var=LOCAL_CONFDIR="$RSPAMD_STATE/etc" \
    --var=DBDIR="$RSPAMD_STATE/db" --var=RUNDIR="$RSPAMD_STATE/run" --var=LOGDIR="$RSPAMD_STATE/log" \
    >"$RSPAMD_STATE/log/start.log" 2>&1 &
  RSPAMD_PID=$!
  wait_until 180 rspamd_is_ready || { tail -n 20 "$RSPAMD_STATE/log/"* >&2; die "rspamd did not get ready"; }
  RSPAMD_WORKER=$(pgrep -P "$RSPAMD_PID" -f "$worker_ready")
}

# Cold, its helper compiles patterns and tells the worker.
rspamd_is_ready() {
  grep -q 'normal.*hyperscan database of .* has been loaded' "$RSPAMD_STATE/log/rspamd.log" 2>/dev/null
}

stop_rspamd() {
  [ -n "${RSPAMD_PID:-}" ] || return 0
  kill "$RSPAMD_PID" 2>/dev/null || true
  wait "$RSPAMD_PID" 2>/dev/null || true
  RSPAMD_PID=''
}

rspamd_worker_seconds() {
  awk -v ticks="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); print ($12 + $13) / ticks }' "/proc/$RSPAMD_WORKER/stat"
}

rspamd_cost() {
  local before answers=$RSPAMD_STATE/answers
  before=$(rspamd_worker_seconds)
  xargs -d '\n' rspamc --connect="$RSPAMD" --max-requests=8 --timeout=60 --compact --json <"$1" >"$answers"
  awk -v a="$before" -v b="$(rspamd_worker_seconds)" 'BEGIN { print b - a }' | cost_line rspamd total "$1"
  [ "$(grep -c '"action"' "$answers")" -eq "$(wc -l <"$1")" ] || die "rspamd did not answer for every mail"
}
