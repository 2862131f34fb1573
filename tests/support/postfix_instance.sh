# A private Postfix beside whatever the machine has: its own configuration, queue, data directory
# and ports on 127.0.0.1, in a directory of its own. Sourced by bash scripts, which must be root (Postfix
# switches users) and call stop_postfix at their end. The machine's own Postfix is not looked at.
#
#   postfix_can_run              false, with the reason on standard error, without Postfix or root
#   make_postfix DIRECTORY PORT [NAME=VALUE…]    writes the configuration; names as in postconf(5)
#   start_postfix, stop_postfix  the latter waits until the last process of it is gone
#   postfix_queue                how many mails it holds, by its queue files
#   tell_postfix_queue           for a failure: those files, what was logged of them, its connections
#
# It takes mail for everybody from 127.0.0.1 on PORT. Where to, the caller says: relayhost=…, or
# default_transport=discard. POSTFIX_LOG is where it logs to.

postfix_can_run() {
  command -v postfix >/dev/null || { echo "Postfix is not installed" >&2; return 1; }
  [ "$(id -u)" -eq 0 ] || { echo "Postfix can be started by root only" >&2; return 1; }
}

make_postfix() {
  POSTFIX=$1
  POSTFIX_LOG=$POSTFIX/postfix.log
  mkdir -p "$POSTFIX/etc" "$POSTFIX/queue" "$POSTFIX/data"
  # Its processes run as the user postfix and must get through to the queue.
  chmod 711 "$POSTFIX"
  chown postfix "$POSTFIX/data"
  postfix_main >"$POSTFIX/etc/main.cf"
  postfix_master "$2" >"$POSTFIX/etc/master.cf"
  postconf -c "$POSTFIX/etc" -e "${@:3}"
}

postfix_main() {
  cat <<CF
compatibility_level = 3.6
queue_directory = $POSTFIX/queue
data_directory = $POSTFIX/data
maillog_file = $POSTFIX_LOG
maillog_file_prefixes = $POSTFIX
myhostname = mail-out.exchange.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_host_lookup = native
disable_dns_lookups = yes
message_size_limit = 350000000
mailbox_size_limit = 0
CF
}

# The services of Debian's master.cf that such an instance uses, none of them in a chroot. The queue manager
# is woken every 5 seconds (Debian: 300): a mail that it finds locked by a delivery just ended goes back to
# the incoming queue for a minute, where nothing but the next mail or this wake-up makes it look again.
postfix_master() {
  cat <<CF
127.0.0.1:$1 inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n -  0 cleanup
qmgr      unix  n - n 5 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n -  - trivial-rewrite
bounce    unix  - - n -  0 bounce
defer     unix  - - n -  0 bounce
trace     unix  - - n -  0 bounce
flush     unix  n - n 1000? 0 flush
smtp      unix  - - n -  - smtp
relay     unix  - - n -  - smtp
showq     unix  n - n -  - showq
error     unix  - - n -  - error
retry     unix  - - n -  - error
discard   unix  - - n -  - discard
anvil     unix  - - n -  1 anvil
scache    unix  - - n -  1 scache
proxymap  unix  - - n -  - proxymap
postlog   unix-dgram n - n - 1 postlogd
CF
}

start_postfix() {
  postfix -c "$POSTFIX/etc" start >"$POSTFIX/start.log" 2>&1 ||
    { cat "$POSTFIX/start.log" "$POSTFIX_LOG" >&2; return 1; }
  POSTFIX_PID=$(tr -d ' ' <"$POSTFIX/queue/pid/master.pid")
}

stop_postfix() {
  [ -n "${POSTFIX_PID:-}" ] || return 0
  postfix -c "$POSTFIX/etc" abort >/dev/null 2>&1 || true
  for ((tries = 0; tries < 200; tries++)); do
    kill -0 "$POSTFIX_PID" 2>/dev/null || break
    sleep 0.05
  done
  POSTFIX_PID=
}

postfix_queue() {
  find "$POSTFIX/queue/maildrop" "$POSTFIX/queue/incoming" "$POSTFIX/queue/active" \
    "$POSTFIX/queue/deferred" -type f 2>/dev/null | wc -l
}

tell_postfix_queue() {
  local files file
  files=$(find "$POSTFIX/queue/maildrop" "$POSTFIX/queue/incoming" "$POSTFIX/queue/active" \
    "$POSTFIX/queue/deferred" -type f 2>/dev/null | head -n 5)
  for file in $files; do
    ls -l --time-style=full-iso "$file"
    grep -F "$(basename "$file")" "$POSTFIX_LOG" | tail -n 5 || true
  done
  tail -n 5 "$POSTFIX_LOG"
  ss -tnp 2>/dev/null | grep -E "smtp|secondlook" | head -n 10 || true
}
