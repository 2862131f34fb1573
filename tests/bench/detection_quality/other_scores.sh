# What SpamAssassin and rspamd think of mails, without network: lines of PATH, a tab, the score. Sourced by bash.
#
#   spamassassin_scores SCRATCH LIST   of the files that LIST names; local tests, nothing learnt
#   rspamd_scores LIST                 of the private instance that start_rspamd started
#   package_version PACKAGE            4.0.1

package_version() { dpkg-query -W -f '${source:Upstream-Version}' "$1"; }

# Not sa-compile's plugin: it would answer with patterns compiled at another time.
spamassassin_scores() {
  local state=$1/spamassassin file
  mkdir -p "$state"/{plugins,user}
  for file in /etc/spamassassin/*.pre; do
    [ "${file##*/}" = sa-compile.pre ] || ln -sf "$file" "$state/plugins/"
  done
  perl tests/bench/agreement/spamassassin_hits.pl /usr/share/spamassassin "$state/plugins" "$state/user" "$(nproc)" \
    <"$2" 2>>"$1/spamassassin.log" | awk -F '\t' '$1 == "mail" { print $2 "\t" $3 }'
}

# One connection, one mail after the other. The connecting address is not told, or each mail would wait a tenth of a
# second for a name server that does not answer. What the score holds for a Date long ago is taken off again: it was
# not long ago when the mail came.
rspamd_scores() {
  local answers=$RSPAMD_STATE/answers
  mkdir -p "$answers"
  awk -v url="http://$RSPAMD/checkv2" -v answers="$answers" '
    NR > 1 { print "next" }
    { printf "url = \"%s\"\ndata-binary = \"@%s\"\noutput = \"%s/%06d\"\nfail\nmax-time = 60\n", url, $0, answers, NR
      print "header = \"Helo: edge.sender.example\"\nheader = \"Rcpt: alice@contoso.example\"" }' "$1" |
    curl --silent --show-error --config -
  [ "$(find "$answers" -type f | wc -l)" -eq "$(wc -l <"$1")" ] || die "rspamd did not answer for every mail"
  find "$answers" -type f | sort | xargs jq -r '.score - (.symbols.DATE_IN_PAST.score // 0)' | paste "$1" -
}
