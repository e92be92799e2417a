#!/bin/bash
# Feedwright as a service of a real systemd: installs a built program into a machine that tests/systemd-host.sh boots,
# and looks at what an administrator would look at.
#
#   tests/systemd.sh [BINARY]      target/release/feedwright when none is named
#
# Where that cannot be done it says so and is content; with FEEDWRIGHT_REQUIRE_SYSTEMD=1 it is a failure.
# Nothing here waits a fixed time: a condition is asked again until it holds or its deadline has passed.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
host=$project/tests/systemd-host.sh
binary=$(realpath -m "${1:-${CARGO_TARGET_DIR:-$project/target}/release/feedwright}")
passed=0 failed=0

if [[ ! -x $binary ]]; then
  echo "systemd.sh: there is no program at \`$binary\`; build it, or name it" >&2
  exit 64
fi
if ! reason=$("$host" can); then
  echo "systemd: skipped, $reason"
  [[ ${FEEDWRIGHT_REQUIRE_SYSTEMD:-0} != 1 ]]
  exit
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/feedwright-systemd.XXXXXX")
trap '"$host" down "$dir"; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
"$host" up "$dir"
root=$("$host" root "$dir")
posts=$root/srv/blog/posts
feeds=$root/var/www/feeds
settings=$root/etc/feedwright/feedwright.yaml

# -- words that the steps are made of --------------------------------------------------------------------------------

inside() { "$host" in "$dir" "$@"; }

wrong() {
  echo "$*"
  return 1
}

# holds ARGUMENTS...: grep of all that comes in. (One that ends at the first match breaks the pipe of who still writes.)
holds() {
  local all
  all=$(cat)
  grep -q "$@" <<<"$all"
}

# eventually SECONDS CONDITION...: asks until it holds.
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then wrong "not in time: $*"; return; fi
    sleep 0.05
  done
}

# state PROPERTY [UNIT]: what systemd says of the service.
state() { inside systemctl show --value --timestamp=us+utc -p "$1" "${2:-feedwright}"; }

is() { [[ $(state "$1" "${3:-feedwright}") == "$2" ]] || wrong "$1 is not $2 but $(state "$1" "${3:-feedwright}")"; }
is_not() { [[ $(state "$1") != "$2" ]] || wrong "$1 is $2"; }

# microseconds PROPERTY: a time of the service since 1970.
microseconds() { date -d "$(state "$1")" +%s%6N; }

# log ARGUMENTS...: the journal of the service since the last `mark`. (By time: --after-cursor of systemd 252 skips the
# first entry that other arguments ask for.)
mark() { date -u '+%F %T.%6N UTC' >"$dir/mark"; }
log() { inside journalctl -q --no-pager -o cat -u feedwright --since "$(<"$dir/mark")" "$@"; }
logged() { log "${@:2}" | holds -Ei -- "$1"; }

# shows FEED TEXT: whether a feed on disk has TEXT in it.
shows() { grep -qF -- "$2" "$feeds/$1"; }
lacks() { ! shows "$@" || wrong "$1 has \`$2\`"; }
all_show() { shows rss.xml "$1" && shows atom.xml "$1" && shows feed.json "$1"; }
none_shows() { ! grep -rqF -- "$1" "$feeds"; }
fingerprint() { (cd "$feeds" && stat -c '%n %s %Y %i' rss.xml atom.xml feed.json && sha256sum rss.xml atom.xml feed.json); }

post() { # post FOLDER NAME TITLE: saved as an editor does, in place
  mkdir -p "$1"
  printf -- '---\ntitle: %s\ndate: 2024-05-06 07:08:09\n---\nA body with *some* words.\n' "$3" >"$1/$2"
}

configure() { # configure FILE TITLE FOLDER OUTPUT
  printf 'site:\n  title: %s\n  url: https://example.org/\nposts:\n  path: %s\noutput: %s\n' "$2" "$3" "$4" >"$1"
}

drop_in() { # drop_in LINE...: for this boot only
  mkdir -p "$root/run/systemd/system/feedwright.service.d"
  printf '%s\n' '[Service]' "$@" >"$root/run/systemd/system/feedwright.service.d/test.conf"
  inside systemctl daemon-reload
}

# step WHAT FUNCTION: runs it, stopping at the first thing that fails, and prints one line.
step() {
  local code=0
  if [[ ! -e $settings && $2 != units_* && $2 != installs ]]; then
    echo "FAIL  $1: it is not installed"
    failed=$((failed + 1))
    return
  fi
  # In the background, because `set -e` is not heeded where a result is looked at.
  (set -e; "$2") >"$dir/said" 2>&1 &
  wait $! || code=$?
  if ((code == 0)); then
    echo "ok    $1"
    passed=$((passed + 1))
  else
    echo "FAIL  $1"
    sed 's/^/        /' "$dir/said"
    inside journalctl -q --no-pager -n 15 -o short-precise -u 'feedwright*' 2>/dev/null | sed 's/^/        | /' || true
    failed=$((failed + 1))
  fi
}

# -- the steps -------------------------------------------------------------------------------------------------------

units_are_tight() {
  local unit
  for unit in feedwright.service feedwright@.service; do
    systemd-analyze security --offline=true --threshold=15 --no-pager "$project/systemd/$unit" | tail -1
  done
}

units_are_one() {
  diff <(sed -n '/^\[Unit\]/,$p' "$project/systemd/feedwright.service" |
    sed -e 's#^Description=.*#Description=Feedwright: feeds of %i#' -e 's#/feedwright\.yaml$#/%i.yaml#' \
      -e 's#^StateDirectory=.*#&/%i#' -e 's#^RuntimeDirectory=.*#&-%i#') \
    <(sed -n '/^\[Unit\]/,$p' "$project/systemd/feedwright@.service")
}

installs() {
  mkdir -p "$root/opt/checkout"
  cp -r "$project/systemd" "$project"/*.md "$project/LICENSE" "$root/opt/checkout/"
  cp "$binary" "$root/opt/checkout/feedwright"
  inside env BINARY=/opt/checkout/feedwright /opt/checkout/systemd/install.sh
  inside env BINARY=/opt/checkout/feedwright /opt/checkout/systemd/install.sh | grep "^kept .*feedwright.yaml"
  is ActiveState inactive
  is UnitFileState disabled
  [[ -z $(inside systemd-analyze verify feedwright.service feedwright@second.service 2>&1) ]] ||
    wrong "$(inside systemd-analyze verify feedwright.service feedwright@second.service 2>&1)"
  [[ $(inside stat -c %U:%a /var/www/feeds) == feedwright:755 ]]
}

starts() {
  local feed number
  for number in {100..399}; do post "$posts" "2024-01-01-post-$number.md" "Post $number"; done
  post "$posts" 2024-05-06-newest.md "The newest so far"
  configure "$settings" "Blog of the first title" /srv/blog/posts /var/www/feeds
  mark
  inside systemctl start feedwright
  is ActiveState active
  is Type notify
  all_show "The newest so far"
  for feed in rss.xml atom.xml feed.json; do # made by this start, and before it counted as started
    (($(date -r "$feeds/$feed" +%s%6N) <= $(microseconds ActiveEnterTimestamp))) || wrong "$feed is younger than \`active\`"
    (($(date -r "$feeds/$feed" +%s%6N) >= $(microseconds ExecMainStartTimestamp) - 10000)) || wrong "$feed is older than the start"
    [[ $(inside stat -c %U:%a "/var/www/feeds/$feed") == feedwright:644 ]] || wrong "owner or mode of $feed"
  done
}

runs_as_itself() {
  [[ $(inside ps -o user= -p "$(state MainPID)") == feedwright ]]
  [[ -n $(inside find /var/lib/feedwright -type f) ]] || wrong "nothing is kept in the state directory"
  [[ $(inside stat -c %U:%a /var/lib/feedwright) == feedwright:750 ]]
}

follows_a_save() {
  post "$posts" by-hand.md "Saved by hand"
  eventually 10 all_show "Saved by hand"
  post "$posts" by-hand.md "Saved again"
  eventually 10 all_show "Saved again"
  none_shows "Saved by hand"
  rm "$posts/by-hand.md"
  eventually 10 none_shows "Saved again"
}

reloads() {
  local before
  before=$(state MainPID)
  mark
  inside systemctl reload feedwright
  eventually 10 logged 'reload|read again' -p info..info
  configure "$settings" "Blog of another title" /srv/blog/posts /var/www/feeds
  inside systemctl reload feedwright
  eventually 10 all_show "Blog of another title"
  eventually 10 is ActiveState active # while it reloads it is `reloading`
  is MainPID "$before"
}

tells_its_status() {
  local count
  count=$(find "$posts" -name '*.md' | wc -l)
  eventually 10 status_has "$count"
  inside systemctl --no-pager status feedwright | grep -E "^ +Status: "
}
status_has() { inside systemctl --no-pager status feedwright | holds -E "^ +Status: \".*\b$1 posts\b.*\b3 feeds\b"; }

# ask USER ARGUMENTS...: `feedwright status` as somebody.
ask() {
  inside env -u HOME -u XDG_RUNTIME_DIR setpriv --reuid "$1" --regid "$(inside id -g "$1")" --clear-groups \
    feedwright status "${@:2}"
}

is_asked() {
  local socket said code=0
  socket=$(inside find /run/feedwright -type s)
  [[ $(inside stat -c %U:%G:%a "$socket") == feedwright:feedwright:660 ]] || wrong "$(inside stat -c %U:%G:%a "$socket")"
  [[ $(inside stat -c %U:%G:%a /run/feedwright) == feedwright:feedwright:750 ]]
  said=$(ask root)
  echo "$said"
  grep -qE "^service +feedwright .*, pid $(state MainPID), since " <<<"$said"
  grep -qE '^watching +/srv/blog/posts \(native\)$' <<<"$said"
  grep -qx 'problems   none' <<<"$said"
  ask feedwright -c /etc/feedwright/feedwright.yaml --format json | holds '"output": "/var/www/feeds"'
  said=$(ask nobody 2>&1) || code=$?
  ((code == 2)) || wrong "nobody is answered ($code): $said"
  grep -qF "\`/run/feedwright\`, where this user may not look; ask as root" <<<"$said" || wrong "$said"
}

tells_what_is_wrong() {
  local before
  before=$(fingerprint)
  mark
  printf -- '---\ntitle: Broken\ndate: 2024-13-02\n---\nText.\n' >"$posts/broken.md"
  eventually 10 logged 'broken\.md:3:[0-9]+: .*2024-13-02' -p err..warning
  ! logged 'broken\.md:3:' -p info..info || wrong "it is told as information, too"
  [[ $(fingerprint) == "$before" ]] || wrong "the feeds changed"
  rm "$posts/broken.md"
  mark
  post "$posts" mended.md "Mended"
  eventually 10 all_show Mended
  eventually 10 logged 'publish' -p info..info
  [[ -z $(log -p emerg..notice) ]] || wrong "a publication is told as more than information: $(log -p emerg..notice)"
}

comes_back() {
  local before killed restarts
  killed=$(state MainPID) restarts=$(state NRestarts) before=$(fingerprint)
  inside kill -9 "$killed"
  eventually 15 is NRestarts $((restarts + 1))
  eventually 15 is ActiveState active
  is_not MainPID "$killed"
  [[ $(fingerprint) == "$before" ]] || wrong "the feeds were written again, though no post had changed"
  post "$posts" afterwards.md "Saved afterwards"
  eventually 10 all_show "Saved afterwards"
}

# probe SCRIPT: runs it where, as whom and as confined as the service itself, before that starts.
probe() {
  printf '#!/bin/bash\n%s\n' "$1" >"$root/srv/probe"
  chmod 0755 "$root/srv/probe"
  drop_in ExecStartPre=/srv/probe
  inside systemctl restart feedwright || { log | tail -5; return 1; }
}

writes_only_where_it_may() {
  mark
  # Each place that is not the output or the state, and in the end both of them.
  # shellcheck disable=SC2016 # expanded by the probe
  probe 'for place in / /etc /etc/feedwright /srv/blog /srv/blog/posts /usr/local/bin /usr/local/lib /var /var/lib /var/log \
      /var/www /run /boot /dev /dev/shm /sys /sys/fs/cgroup /proc /proc/self /home /root; do
      if : 2>/dev/null >"$place/feedwright-probe"; then echo "BREACH: $place can be written"; fi
    done
    for file in /etc/passwd /srv/blog/posts/* /proc/sys/kernel/hostname /usr/local/bin/feedwright; do
      if : 2>/dev/null >>"$file"; then echo "BREACH: $file can be written"; fi
    done
    for place in /var/www/feeds /var/lib/feedwright; do
      : >"$place/feedwright-probe" && rm "$place/feedwright-probe" || echo "BREACH: $place cannot be written"
    done
    echo "the probe is done"'
  eventually 10 logged "the probe is done"
  ! logged BREACH || wrong "$(log | grep BREACH)"
}

sees_only_what_it_must() {
  mkdir -p "$root/home/ann" "$root/root"
  echo secret | tee "$root/home/ann/secret" "$root/root/secret" >"$root/tmp/secret"
  chmod 0755 "$root/home/ann"
  inside sh -c 'echo secret >/tmp/secret'
  mark
  # shellcheck disable=SC2016 # expanded by the probe
  probe 'for file in /home/ann/secret /root/secret /tmp/secret /etc/shadow /proc/1/cmdline /proc/kmsg /proc/meminfo /dev/mem /dev/kmsg; do
      if read -r line <"$file"; then echo "BREACH: $file can be read"; fi
    done 2>/dev/null
    if (exec 3<>/dev/tcp/127.0.0.1/9) 2>&1 | grep -q refused; then echo "BREACH: it can reach the network"; fi
    if unshare --user true 2>/dev/null; then echo "BREACH: it can make namespaces"; fi
    echo "the probe is done"'
  eventually 10 logged "the probe is done"
  ! logged BREACH || wrong "$(log | grep BREACH)"
  drop_in
  inside systemctl restart feedwright
}

# Within its sandbox the output is a mount of its own: what is mounted here before the start is what it sees.
publishes_on() { # publishes_on OPTIONS: the output is a small disk from now on
  inside systemctl stop feedwright
  inside mount -t tmpfs -o "$1" tmpfs /var/www/feeds
  inside chown feedwright:feedwright /var/www/feeds
  inside systemctl start feedwright
}
publishes_as_before() {
  inside systemctl stop feedwright
  inside umount /var/www/feeds
  inside systemctl start feedwright
}
told_once() { (($(log -p err..err | grep -c -- "$1") == 1)) || wrong "not told once: $(log -p err..err)"; }

outlives_a_full_disk() {
  local before pid restarts
  publishes_on size=512k
  pid=$(state MainPID) before=$(fingerprint) restarts=$(state NRestarts)
  mark
  inside sh -c 'cat /dev/zero >/var/www/feeds/filler' 2>/dev/null || true
  post "$posts" full.md "Saved on a full disk"
  eventually 10 logged "No space left on device" -p err..err
  post "$posts" full.md "Saved again on a full disk"
  eventually 20 status_says "No space left on device"
  [[ $(fingerprint) == "$before" ]] || wrong "the feeds changed"
  told_once "No space left on device"
  inside rm /var/www/feeds/filler
  eventually 20 all_show "Saved again on a full disk"
  [[ $(state MainPID):$(state NRestarts) == "$pid:$restarts" ]] || wrong "it was restarted"
  eventually 10 nothing_is_half_written
  rm "$posts/full.md"
  publishes_as_before
}
status_says() { inside systemctl --no-pager --full status feedwright | holds -- "Status: .*$1"; }

is_killed_in_the_midst() { # by systemctl, as an administrator would, while posts are saved
  local number restarts
  for number in {1..10}; do
    restarts=$(state NRestarts)
    post "$posts" killed.md "Saved before kill $number"
    inside systemctl kill -s KILL feedwright
    eventually 15 is NRestarts $((restarts + 1))
    eventually 15 all_show "Saved before kill $number"
    eventually 10 nothing_is_half_written # what is kept for later is written after the feeds
  done
  rm "$posts/killed.md"
}
nothing_is_half_written() { [[ -z $(inside find /var/www/feeds /var/lib/feedwright -name '.feedwright-*') ]]; }

is_replaced_when_it_hangs() {
  local hanging
  drop_in WatchdogSec=2s RestartSec=100ms
  inside systemctl restart feedwright
  hanging=$(state MainPID)
  mark
  # It lives through several periods of the watchdog, because its loop reports.
  eventually 20 watchdog_was_fed 6000000
  is MainPID "$hanging"
  inside kill -STOP "$hanging"
  eventually 20 is_not MainPID "$hanging"
  eventually 10 is ActiveState active
  drop_in
  inside systemctl restart feedwright
}
watchdog_was_fed() { # for longer than $1 microseconds
  (($(state WatchdogTimestampMonotonic) - $(state ExecMainStartTimestampMonotonic) > $1))
}

refuses_a_broken_reload() {
  local before pid
  before=$(fingerprint) pid=$(state MainPID)
  mark
  printf 'site:\n  title: Never seen\n  url: https://example.org/\nposts:\n  paths: nowhere\n' >"$settings"
  inside systemctl reload feedwright || true # whether this says so, too, is not asked for
  eventually 10 logged 'feedwright\.yaml:[0-9]+.*paths' -p err..warning
  eventually 10 is ActiveState active
  is MainPID "$pid"
  [[ $(fingerprint) == "$before" ]] || wrong "the feeds changed"
  post "$posts" under-the-old.md "Under the old configuration"
  eventually 10 all_show "Under the old configuration"
  all_show "Blog of another title"
}

gives_up_on_a_broken_start() { # the configuration is still the broken one
  ! inside systemctl restart feedwright || wrong "it started"
  eventually 5 is ActiveState failed
  is ExecMainStatus 78
  is NRestarts 0
  configure "$settings" "Blog of another title" /srv/blog/posts /var/www/feeds
  inside systemctl reset-failed feedwright
  inside systemctl start feedwright
}

serves_a_second_blog() {
  post "$root/srv/second/posts" 2024-02-03-other.md "Of the second blog"
  configure "$root/etc/feedwright/second.yaml" "The second blog" /srv/second/posts /var/www/feeds/second
  inside systemctl start feedwright@second
  is ActiveState active feedwright@second
  is ActiveState active
  shows second/atom.xml "Of the second blog"
  lacks atom.xml "Of the second blog"
  lacks second/atom.xml Mended
  [[ -n $(inside find /var/lib/feedwright/second -type f) ]] || wrong "it has no state of its own"
  post "$root/srv/second/posts" 2024-02-04-more.md "More of the second"
  eventually 10 shows second/atom.xml "More of the second"
  ask root -c /etc/feedwright/second.yaml | holds -E '^feeds +3 in /var/www/feeds/second$'
  ask root | holds -E '^feeds +3 in /var/www/feeds$'
  inside systemctl restart feedwright # takes its own runtime directory away, and that of no other
  ask root -c /etc/feedwright/second.yaml | holds -E '^feeds +3 in /var/www/feeds/second$'
  inside systemctl stop feedwright@second
  is Result success feedwright@second
  is ActiveState active
  ask root | holds -E '^feeds +3 in /var/www/feeds$'
}

writes_metrics() {
  local folder=/var/lib/node_exporter/textfile_collector file
  file=$root$folder/feedwright.prom
  inside install -d -o feedwright "$folder"
  mark
  echo "metrics: $folder/feedwright.prom" >>"$settings"
  eventually 10 logged "cannot write the metrics to .*; everything else goes on" -p err..warning
  post "$posts" unmeasured.md "Published without metrics"
  eventually 10 all_show "Published without metrics"
  drop_in ReadWritePaths=$folder
  inside systemctl restart feedwright
  eventually 10 grep -qx 'feedwright_up{output="/var/www/feeds"} 1' "$file"
  [[ $(inside stat -c %U:%a "$folder/feedwright.prom") == feedwright:644 ]]
  inside systemctl stop feedwright
  grep -qx 'feedwright_up{output="/var/www/feeds"} 0' "$file"
  drop_in
  sed -i '/^metrics:/d' "$settings"
  inside systemctl start feedwright
}

# A server inside that writes down what it is told.
has_lines() { (($(wc -l <"$2") >= $1)); }
hub_port=$((12000 + RANDOM % 8000))
listens() { inside bash -c "echo >/dev/tcp/127.0.0.1/$hub_port"; }
tells_hubs() {
  local told=$root/var/tmp/told hub=http://127.0.0.1:$hub_port/
  mark
  printf 'websub: { hubs: [%s], wait: 0s }\n' "$hub" >>"$settings"
  eventually 10 logged "configuration .* read again"
  eventually 10 shows atom.xml "rel=\"hub\""
  post "$posts" announced.md "Told to nobody"
  eventually 10 logged "cannot tell .$hub. now: .*put the drop-in .network.conf. in place"
  install -Dm644 "$project/systemd/network.conf" "$root/etc/systemd/system/feedwright.service.d/network.conf"
  inside systemctl daemon-reload
  inside systemd-run --quiet --unit hub python3 -c '
import http.server
class Hub(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        with open("/var/tmp/told", "ab") as told:
            told.write(self.rfile.read(int(self.headers["Content-Length"])) + b"\n")
        self.send_response(204)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", '"$hub_port"'), Hub).serve_forever()'
  eventually 10 listens
  inside systemctl restart feedwright # and what it could not tell is told now
  eventually 20 grep -qF "hub.mode=publish&hub.url=https%3A%2F%2Fexample.org%2Fatom.xml" "$told"
  eventually 20 has_lines 3 "$told" # of each feed, before a newer version takes the place of a notice that waits
  post "$posts" announced.md "Told to the hub"
  eventually 20 has_lines 6 "$told"
  inside systemctl stop hub
  rm -r "$root/etc/systemd/system/feedwright.service.d/network.conf" "$told"
  sed -i '/^websub:/d' "$settings"
  inside systemctl daemon-reload
  inside systemctl restart feedwright
}

# fetch ARGUMENTS...: what a reader inside gets.
fetch() { inside curl -fsS --max-time 20 "$@"; }

# Its sandbox has no network: what systemd opened is all that it answers at.
answers_readers() {
  local port=$((20000 + RANDOM % 12000)) pid
  [[ -z $(inside systemd-analyze verify feedwright.socket feedwright@second.socket 2>&1) ]] ||
    wrong "$(inside systemd-analyze verify feedwright.socket feedwright@second.socket 2>&1)"
  mkdir -p "$root/run/systemd/system/feedwright.socket.d"
  printf '%s\n' '[Socket]' ListenStream= "ListenStream=127.0.0.1:$port" ListenStream=/run/feedwright-http/feedwright \
    >"$root/run/systemd/system/feedwright.socket.d/test.conf"
  inside systemctl daemon-reload
  inside systemctl stop feedwright
  echo 'serve: systemd' >>"$settings"
  inside systemctl start feedwright.socket
  is ActiveState inactive
  fetch "http://127.0.0.1:$port/atom.xml" | holds -F "Blog of another title" # the first reader starts the service
  is ActiveState active
  is PrivateNetwork yes
  fetch --unix-socket /run/feedwright-http/feedwright http://example.org/rss.xml | cmp - "$feeds/rss.xml"
  pid=$(state MainPID)
  inside systemctl reload feedwright
  eventually 10 is ActiveState active
  fetch "http://127.0.0.1:$port/rss.xml" | cmp - "$feeds/rss.xml"
  is MainPID "$pid"
  inside systemctl restart feedwright
  fetch "http://127.0.0.1:$port/feed.json" | cmp - "$feeds/feed.json"
  eventually 10 one_request_is_counted
  inside systemctl stop feedwright.socket feedwright
  rm -r "$root/run/systemd/system/feedwright.socket.d"
  sed -i '/^serve:/d' "$settings"
  inside systemctl daemon-reload
  inside systemctl start feedwright
}

one_request_is_counted() { ask root | holds -E '^readers +[0-9]+ connections?, 1 request '; }

stops() {
  local began=$EPOCHREALTIME ended before
  before=$(fingerprint)
  inside systemctl stop feedwright
  ended=$EPOCHREALTIME
  ((${ended/[.,]/} - ${began/[.,]/} < 5000000)) || wrong "it took $began to $ended"
  is ActiveState inactive
  is Result success
  [[ $(fingerprint) == "$before" ]] || wrong "the feeds changed"
  [[ ! -e $root/run/feedwright ]] || wrong "the runtime directory is still there"
}

uninstalls() {
  inside systemctl enable feedwright
  inside /opt/checkout/systemd/install.sh uninstall
  is LoadState not-found
  [[ ! -e $root/usr/local/bin/feedwright && ! -e $root/usr/local/lib/systemd/system/feedwright@.service ]]
  [[ -f $settings && -f $feeds/atom.xml ]] || wrong "configuration or feeds are gone"
  inside /opt/checkout/systemd/install.sh uninstall
}

step "the units leave a service nothing that it does not need (1.5 at most)" units_are_tight
step "feedwright@.service is feedwright.service with %i" units_are_one
step "install.sh installs, twice without harm, and starts nothing" installs
step "it is active once the first feeds are published" starts
step "it runs under its own account and keeps its state where it may" runs_as_itself
step "a post saved by hand appears, changes and goes" follows_a_save
step "reload is logged and takes up another site title" reloads
step "status shows how many posts and feeds there are" tells_its_status
step "\`feedwright status\` answers root and its own account, and nobody else" is_asked
step "a broken post is told with file, line and column, at its priority" tells_what_is_wrong
step "after kill -9 it comes back by itself and the feeds stand" comes_back
step "the unit can write the output and the state, and nothing else" writes_only_where_it_may
step "the unit sees nothing of homes, secrets, other processes and the network" sees_only_what_it_must
step "through a full disk the feeds stand, it is told once, and publishing resumes" outlives_a_full_disk
step "killed ten times in the midst of saves it completes what it began" is_killed_in_the_midst
step "when it hangs the watchdog replaces it" is_replaced_when_it_hangs
step "a broken configuration on reload is told and the old one stays" refuses_a_broken_reload
step "a broken configuration at the start is final, not tried again" gives_up_on_a_broken_start
step "a second blog runs beside it from the template" serves_a_second_blog
step "metrics need a drop-in, are told once without it, and are marked at the end" writes_metrics
step "hubs are told with the drop-in for the network, of what could not be told before, too" tells_hubs
step "readers are answered at a socket of systemd, without any network" answers_readers
step "it stops cleanly within five seconds" stops
step "install.sh uninstall removes what it installed, and no more" uninstalls
echo "systemd: $passed passed, $failed failed"
((failed == 0))
