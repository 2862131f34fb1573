# SMTP sessions spoken line by line, for stories that stop in the middle of one or say what swaks cannot.
# Sourced by bash scripts; plain text, no TLS.
#
#   open_session PORT          SESSION: its descriptor; false unless greeted with 220
#   say_line LINE…             to SESSION, each with CR LF; false as soon as a reply is neither 2xx nor 3xx
#   send_bytes                 from standard input, as they are; no reply is waited for
#   read_reply                 prints one whole reply of SESSION; false as above, or after 60 s
#   as_data FILE               the file as it goes behind DATA: CR LF, dots stuffed, the end's dot left out
#   close_session

open_session() {
  trap '' PIPE  # a peer that has gone is an error of printf, not the script's end
  exec {SESSION}<>"/dev/tcp/127.0.0.1/$1" && read_reply
}

say_line() {
  local line
  for line in "$@"; do
    printf '%s\r\n' "$line" 2>/dev/null >&"$SESSION" && read_reply || return 1
  done
}

send_bytes() { cat >&"$SESSION" 2>/dev/null || true; }

read_reply() {
  local reply=
  while read -r -t 60 -u "$SESSION" reply && echo "$reply" && [ "${reply:3:1}" = - ]; do :; done
  [[ $reply == [23]* ]]
}

as_data() { sed -e 's/\r$//' -e 's/^\./../' -e 's/$/\r/' "$1"; }

close_session() { exec {SESSION}>&-; }
