#!/bin/bash
# Has published feeds read by programs that are not ours: xmllint, Python's feedparser, and newsboat over HTTP.
#
#   tests/readers.sh DIR [TEXT...]     every .xml and .json below DIR; no feed may hold any TEXT (drafts, say)
#
# ATOM_RNG: a RELAX NG schema of Atom to hold the Atom feeds against, if one is at hand.
# PYTHON:   a Python that has feedparser (python3).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(realpath "${1:?the folder of published feeds}")
shift
python=${PYTHON:-python3}
export LC_ALL=C.UTF-8

scratch=$(mktemp -d "${TMPDIR:-/tmp}/feedwright-readers.XXXXXX")
server=""
finish() {
  if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$scratch"
}
trap finish EXIT

mapfile -d '' -t xml < <(find "$folder" -name '*.xml' -print0 | sort -z)
((${#xml[@]} > 0)) || { echo "readers: there is no XML feed in $folder" >&2; exit 1; }

xmllint --nonet --noout "${xml[@]}"
echo "xmllint: ${#xml[@]} files are well-formed"

if [[ -n ${ATOM_RNG:-} ]]; then
  atom=()
  for file in "${xml[@]}"; do
    if [[ $(xmllint --nonet --xpath 'local-name(/*)' "$file") == feed ]]; then atom+=("$file"); fi
  done
  ((${#atom[@]} > 0)) || { echo "readers: ATOM_RNG is set, and no feed is Atom" >&2; exit 1; }
  # It says `FILE validates` of each; only what it says of others is of interest.
  xmllint --nonet --noout --relaxng "$ATOM_RNG" "${atom[@]}" >"$scratch/schema" 2>&1 || { cat "$scratch/schema"; exit 1; }
  echo "xmllint: ${#atom[@]} Atom feeds follow the schema"
fi

"$python" "$here/readers.py" check "$folder" "$@"

# newsboat reads what a web server serves, and what it understood is in its cache.
"$python" -u -m http.server 0 --bind 127.0.0.1 --directory "$folder" >"$scratch/server" 2>&1 &
server=$!
for _ in {1..200}; do
  port=$(sed -n 's/^Serving HTTP on .* port \([0-9]*\) .*/\1/p' "$scratch/server")
  if [[ -n $port ]]; then break; fi
  kill -0 "$server" 2>/dev/null || { cat "$scratch/server" >&2; exit 1; }
  sleep 0.05
done
[[ -n $port ]] || { echo "readers: the web server does not come up" >&2; exit 1; }

"$python" "$here/readers.py" list "$folder" "http://127.0.0.1:$port" | sort -u >"$scratch/expected"
cut -f1 "$scratch/expected" | sort -u >"$scratch/urls"
: >"$scratch/config"
: >"$scratch/found"
while read -r url; do
  # A cache for each feed: newsboat keeps an entry once, however many feeds it is in.
  rm -f "$scratch/cache.db"
  echo "$url" >"$scratch/url"
  HOME=$scratch timeout 60 newsboat -q -C "$scratch/config" -u "$scratch/url" -c "$scratch/cache.db" -x reload
  sqlite3 -separator $'\t' "$scratch/cache.db" 'select feedurl, guid from rss_item' >>"$scratch/found"
  poor=$(sqlite3 "$scratch/cache.db" "select feedurl || ' ' || guid from rss_item
    where title = '' or url not like 'http%' or pubDate < 631152000 or pubDate > strftime('%s', 'now') or content = ''
    union select rssurl || ' has no title or link' from rss_feed where title = '' or url not like 'http%'")
  [[ -z $poor ]] || { echo "newsboat: without title, link, date or text, or from the future:"; echo "$poor"; exit 1; }
done <"$scratch/urls"
sort -u -o "$scratch/found" "$scratch/found"
diff "$scratch/expected" "$scratch/found" >"$scratch/difference" || {
  echo "newsboat: it does not see the entries that are there (< published, > seen):"
  head -20 "$scratch/difference"
  exit 1
}
echo "newsboat: $(wc -l <"$scratch/urls") feeds, $(wc -l <"$scratch/found") entries, all as published"
