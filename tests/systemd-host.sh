#!/bin/bash
# A machine to try services on: this system's own systemd as PID 1 of new namespaces, over a copy of the root file
# system that is written in memory and forgotten at the end. The machine around it keeps its files, processes,
# control groups and kernel settings as they are.
#
#   tests/systemd-host.sh can           say whether that works here; exit 1 with the reason if not
#   tests/systemd-host.sh up DIR        boot one, known by DIR (made if it is not there)
#   tests/systemd-host.sh root DIR      print the path of its root as seen from here
#   tests/systemd-host.sh in DIR CMD... run a command in it
#   tests/systemd-host.sh down DIR      end it
#
# `hold` and `boot` are steps of `up`. Layers, from the outside: `hold` has a mount namespace of its own and the
# control group, and tidies up; `unshare` has the other namespaces; `boot` builds the root and becomes systemd.
set -euo pipefail

self=$(realpath "${BASH_SOURCE[0]}")
systemd=/lib/systemd/systemd

cannot() {
  echo "$1"
  exit 1
}

can() {
  [[ $(id -u) == 0 ]] || cannot "not root"
  for command in unshare nsenter pivot_root mount mknod pgrep setsid; do
    command -v "$command" >/dev/null || cannot "no \`$command\`"
  done
  [[ -x $systemd ]] || cannot "no systemd ($systemd)"
  unshare --mount --propagation private --pid --ipc --uts --cgroup --fork true 2>/dev/null || cannot "namespaces are not allowed"
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --propagation private bash -c '
    mount -t tmpfs tmpfs /mnt && mkdir /mnt/{upper,work,root,cgroup} &&
    mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root &&
    mount -t cgroup2 cgroup2 /mnt/cgroup && mkdir "/mnt/cgroup/feedwright-can-$$" && rmdir "/mnt/cgroup/feedwright-can-$$"
  ' 2>/dev/null || cannot "overlay or control groups (v2) cannot be mounted"
}

up() {
  mkdir -p "$dir"
  rm -f "$dir/init"
  setsid unshare --mount --propagation private "$self" hold "$dir" </dev/null >"$dir/boot.log" 2>&1 &
  local state="" deadline=$((SECONDS + 60))
  until [[ $state == running || $state == degraded ]]; do
    ((SECONDS < deadline)) || cannot "systemd did not come up ($state); see $dir/boot.log"
    kill -0 $! 2>/dev/null || cannot "systemd ended while it booted; see $dir/boot.log"
    sleep 0.1
    state=$(within systemctl is-system-running 2>/dev/null) || true
  done
}

hold() {
  local memory=$dir/memory group
  mkdir -p "$memory"
  mount -t tmpfs -o size=1g,mode=0755 tmpfs "$memory"
  mkdir "$memory"/{upper,work,root,cgroup}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$memory/upper,workdir=$memory/work" "$memory/root"
  mount -t cgroup2 cgroup2 "$memory/cgroup"
  group=$memory/cgroup/feedwright-host-$$
  mkdir "$group"
  # Entering the group before its namespace is made turns it into the root of the groups that systemd sees.
  bash -c 'echo $$ >"$1/cgroup.procs"; exec unshare --mount --propagation private --pid --ipc --uts --cgroup \
    --fork --kill-child "$2" boot "$3"' _ "$group" "$self" "$dir" &
  local inside=$!
  echo "$inside" >"$dir/inside"
  until pgrep -P "$inside" -o >"$dir/init.new"; do
    kill -0 "$inside" || break
    sleep 0.02
  done
  mv "$dir/init.new" "$dir/init"
  # `unshare` only waits; within the group it would be a process that nobody inside can name.
  echo "$inside" >"$memory/cgroup/cgroup.procs"
  wait "$inside" || true
  # The last processes of the group may still be on their way out.
  for _ in {1..100}; do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null && break
    sleep 0.05
  done
}

boot() {
  local root=$dir/memory/root node
  : >"$root/etc/fstab" # nothing of the real machine is mounted or swapped to
  rm -f "$root/etc/machine-id" "$root/etc/hostname"
  echo feedwright-host >"$root/etc/hostname"
  : >"$root/etc/machine-id" # systemd makes a new one, so that journals are not mixed
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount --bind -o ro "$root/proc/sys" "$root/proc/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=0755 tmpfs "$root/dev"
  for node in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 0666 "$root/dev/${node%:*}" c 1 "${node#*:}"
  done
  mknod -m 0666 "$root/dev/tty" c 5 0
  mkdir "$root/dev/pts" "$root/dev/shm"
  ln -s /proc/self/fd "$root/dev/fd"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  mount -t tmpfs -o mode=0755 tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  cd "$root"
  pivot_root . .
  umount -l .
  # `container` tells systemd that hardware and kernel are somebody else's affair.
  exec env -i container=other PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    "$systemd" --system --unit=basic.target --show-status=no --log-target=null
}

within() {
  local init
  read -r init <"$dir/init" || return 1
  nsenter -t "$init" --mount --pid --ipc --uts --cgroup --root --wd -- "$@"
}

down() {
  if [[ -s $dir/inside ]]; then
    local inside
    read -r inside <"$dir/inside"
    kill -KILL "$inside" 2>/dev/null || true # and with it, by --kill-child, everything within
    for _ in {1..200}; do
      kill -0 "$inside" 2>/dev/null || break
      sleep 0.05
    done
  fi
  rm -f "$dir/init" "$dir/inside"
}

verb=${1:-}
case $verb in
  can) can ;;
  up | hold | boot | down | root | in)
    dir=$(realpath -m "${2:?a directory}")
    shift 2
    case $verb in
      root) echo "/proc/$(<"$dir/init")/root" ;;
      in) within "$@" ;;
      *) "$verb" ;;
    esac
    ;;
  *)
    echo "systemd-host.sh: unknown command \`$verb\`; see the head of $self" >&2
    exit 64
    ;;
esac
