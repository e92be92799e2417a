#!/bin/bash
# Puts Feedwright and its service on this machine, or takes them away again. Doing either twice does no harm.
#
#   systemd/install.sh              install
#   systemd/install.sh uninstall    remove what was installed; configuration, state and feeds stay
#
# Nothing is started or enabled. It reads these variables:
#   BINARY    the program to install       (target/release/feedwright of this checkout)
#   PREFIX    where it belongs             (/usr/local)
#   DESTDIR   a folder to install into instead of the machine itself, for packagers: files only, no accounts
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=${PREFIX:-/usr/local}
destdir=${DESTDIR:-}
binary=${BINARY:-${CARGO_TARGET_DIR:-$here/../target}/release/feedwright}

# systemd looks for units below /usr/local and /usr, and otherwise in /etc.
case $prefix in
  /usr | /usr/local) lib=$prefix/lib ;;
  *) lib=/etc ;;
esac
program=$prefix/bin/feedwright
documents=$prefix/share/doc/feedwright
configuration=/etc/feedwright/feedwright.yaml

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

# put MODE FILE TARGET: copies it, with the paths in it made true for PREFIX when it is a unit.
put() {
  local mode=$1 file=$2 target=$destdir$3 scratch
  install -d "$(dirname "$target")"
  scratch=$(mktemp "$target.XXXXXX")
  if [[ $file == *.service || $file == *.socket ]]; then
    sed -e "s#/usr/local/bin/feedwright#$program#" -e "s#/usr/local/share/doc/feedwright#$documents#" "$file" >"$scratch"
  else
    cat "$file" >"$scratch"
  fi
  chmod "$mode" "$scratch"
  mv -f "$scratch" "$target" # in one step: a running program is never half replaced
  echo "installed $target"
}

# On a packager's DESTDIR, and where systemd does not run, there is nobody to tell.
on_this_machine() { [[ -z $destdir && -d /run/systemd/system ]]; }

install_all() {
  [[ -f $binary ]] || fail "there is no program at \`$binary\`; build it with \`cargo build --release\`, or name it in BINARY"
  put 0755 "$binary" "$program"
  put 0644 "$here/feedwright.service" "$lib/systemd/system/feedwright.service"
  put 0644 "$here/feedwright@.service" "$lib/systemd/system/feedwright@.service"
  put 0644 "$here/feedwright.socket" "$lib/systemd/system/feedwright.socket"
  put 0644 "$here/feedwright@.socket" "$lib/systemd/system/feedwright@.socket"
  put 0644 "$here/feedwright.sysusers" "$lib/sysusers.d/feedwright.conf"
  put 0644 "$here/feedwright.tmpfiles" "$lib/tmpfiles.d/feedwright.conf"
  put 0644 "$here/network.conf" "$documents/network.conf"
  for document in README.md CHANGELOG.md LICENSE; do
    if [[ -f $here/../$document ]]; then put 0644 "$here/../$document" "$documents/$document"; fi
  done
  if [[ -e $destdir$configuration ]]; then
    echo "kept      $destdir$configuration"
  else
    put 0644 "$here/feedwright.yaml" "$configuration"
  fi
  if on_this_machine; then
    systemd-sysusers "$lib/sysusers.d/feedwright.conf"
    systemd-tmpfiles --create "$lib/tmpfiles.d/feedwright.conf" ||
      echo "install.sh: /var/www/feeds was not made as it should be (see above); the account feedwright must own it" >&2
    systemctl daemon-reload
    echo "next: edit $configuration, then \`systemctl enable --now feedwright\`"
  fi
}

uninstall_all() {
  if on_this_machine; then
    systemctl stop feedwright.socket 'feedwright@*.socket' feedwright.service 'feedwright@*.service' 2>/dev/null || true
    systemctl disable feedwright.socket feedwright@.socket feedwright.service feedwright@.service 2>/dev/null || true
  fi
  for file in "$program" "$lib/systemd/system/feedwright.service" "$lib/systemd/system/feedwright@.service" \
    "$lib/systemd/system/feedwright.socket" "$lib/systemd/system/feedwright@.socket" \
    "$lib/sysusers.d/feedwright.conf" "$lib/tmpfiles.d/feedwright.conf" "$documents"; do
    if [[ -e $destdir$file ]]; then
      rm -r "$destdir$file"
      echo "removed $destdir$file"
    fi
  done
  if on_this_machine; then systemctl daemon-reload; fi
  echo "kept: /etc/feedwright, /var/lib/feedwright, /var/www/feeds and the account feedwright"
}

case ${1:-install} in
  install) install_all ;;
  uninstall) uninstall_all ;;
  *) fail "unknown command \`$1\`; say \`install\` or \`uninstall\`" ;;
esac
