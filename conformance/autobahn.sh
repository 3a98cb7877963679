#!/bin/bash
# autobahn.sh server URL OUTDIR
#   Runs the Autobahn Testsuite's fuzzing client (0.5.6; groups 1 to 7, 9 and 10) against the echo server at URL, an address
#   ws://127.0.0.1:PORT/PATH. Leaves index.json, index.html, a page per case and wstest.log in OUTDIR. It runs; it does not judge.
#
#   The suite needs Python 2.7, which Debian ended with release 11. So PyPy is unpacked from there (nothing is installed on the
#   machine), and the suite itself comes bundled in a Maven artifact. Both are kept in AUTOBAHN_HOME for the next run.
#
# exit status: 0 a report was written; 2 wrong usage; 3 the tools can't be had; 4 the suite didn't finish
# environment: AUTOBAHN_HOME   cache folder, default ${TMPDIR:-/tmp}/hermes-autobahn
#              AUTOBAHN_LIMIT  seconds that the suite may take, default 300 (it takes about 20)
#              AUTOBAHN_MIRROR address of a Debian mirror that has release 11; default: the one this machine's apt uses
#              MVN             Maven's command, default mvn
set -euo pipefail

readonly ARTIFACT=me.normanmaurer.maven.autobahntestsuite:autobahntestsuite-maven-plugin:0.1.5
readonly COPY=org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
readonly AGENT=hermes

cache=${AUTOBAHN_HOME:-${TMPDIR:-/tmp}/hermes-autobahn}
limit=${AUTOBAHN_LIMIT:-300}

say() { echo "autobahn: $*"; }
fail() { local status=$1; shift; say "$*"; exit "$status"; }

usage() { fail 2 "usage: $0 server ws://127.0.0.1:PORT/PATH OUTDIR"; }

require() {
  local tool
  for tool; do
    command -v "$tool" >/dev/null || fail 3 "needs the command '$tool', which this machine doesn't have"
  done
}

retry() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return
    [ "$attempt" = 3 ] || { say "attempt $attempt of 3 failed: $1"; sleep $((attempt * 3)); }
  done
  return 1
}

# --- PyPy 2.7 -------------------------------------------------------------------------------------------------------------

# Not every repository whose address ends so is Debian's, but only Debian's own is signed with Debian's key.
mirrors() {
  if [ -n "${AUTOBAHN_MIRROR:-}" ]; then
    echo "$AUTOBAHN_MIRROR"
  else
    apt-get update --print-uris | sed -nE "s|^'(.*/debian)/dists/.*|\\1|p" | sort -u
  fi
}

# An apt of its own, which knows release 11 and nothing that is installed; proxies and the like stay the machine's.
configure_apt() {
  local mirror=$1 dir=$2
  mkdir -p "$dir"/{lists,cache/archives}/partial "$dir/empty" "$dir/debs"
  : > "$dir/status"
  echo "deb [signed-by=$KEYRING] $mirror bullseye main" > "$dir/sources.list"
  cat > "$dir/apt.conf" <<CONF
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "$dir/empty";
Dir::Etc::preferencesparts "$dir/empty";
Dir::State::lists "$dir/lists";
Dir::State::status "$dir/status";
Dir::Cache "$dir/cache";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Retries "3";
Acquire::http::Timeout "60";
CONF
}

download_pypy() {
  local dir=$1
  (
    export APT_CONFIG=$dir/apt.conf
    cd "$dir/debs"
    apt-get -qq update && apt-get -qq download pypy pypy-lib libffi7 libssl1.1
  )
}

install_pypy() {
  require apt-get dpkg-deb
  [ -r "$KEYRING" ] || fail 3 "needs $KEYRING: install Debian's package debian-archive-keyring"
  local mirror deb apt=$cache/apt
  say "installing PyPy 2.7 from Debian 11 into $cache"
  for mirror in $(mirrors); do
    rm -rf "$apt" "$cache/pypy.new"
    configure_apt "$mirror" "$apt"
    retry download_pypy "$apt" || continue
    for deb in "$apt"/debs/*.deb; do dpkg-deb -x "$deb" "$cache/pypy.new"; done
    rm -rf "$apt"
    mv "$cache/pypy.new" "$cache/pypy"
    return
  done
  fail 3 "no Debian mirror of this machine's apt gives release 11 (bullseye): set AUTOBAHN_MIRROR to one that does"
}

# --- the suite ------------------------------------------------------------------------------------------------------------

# In the cache folder, so that Maven takes no project for its own; -C refuses a download whose checksum is wrong.
download_suite() {
  (cd "$cache" && "${MVN:-mvn}" -q -B -ntp -C "$COPY" "-Dartifact=$ARTIFACT" "-DoutputDirectory=$cache/jar")
}

install_suite() {
  require "${MVN:-mvn}"
  say "installing the suite from $ARTIFACT into $cache"
  rm -rf "$cache/jar" "$cache/suite.new"
  retry download_suite || fail 3 "Maven can't get $ARTIFACT"
  (run_python -m zipfile -e "$cache"/jar/*.jar "$cache/suite.new") || fail 3 "PyPy in $cache can't be run (see above)"
  rm -rf "$cache/jar"
  mv "$cache/suite.new" "$cache/suite"
}

run_python() {
  LD_LIBRARY_PATH=$(printf '%s:' "$cache"/pypy/usr/lib/*-linux-gnu*) PYTHONPATH=$cache/suite PYTHONUNBUFFERED=1 \
    exec timeout --kill-after=5 "$limit" "$cache/pypy/usr/lib/pypy/bin/pypy-c" "$@"
}

install_tools() {
  require flock timeout
  mkdir -p "$cache"
  [ -O "$cache" ] || fail 3 "$cache belongs to another user: set AUTOBAHN_HOME to a folder of your own"
  cache=$(cd "$cache" && pwd)
  exec 9> "$cache/lock"
  flock 9
  [ -d "$cache/pypy" ] || install_pypy
  [ -d "$cache/suite" ] || install_suite
  exec 9>&-
  (run_python -c 'import autobahntestsuite.wstest') || fail 3 "the suite in $cache can't be loaded (see above): remove the folder and try again"
}

# --- a run ----------------------------------------------------------------------------------------------------------------

write_spec() {
  cat > "$out/spec.json" <<SPEC
{
  "outdir": "$out",
  "options": {"failByDrop": false},
  "servers": [{"agent": "$AGENT", "url": "$url"}],
  "cases": ["*"],
  "exclude-cases": [],
  "exclude-agent-cases": {}
}
SPEC
}

progress() {
  local begun total
  begun=$(grep -c '^Running test case ID' "$out/wstest.log") || true
  total=$(sed -n 's/^Ok, will run \([0-9]*\) test cases.*/\1/p' "$out/wstest.log")
  echo "case $begun of ${total:-?}"
}

# The suite itself says nothing on the way, and waits for ever after an error of its own, such as the one that it has when a
# connection is lost before it was open.
watch() {
  local begin=$SECONDS next=5 before='' now
  while kill -0 "$suite" 2>/dev/null; do
    if ((SECONDS - begin >= next)); then
      now=$(progress)
      say "$now, $((SECONDS - begin)) s"
      [ "$now" != "$before" ] || ! grep -q '^Unhandled Error' "$out/wstest.log" || kill "$suite"
      before=$now
      next=$((next + 5))
    fi
    sleep 0.5
  done
}

fuzz_server() {
  write_spec
  local begin=$SECONDS status=0
  (cd "$out"; run_python -c 'from autobahntestsuite.wstest import run; run()' -m fuzzingclient -s spec.json) > "$out/wstest.log" 2>&1 &
  suite=$!
  trap 'kill "$suite" 2>/dev/null || true' EXIT
  trap 'exit 143' TERM
  trap 'exit 130' INT
  watch
  wait "$suite" || status=$?
  trap - EXIT
  if [ ! -s "$out/index.json" ]; then
    tail -n 5 "$out/wstest.log" | cut -c 1-300
    case $status in
      124 | 137) fail 4 "no report: not done after $limit s (AUTOBAHN_LIMIT), in $(progress); log: $out/wstest.log" ;;
      *) fail 4 "no report: the suite stopped in $(progress). Did the server die? Log: $out/wstest.log" ;;
    esac
  fi
  ! grep '^Connection to .* failed' "$out/wstest.log" || say "stopped early: did the server die?"
  say "$(progress), $((SECONDS - begin)) s, report: $out/index.html"
}

[ $# = 3 ] && [ "$1" = server ] || usage
[[ $2 =~ ^ws://127\.0\.0\.1:[0-9]+/ ]] || usage
url=$2
install_tools
mkdir -p "$3"
out=$(cd "$3" && pwd)
rm -f "$out"/{index.html,index.json,wstest.log} "$out/${AGENT}"_case_*
fuzz_server
