# Debian packages that only a measurement needs. Sourced by bash.
#
#   install_missing PACKAGE…    as root; else, or where they cannot be had, ends the script with 2 and a loud line

install_missing() {
  local package missing=() policy=/usr/sbin/policy-rc.d made='' done=0
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || { echo "SKIPPED: packages are missing, to be installed by root: ${missing[*]}" >&2; exit 2; }
  echo "installing: ${missing[*]}" >&2
  if [ ! -e "$policy" ]; then  # what is installed must not be started
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 update -qq >&2 &&
    DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends \
      "${missing[@]}" >/dev/null || done=$?
  [ -z "$made" ] || rm -f "$policy"
  [ "$done" -eq 0 ] || { echo "SKIPPED: cannot install ${missing[*]}" >&2; exit 2; }
}
