# A whole installation in a temporary directory, for deploy/demo and tests/end_to_end: the stand-in
# tenant, a configuration, the service. Sourced by bash scripts that set BIN to the directory of the
# executables. Everything listens on loopback, on ports the kernel picks.
#
#   make_workplace              WORK: a temporary directory, removed at exit with all that runs in it
#   start_tenant [OPTION…]      TENANT_URL; options go to `stand_in_tenant serve`
#   write_configuration MODE [TOML-LINE…]   $WORK/secondlook.toml, observe or enforce
#   start_service               SMTP (host:port); waits until all processes are ready
#   stop_service                the orderly way, with a deadline
#   kill_service                kill -9 of all its processes at once
#   free_ports N                prints N ports that nobody listens on
#   deliver FILE --from A --to B…   puts the mail into mailboxes and journals it
#   in_folder MAILBOX FOLDER    Message-IDs of what the stand-in tenant has there
#   secondlook ARGUMENT…        the operator's tool with this configuration

JOURNAL_ADDRESS=j-7f3a9c2e51@journal.secondlook.example
REPORT_SENDER=journal-ndr@contoso.example
TENANT_ID=5b2d9c70-41fe-4a86-b3a7-8d0e6f1c2b94
CLIENT_ID=0f0c5d3e-6d5b-4a51-9d43-2a0c7a1b9a11
OWN_DOMAINS='"contoso.example", "contoso.onmicrosoft.com"'

say() { printf '%s\n' "$*"; }
die() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

make_workplace() {
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/secondlook.XXXXXX")
  trap 'remove_workplace $?' EXIT
  trap 'exit 130' INT TERM
  mkdir -p "$WORK/run" "$WORK/journal" "$WORK/database" "$WORK/cache"
}

remove_workplace() {
  local status=$1
  trap - EXIT
  stop_service || true
  if [ -n "${TENANT_PID:-}" ]; then kill "$TENANT_PID" 2>/dev/null; wait "$TENANT_PID" 2>/dev/null; fi
  if [ "$status" -ne 0 ] && [ -n "${KEEP_LOGS:-1}" ]; then
    for log in "$WORK"/*.log; do
      [ -s "$log" ] && { echo "--- last lines of $(basename "$log")" >&2; tail -n 30 "$log" | cut -c1-400 >&2; }
    done
  fi
  rm -rf "$WORK"
  exit "$status"
}

# wait_until SECONDS COMMAND…: true as soon as the command succeeds; false at the deadline.
wait_until() {
  local deadline=$((SECONDS + $1)); shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.05
  done
}

free_ports() {
  local ports=() port
  while [ "${#ports[@]}" -lt "$1" ]; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || ports+=("$port")
  done
  echo "${ports[@]}"
}

make_certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
    -keyout "$WORK/tls.key" -out "$WORK/tls.crt" 2>/dev/null
  chmod 600 "$WORK/tls.key"
}

start_tenant() {
  printf 'stand-in-secret\n' >"$WORK/client.secret"
  chmod 600 "$WORK/client.secret"
  "$BIN/stand_in_tenant" serve --port 0 --port-file "$WORK/tenant.port" --tenant-id "$TENANT_ID" \
    --client-id "$CLIENT_ID" --client-secret stand-in-secret "$@" >>"$WORK/tenant.log" 2>&1 &
  TENANT_PID=$!
  wait_until 10 test -s "$WORK/tenant.port" || die "the stand-in tenant did not start"
  TENANT_URL=http://127.0.0.1:$(cat "$WORK/tenant.port")
}

write_configuration() {
  local mode=$1; shift
  [ -e "$WORK/tls.key" ] || make_certificate
  cat >"$WORK/secondlook.toml" <<TOML
metrics.listen = "127.0.0.1:0"
${LOG_FORMAT:+log.format = '$LOG_FORMAT'}
${LOG_LEVEL:+log.level = '$LOG_LEVEL'}

[paths]
journal = "$WORK/journal"
database = "$WORK/database/detections.db"
runtime = "$WORK/run"
cache = "$WORK/cache"

${JOURNAL_SETTINGS:+[journal]
$JOURNAL_SETTINGS
}
[smtp]
listen = ["127.0.0.1:0"]
hostname = "localhost"
tls_certificate_file = "$WORK/tls.crt"
tls_key_file = "$WORK/tls.key"
permitted_networks = ["127.0.0.0/8"]

[analyzer]
${ANALYZER_SETTINGS:-workers = 2}

[policy]
mode = "$mode"
$(printf '%s\n' "$@")

[[tenant]]
name = "contoso"
tenant_id = "$TENANT_ID"
journal_addresses = ["$JOURNAL_ADDRESS"]
domains = [$OWN_DOMAINS]
report_senders = ["$REPORT_SENDER"]

[tenant.graph]
client_id = "$CLIENT_ID"
client_secret_file = "$WORK/client.secret"
login_url = "$TENANT_URL"
graph_url = "$TENANT_URL"
give_up_after = "${GIVE_UP_AFTER:-1h}"
TOML
  export SECONDLOOK_CONFIG=$WORK/secondlook.toml
}

start_service() {
  rm -f "$WORK/ready.json"
  "$BIN/secondlook" serve --ready-file "$WORK/ready.json" >>"$WORK/service.log" 2>&1 &
  SERVICE_PID=$!
  wait_until 90 service_is_ready || die "the service did not get ready"
  SMTP=$(jq -r '.smtp[0]' "$WORK/ready.json")
}

service_is_ready() {
  kill -0 "$SERVICE_PID" 2>/dev/null || die "the service ended while starting"
  [ -s "$WORK/ready.json" ]
}

stop_service() {
  [ -n "${SERVICE_PID:-}" ] || return 0
  kill -TERM "$SERVICE_PID" 2>/dev/null
  wait_until 30 service_is_gone || { kill -KILL "$SERVICE_PID"; die "the service did not stop"; }
  SERVICE_PID=
}

kill_service() {
  local processes
  processes=$(secondlook status --json | jq -r '.processes[].pid // empty')
  kill -KILL "$SERVICE_PID" $processes 2>/dev/null || true
  wait "$SERVICE_PID" 2>/dev/null || true
  SERVICE_PID=
}

service_is_gone() { ! kill -0 "$SERVICE_PID" 2>/dev/null; }

deliver() {
  "$BIN/stand_in_tenant" deliver "$1" --tenant-url "$TENANT_URL" --journal "$SMTP" \
    --journal-address "$JOURNAL_ADDRESS" --report-from "$REPORT_SENDER" \
    --tenant-id "$TENANT_ID" "${@:2}"
}

# The mailboxes themselves, not our word for it: in_folder MAILBOX FOLDER, Message-IDs, sorted.
in_folder() {
  curl -sS --fail --get "$TENANT_URL/stand-in/messages" --data-urlencode "mailbox=$1" \
    --data-urlencode "folder=$2" | jq -r '[.[].message_id] | sort | join(" ")'
}

secondlook() { "$BIN/secondlook" "$@"; }

# message ID-IN-BRACKETS: its line of `search --json`, empty while it is not recorded.
message() { secondlook search --all --limit 1 --json "message-id:$1" 2>/dev/null || true; }

# copy_is MESSAGE-ID MAILBOX STATE. (jq is given one array, since without any input it says yes.)
copy_is() {
  message "$1" | jq -se --arg mailbox "$2" --arg state "$3" \
    'any(.[].copies[]; .mailbox == $mailbox and .state == $state)' >/dev/null
}

# metrics_url: where secondlook-notify listens, http://HOST:PORT.
metrics_url() {
  secondlook status --json | jq -r '.processes[] | select(.name == "secondlook-notify") | .detail' |
    sed -n 's|^metrics on \([^,]*\).*|http://\1|p'
}

# process_id NAME: the pid of one of the service's processes, from the supervisor's table.
process_id() { secondlook status --json | jq -r --arg name "$1" '.processes[] | select(.name == $name) | .pid'; }
