# What a worker of the running service needs beyond what it shares with the process that it was forked from.
# Sourced by bash, after tests/support/environment.sh.
#
#   worker_memory REPORTS RULES…    runs the whole service (mode observe, two workers) over the journal reports in the
#                                   directory REPORTS with those rule files; prints a JSON line for each worker

worker_memory() {
  local reports=$1 rules count analyzer worker
  shift
  rules=$(printf '"%s", ' "$@")
  count=$(find "$reports" -type f | wc -l)
  ANALYZER_SETTINGS="workers = 2
rules = [${rules%, }]"
  start_tenant --users deploy/demo_mails/users.json
  write_configuration observe
  start_service
  analyzer=$(process_id secondlook-analyzer)
  print_worker_memory "$analyzer" 0
  "$BIN/smtp_load" --to "$SMTP" --recipient "$JOURNAL_ADDRESS" --mail-from "$REPORT_SENDER" --sessions 8 \
    --directory "$reports" >"$WORK/load" 2>"$WORK/load.log" || die "$(cat "$WORK/load" "$WORK/load.log")"
  wait_until 600 all_recorded "$count" || die "not all recorded: $(secondlook status --json | jq -c '{recorded, lag}')"
  [ "$(process_id secondlook-analyzer)" = "$analyzer" ] || die "the analyzer was started anew meanwhile"
  print_worker_memory "$analyzer" "$count"
  stop_service
}

all_recorded() { secondlook status --json | jq -e --argjson n "$1" '.lag == 0 and .recorded >= $n' >/dev/null; }

# proc(5), smaps_rollup: pages that only this process has written, and all that it has in memory.
print_worker_memory() {
  local worker
  for worker in $(pgrep -P "$1"); do
    awk -v n="$2" '/^(Rss|Private_Dirty):/ { kb[$1] = $2 }
      END { printf "{\"who\": \"a worker\", \"after_reports_to_all\": %d, \"private_dirty_mb\": %.1f, \"resident_mb\": %.1f}\n",
              n, kb["Private_Dirty:"] / 1000, kb["Rss:"] / 1000 }' "/proc/$worker/smaps_rollup"
  done
}
