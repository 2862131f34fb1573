# The servers that tests/bench/reception measures, one at a time; sourced by it. Each starts with an empty
# journal or queue on the same file system (WORK).

describe_machine() {
  printf '%s, %s CPUs, %s, load average %s; %s on %s\n' "$(date -u +%F)" "$(nproc)" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(cut -d ' ' -f 1-3 /proc/loadavg)" \
    "$(stat -f -c %T "$WORK")" "$(df --output=source "$WORK" | tail -n 1)"
}

prepare_servers() {
  start_tenant --users deploy/demo_mails/users.json
  write_configuration observe
  local smtp_port postfix_port bare_port
  read -r smtp_port postfix_port bare_port < <(free_ports 3)
  sed -i "s/^listen = .*/listen = [\"127.0.0.1:$smtp_port\"]/" "$WORK/secondlook.toml"
  SMTP_PORT=$smtp_port POSTFIX_PORT=$postfix_port BARE_PORT=$bare_port postfix=
  if postfix_can_run; then
    postfix=yes
    make_postfix "$WORK/postfix" "$postfix_port" default_transport=discard \
      "smtpd_tls_cert_file=$WORK/tls.crt" "smtpd_tls_key_file=$WORK/tls.key" smtpd_tls_security_level=may
  else
    say "WITHOUT POSTFIX: nothing to compare with"
  fi
}

port_of() { case "$1" in postfix) echo "$POSTFIX_PORT" ;; bare_loop) echo "$BARE_PORT" ;; *) echo "$SMTP_PORT" ;; esac; }
process_of() {
  case "$1" in
    postfix) echo "$POSTFIX_PID" ;;
    bare_loop) echo "$BARE_PID" ;;
    secondlook) echo "$INGEST_PID" ;;
    full_load) process_id secondlook-ingest ;;
  esac
}

start_ingest() {
  : >"$WORK/ingest.log"
  "$BIN/secondlook-ingest" --config "$WORK/secondlook.toml" 2>"$WORK/ingest.log" &
  INGEST_PID=$!
  wait_until 20 grep -q 'listening on' "$WORK/ingest.log" || die "secondlook-ingest does not start"
}

stop_ingest() {
  [ -n "${INGEST_PID:-}" ] || return 0
  kill -TERM "$INGEST_PID" 2>/dev/null || true
  wait "$INGEST_PID" 2>/dev/null || true
  INGEST_PID=
  empty_journal
}

start_bare_loop() {
  "$BIN/bare_smtp_loop" "$WORK" "$BARE_PORT" &
  BARE_PID=$!
  wait_until 20 bash -c "exec 3<>/dev/tcp/127.0.0.1/$BARE_PORT" 2>/dev/null || die "bare_smtp_loop does not start"
}

stop_bare_loop() {
  [ -n "${BARE_PID:-}" ] || return 0
  kill "$BARE_PID" 2>/dev/null || true
  wait "$BARE_PID" 2>/dev/null || true
  BARE_PID=
}

empty_journal() { rm -rf "$WORK/journal" "$WORK/database"; mkdir -p "$WORK/journal" "$WORK/database"; }
forget_queue() { find "$POSTFIX/queue"/{maildrop,incoming,active,deferred} -type f -delete; }

# Some seconds' analysis, so that there is full load from the first measured report on.
give_work_to_do() {
  "$BIN/smtp_load" --to "127.0.0.1:$SMTP_PORT" --recipient "$JOURNAL_ADDRESS" --mail-from "$REPORT_SENDER" \
    --sessions 32 --count $((seconds * 3000 + 3000)) >"$WORK/backlog.log" 2>&1 || die "$(cat "$WORK/backlog.log")"
}

# Full load is what it is called only while reports wait for their analysis.
say_if_idle() {
  secondlook status --json | jq -e '.lag > 0' >/dev/null ||
    say "note: nothing waits for analysis, so it was not at full load"
}
