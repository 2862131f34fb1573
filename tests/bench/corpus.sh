# The private corpus of mails beside the project, where it is there; sourced by scripts that measure on it.
# Nothing of it, and nothing made of it, is ever kept.
#
#   unpack_corpus DIRECTORY    its mails; ends the script with 2 and a loud line where there is none
#   wrap_corpus DIRECTORY      a journal report of each: DIRECTORY/reports/NUMBER.eml

unpack_corpus() {
  [ -d ../shared/corpus ] || { echo "SKIPPED: no ../shared/corpus here: name a directory of mails" >&2; exit 2; }
  mkdir -p "$1"
  local archive
  for archive in ../shared/corpus/*.tar.xz; do tar -xJf "$archive" -C "$1"; done
}

wrap_corpus() {
  unpack_corpus "$1/mails"
  "$BIN/wrap_reports" "$1/mails" "$1/reports"
}
