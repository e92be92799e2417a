#!/bin/bash
# How many instructions a binary takes to build 1000 posts: a number that no busy machine and no slow disk changes.
#
#   benches/instructions.sh BINARY                              prints the counts
#   benches/instructions.sh BINARY > benches/instructions.txt   renews those that CI compares with
#
# cold: neither output nor state; warm: nothing has changed since; check: `feedwright check`. Counted by cachegrind on the blog of
# benches/blog.py, on one thread, at a fixed place with a fixed environment: what is left is the seeds of hash tables, far below
# 1 %. Another rustc, libc or processor gives other counts.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
binary=$(realpath "${1:?the binary to count}")
folder=/tmp/feedwright-instructions # not one that differs: paths are hashed and compared

# count ARGUMENT...: the instructions of one run.
count() {
  local valgrind=(valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null)
  if ! env -i PATH=/usr/bin:/bin HOME="$folder" STATE_DIRECTORY="$folder/state" RAYON_NUM_THREADS=1 \
    "${valgrind[@]}" "$binary" "$@" -c "$folder/blog/feedwright.yaml" >"$folder/log" 2>&1; then
    cat "$folder/log" >&2
    return 1
  fi
  sed -n 's/,//g; s/^==[0-9]*== I *refs: *//p' "$folder/log" | grep . ||
    { echo "valgrind told no count:" >&2; cat "$folder/log" >&2; return 1; }
}

# What the counts depend on beside rustc: libc, and instructions that only some processors have.
machine() {
  local processor
  processor=$(awk -F '\t*: ' '/^(vendor_id|cpu family|model)\t/ && !seen[$1]++ { printf "%s ", $2 }' /proc/cpuinfo)
  echo "${processor}libc $(getconf GNU_LIBC_VERSION | cut -d " " -f 2)"
}

trap 'rm -rf "$folder"' EXIT
rm -rf "$folder"
mkdir -p "$folder/state"
python3 "$here/blog.py" "$folder/blog" 1000
# A post that is younger than two seconds is read again by the next build.
while [[ -n $(find "$folder/blog" -newerct '3 seconds ago' -print -quit) ]]; do sleep 0.1; done
rustc --version
echo "machine $(machine)"
for run in "cold --once" "warm --once" "check check"; do
  instructions=$(count "${run#* }") # in an assignment, so that its failure is ours
  echo "${run% *} $instructions"
done
