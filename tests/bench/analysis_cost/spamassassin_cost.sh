# What Debian's SpamAssassin costs for the same mails, its body rules compiled to machine code (sa-compile) into a
# scratch directory, local tests only. Sourced by bash.
#
#   compile_spamassassin SCRATCH     minutes
#   spamassassin_cost SCRATCH LIST   JSON line; the files that LIST names, in one process that loads the rules once

compile_spamassassin() {
  local state=$1/spamassassin directory file
  mkdir -p "$state"/{plugins,user}
  for file in /etc/spamassassin/*.pre; do ln -sf "$file" "$state/plugins/"; done
  directory=$(perl tests/bench/analysis_cost/spamassassin_cost.pl "$state" /usr/share/spamassassin directory)
  mkdir -p "$directory"
  TMPDIR=$1 sa-compile --configpath=/usr/share/spamassassin --siteconfigpath="$state/plugins" \
    --prefspath="$state/user/none" --updatedir="$directory" --quiet </dev/null >"$state/compile.log" 2>&1 ||
    { tail -n 20 "$state/compile.log" >&2; die "sa-compile failed"; }
}

spamassassin_cost() {
  perl tests/bench/analysis_cost/spamassassin_cost.pl "$1/spamassassin" /usr/share/spamassassin measure <"$2" |
    cost_line spamassassin total "$2"
}
