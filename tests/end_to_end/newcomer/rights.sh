# The table of deploy/README.md, tried: owners and modes, and what each user can and cannot reach.

# owned PATH MODE OWNER GROUP
owned() {
  local found
  found=$(machine stat -c '%a %U %G' "$1") || die "$1 is not there"
  [ "$found" = "$2 $3 $4" ] || die "$1 is $found, not $2 $3 $4"
}

check_directories() {
  owned /etc/secondlook 750 root secondlook
  owned /etc/secondlook/rules 750 root secondlook
  owned /var/lib/secondlook/journal 2750 secondlook-ingest secondlook-analyzer
  owned /var/lib/secondlook/database 2751 secondlook-remediation secondlook-readers
  owned /var/lib/secondlook/database/recorded_mark 755 secondlook-remediation secondlook-remediation
  owned /var/lib/secondlook/database/released_mails 2750 secondlook-remediation secondlook-analyzer
  owned /var/lib/secondlook/notify 2750 secondlook-notify secondlook-readers
  owned /var/cache/secondlook 700 secondlook-analyzer secondlook-analyzer
  owned /run/secondlook 775 secondlook-remediation secondlook-serve
}

check_set_up_files() {
  owned /etc/secondlook/secondlook.toml 640 root secondlook
  owned /etc/secondlook/contoso.key 600 secondlook-remediation root
  owned /etc/secondlook/contoso.crt 644 root root
  owned /etc/secondlook/contoso.ps1 600 root root
}

# Each process has its user, and none but the supervisor a right of root's.
check_processes() {
  local name pid
  for name in ingest analyzer remediation notify; do
    pid=$(secondlook status --json | jq -r --arg name "secondlook-$name" '.processes[] | select(.name == $name) | .pid')
    [ "$(machine stat -c %U "/proc/$pid")" = "secondlook-$name" ] || die "$name does not run as its user"
    [ "$(machine sed -n 's/^CapEff:[[:space:]]*//p' "/proc/$pid/status")" = 0000000000000000 ] || die "$name has capabilities"
    [ "$(machine sed -n 's/^CapPrm:[[:space:]]*//p' "/proc/$pid/status")" = 0000000000000000 ] || die "$name may get capabilities"
  done
  pid=$(machine systemctl show -P MainPID secondlook)
  [ "$(machine stat -c %U "/proc/$pid")" = secondlook-serve ] || die "serve does not run as its user"
}

can_read() { as "$1" sh -c 'head -c 1 "$1" >/dev/null 2>&1' sh "$2" || die "$1 cannot read $2"; }
cannot_read() { ! as "$1" sh -c 'head -c 1 "$1" >/dev/null 2>&1' sh "$2" || die "$1 can read $2"; }
cannot_write() { ! as "$1" sh -c ': >>"$1"' sh "$2" 2>/dev/null || die "$1 can write $2"; }

# check_rights MESSAGE-ID: of a mail that was recorded and is in a mailbox.
check_rights() {
  local data=/var/lib/secondlook database=/var/lib/secondlook/database/detections.db segment user
  segment=$(machine sh -c "ls -d $data/journal/*.segment | head -n 1")
  owned "$segment" 640 secondlook-ingest secondlook-analyzer
  owned "$database" 640 secondlook-remediation secondlook-readers
  owned "$data/database/recorded_mark/recorded" 644 secondlook-remediation secondlook-remediation
  can_read secondlook-analyzer "$segment"
  cannot_write secondlook-analyzer "$segment"
  can_read secondlook-ingest "$data/database/recorded_mark/recorded"
  can_read secondlook-ingest /etc/secondlook/tls.key
  can_read secondlook-remediation /etc/secondlook/contoso.key
  for user in secondlook-ingest secondlook-analyzer nobody; do
    cannot_read "$user" "$database"
    cannot_read "$user" /etc/secondlook/contoso.key
  done
  can_read secondlook-notify "$database"
  cannot_write secondlook-notify "$database"
  cannot_read secondlook-notify /etc/secondlook/contoso.key
  for user in secondlook-remediation secondlook-notify secondlook-serve alice rita nobody; do
    cannot_read "$user" "$segment"
    cannot_read "$user" /etc/secondlook/tls.key
  done
  cannot_read secondlook-analyzer /etc/secondlook/tls.key
  cannot_read nobody /etc/secondlook/secondlook.toml
  cannot_write rita "$database"
  # People: who reads sees, who operates acts, a stranger neither.
  as rita secondlook search --all --json | jq -se 'length > 0' >/dev/null || die "a reader finds nothing"
  as rita secondlook status >/dev/null || die "a reader gets no status"
  ! as rita secondlook retract "message-id:$1" --to junk --yes >/dev/null 2>&1 || die "a reader can act"
  as alice secondlook retract "message-id:$1" --to junk --dry-run >/dev/null || die "an operator cannot act"
  ! as nobody secondlook --config /dev/null status >/dev/null 2>&1 || die "a stranger is answered"
}
