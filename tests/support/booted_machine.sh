# A Debian machine with systemd in a container of its own, for stories that install packages. It shares our
# network, which is a namespace without any way out. Sourced behind environment.sh; needs root.
#
#   can_boot_machines            else says why not
#   in_own_network SCRIPT        runs SCRIPT anew in a network of its own, when it is not in one
#   prepare_root DEB…            ROOT: a minimal system, kept between runs, with all that the packages depend on
#                                downloaded and nothing of it installed
#   boot_machine                 a throw-away copy of ROOT in $WORK/machine, booted; LANDLOCK=off: as on a kernel without
#   machine COMMAND…             runs it there as root
#   as USER COMMAND…             runs it there as USER
#   stop_machine
#
# SECONDLOOK_TEST_ROOTS: where roots are kept (/var/cache/secondlook-test-roots).

ROOTS=${SECONDLOOK_TEST_ROOTS:-/var/cache/secondlook-test-roots}

can_boot_machines() {
  local missing=() program
  [ "$(id -u)" = 0 ] || { say "only root can boot a machine"; return 1; }
  for program in mmdebstrap systemd-nspawn nsenter unshare ip cpack dpkg-deb; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  [ "${#missing[@]}" -eq 0 ] || { say "not installed: ${missing[*]}"; return 1; }
  unshare --mount --net --pid --fork true 2>/dev/null || { say "no namespaces can be made here"; return 1; }
}

in_own_network() {
  [ -z "${IN_OWN_NETWORK:-}" ] || { ip link set lo up; return 0; }
  IN_OWN_NETWORK=yes exec unshare --mount --net bash "$1"
}

package_sources() {
  local file
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    [ ! -s "$file" ] || { echo "$file"; return; }
  done
}

# Only the first run needs the package mirror; later ones find what it fetched, unless dependencies changed.
prepare_root() {
  local key deb
  key=$(for deb in "$@"; do dpkg-deb -f "$deb" Depends Package; done | sha256sum | cut -c1-16)
  ROOT=$ROOTS/$key
  [ ! -e "$ROOT.complete" ] || return 0
  say "making a minimal Debian in $ROOT (once; needs the package mirror) …"
  mkdir -p "$ROOTS"
  rm -rf "$ROOT"
  timeout 120 mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,ca-certificates \
    bookworm "$ROOT" "$(package_sources)" || return 1
  mkdir "$ROOT/packages"
  cp "$@" "$ROOT/packages/"
  # --download-only fetches into the cache; a failed one leaves no mark of completeness.
  timeout 120 systemd-nspawn --quiet --register=no --keep-unit --directory="$ROOT" /bin/sh -c '
    export DEBIAN_FRONTEND=noninteractive
    rm -f /etc/apt/apt.conf.d/docker-clean
    apt-get update -qq && apt-get install -qq -y --download-only --no-install-recommends /packages/*.deb' \
    >"$WORK/root.log" 2>&1 || return 1
  rm -rf "$ROOT/packages"
  touch "$ROOT.complete"
}

boot_machine() {
  mkdir -p "$WORK/machine" "$WORK/changes" "$WORK/overlay" /run/systemd/nspawn/propagate
  mount -t overlay overlay -o "lowerdir=$ROOT,upperdir=$WORK/changes,workdir=$WORK/overlay" "$WORK/machine" ||
    die "no overlay can be mounted on $WORK"
  local filter=()
  # Else the container's own filter keeps Landlock away.
  [ "${LANDLOCK:-on}" = off ] ||
    filter=(--system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self")
  systemd-nspawn --quiet --register=no --keep-unit --directory="$WORK/machine" --boot "${filter[@]}" \
    </dev/null >"$WORK/machine.log" 2>&1 &
  NSPAWN_PID=$!
  wait_until 60 machine_is_up || die "the machine did not boot"
}

machine_is_up() {
  kill -0 "$NSPAWN_PID" 2>/dev/null || die "the machine ended while booting"
  LEADER=$(pgrep -P "$NSPAWN_PID" | head -n 1) || return 1
  machine systemctl is-system-running 2>/dev/null | grep -qE '^(running|degraded)$'
}

machine() {
  nsenter --target "$LEADER" --all env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}

as() { machine runuser -u "$1" -- "${@:2}"; }

machine_is_down() { ! kill -0 "$NSPAWN_PID" 2>/dev/null; }

stop_machine() {
  [ -n "${NSPAWN_PID:-}" ] || return 0
  machine systemctl poweroff >/dev/null 2>&1 || true
  wait_until 30 machine_is_down || kill -KILL "$NSPAWN_PID" "$LEADER" 2>/dev/null || true
  wait "$NSPAWN_PID" 2>/dev/null || true
  NSPAWN_PID=
  umount "$WORK/machine" 2>/dev/null || umount --lazy "$WORK/machine" 2>/dev/null || true
}
