# What deploy/demo shows, step by step. Sourced by it, after tests/support/environment.sh.

bold=; plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m'; plain=$'\033[0m'; fi
heading() { printf '\n%s── %s%s\n' "$bold" "$*" "$plain"; }

mails=deploy/demo_mails

# The EICAR test file, put together here so that no file of this project is taken for a virus.
eicar() { printf '%s%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$' 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'; }

# A ClamAV database of one signature: EICAR's SHA-256 with its size. The service works the same with
# the real database of freshclam; this one needs no download.
make_malware_database() {
  mkdir -p "$WORK/malware"
  printf '%s:68:Eicar-Test-Signature\n' "$(eicar | sha256sum | cut -d' ' -f1)" \
    >"$WORK/malware/demo.hsb"
}

# fill_template FILE.eml.in ATTACHMENT: the mail with the attachment in base64, on standard output.
fill_template() {
  base64 -w 76 "$2" >"$WORK/attachment.base64"
  sed -e "/@ATTACHMENT@/{r $WORK/attachment.base64" -e 'd}' "$1"
}

make_password_zip() {
  printf 'mitsumori 2026-11\n' >"$WORK/mitsumori.txt"
  (cd "$WORK" && zip -q -P himitsu-2026 mitsumori.zip mitsumori.txt)
}

explain_set_up() {
  heading "what is running"
  say "stand-in for Microsoft 365   $TENANT_URL   (Graph and login; alice, bob, carol @contoso.example)"
  say "secondlook, mode enforce     SMTP on $SMTP, files in $WORK"
  say "the shipped default is mode observe: it would record all this and touch nothing."
}

message_id_of() {
  sed -n 's/\r$//; /^$/q; s/^[Mm]essage-[Ii][Dd]:[[:space:]]*//p' "$1" | head -n 1
}

is_settled() {
  message "$1" | jq -se 'length == 1 and all(.[].copies[].state; . != "planned" and . != "begun")' >/dev/null
}

# show_mail FILE TITLE RECIPIENT…: delivers it as Exchange would, waits until nothing is left to do,
# and prints what happened.
show_mail() {
  local file=$1 title=$2 id recipients=(); shift 2
  for address in "$@"; do recipients+=(--to "$address"); done
  heading "$title"
  id=$(message_id_of "$file")
  deliver "$file" --from "$(sender_of "$file")" "${recipients[@]}" >>"$WORK/deliver.log"
  wait_until 30 is_settled "$id" || die "nothing became of $id within 30 seconds"
  show_outcome "$id"
}

sender_of() {
  sed -n 's/\r$//; /^$/q; s/^From:.*<\([^>]*\)>.*/\1/p' "$1" | head -n 1 | grep . ||
    echo sender@elsewhere.example
}

show_outcome() {
  message "$1" | jq -r '
    def seconds: sub("Z$"; "") | split(".") |
      ((.[0] + "Z" | fromdateiso8601) + ("0." + (.[1] // "0") | tonumber));
    "received     \(.received_at)   from \(.sender)",
    "subject      \(.subject)",
    "disposition  \(.disposition) (\(.score))" +
      (if .attributes == [] then "" else "   [" + (.attributes | join(", ")) + "]" end),
    "why          " + (if .rules == [] then "no rule hit" else (.rules | join(", ")) end),
    (.received_at as $accepted | .copies[] |
      "copy         \(.mailbox): " +
      (if .state == null then "left where it is"
       elif .state == "removed" then "moved from \(.folder_before) to \(.action), " +
         "\(((.at | seconds) - ($accepted | seconds)) * 1000 | round / 1000) s after SMTP acceptance"
       else .state end))'
}

show_own_mails() {
  show_mail $mails/ordinary_lunch.eml "an ordinary mail" alice@contoso.example
  show_mail $mails/ordinary_japanese_meeting.eml "an ordinary mail in ISO-2022-JP" alice@contoso.example
  show_mail $mails/phish_lookalike_login.eml "a phish: look-alike domain, link to another host" alice@contoso.example
  show_mail $mails/phish_japanese_bank.eml "a phish in ISO-2022-JP" alice@contoso.example
  show_mail $mails/phish_three_recipients.eml \
    "a phish to three: an alias of bob, carol, and a partner outside" \
    robert@contoso.example carol@contoso.example partner@fabrikam.example
  eicar >"$WORK/proof.com"
  fill_template $mails/eicar_attachment.eml.in "$WORK/proof.com" >"$WORK/eicar.eml"
  show_mail "$WORK/eicar.eml" "an attachment that ClamAV knows (EICAR)" bob@contoso.example
  make_password_zip
  fill_template $mails/password_zip_ppap.eml.in "$WORK/mitsumori.zip" >"$WORK/ppap.eml"
  show_mail "$WORK/ppap.eml" "PPAP: a ZIP with a password, as Japanese offices send it" bob@contoso.example
}

# The domains that real reports are about, as further elements of the tenant's list.
domains_of_reports() {
  sed -n 's/\r$//; s/^X-OriginatorOrg: *//p; s/^Recipient: .*@//p' "$1"/*.eml | sort -u |
    sed 's/.*/, "&"/' | tr -d '\n'
}

# The demo is a promise: it fails where a phish stayed or an ordinary mail went.
check_own_mails() {
  copy_is '<expire-9c1f77@cont0so.example>' alice@contoso.example removed &&
    copy_is '<kakunin-20261122@contoso-jp.example>' alice@contoso.example removed &&
    copy_is '<inv-88213.a7@contoso-payments.example>' bob@contoso.example removed &&
    copy_is '<inv-88213.a7@contoso-payments.example>' carol@contoso.example removed &&
    copy_is '<proof-5521@printshop.example>' bob@contoso.example removed ||
    die "a malicious copy was not removed"
  in_folder alice@contoso.example inbox | grep -q lunch-4711 || die "an ordinary mail was removed"
}

show_real_reports() {
  local report id
  for report in "$1"/*.eml; do
    heading "a real journal report of Exchange Online: $(basename "$report")"
    id=$(sed -n '/^X-MS-Exchange-Parent-Message-Id:/I{n;s/^[[:space:]]*//;s/\r$//;p;q}' "$report")
    deliver "$report" --report >>"$WORK/deliver.log"
    wait_until 30 is_recorded "$id" || die "$report was not recorded within 30 seconds"
    show_outcome "$id"
  done
}

is_recorded() { [ -n "$(message "$1")" ]; }

show_search_and_undo() {
  local id
  heading "secondlook search (detections)"
  secondlook search
  heading "secondlook show: why, with the bytes that matched"
  id=$(message '<expire-9c1f77@cont0so.example>' | jq .id)
  secondlook show "$id"
  heading "secondlook retract: a clean mail, by hand"
  id=$(message '<lunch-4711@fabrikam.example>' | jq .id)
  secondlook retract "id:$id" --to deleted_items --reason "demo: sent to the wrong Alice" --yes
  heading "secondlook restore: and back again"
  secondlook restore "id:$id" --reason "demo: it was the right Alice" --yes
  copy_is '<lunch-4711@fabrikam.example>' alice@contoso.example restored ||
    die "the copy was not restored"
}

explain_use() {
  heading "left running; try"
  say "export SECONDLOOK_CONFIG=$SECONDLOOK_CONFIG PATH=$BIN:\$PATH"
  say "secondlook search --all"
  say "secondlook show 3"
  say "secondlook status --watch"
  say "stand_in_tenant deliver YOUR.eml --tenant-url $TENANT_URL --journal $SMTP \\"
  say "  --journal-address $JOURNAL_ADDRESS --report-from $REPORT_SENDER \\"
  say "  --from you@elsewhere.example --to alice@contoso.example"
  say "Enter or Ctrl-C ends it."
}
