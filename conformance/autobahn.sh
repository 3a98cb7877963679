#!/bin/bash
# autobahn.sh server URL OUTDIR    the suite's fuzzing client against the echo server at URL, an address ws://127.0.0.1:PORT/PATH
# autobahn.sh client PORT OUTDIR   the suite's fuzzing server at ws://127.0.0.1:PORT, for a client that asks it for its cases;
#                                  says "serving at ws://..." when it is there, and ends when standard input does
#   The Autobahn Testsuite 0.5.6, groups 1 to 7, 9 and 10; with AUTOBAHN_WSTEST, another edition. Leaves index.json, index.html,
#   a page per case and wstest.log in OUTDIR. It runs; it does not judge.
#
#   The suite needs Python 2.7, which Debian ended with release 11. So PyPy is unpacked from there (nothing is installed on the
#   machine), and the suite itself comes bundled in a Maven artifact. Both are kept in AUTOBAHN_HOME for the next run.
#
# exit status: 0 a report was written; 2 wrong usage; 3 the tools can't be had; 4 the suite didn't finish
# environment: AUTOBAHN_HOME   cache folder, default ${TMPDIR:-/tmp}/hermes-autobahn
#              AUTOBAHN_LIMIT  seconds that the suite may take, default 300 (it takes about 20)
#              AUTOBAHN_MIRROR address of a Debian mirror that has release 11; default: the one this machine's apt uses
#              AUTOBAHN_WSTEST command `wstest` of an edition that is installed, such as 25.10.1, which has groups 12 and 13;
#                              nothing is fetched then
#              AUTOBAHN_CASES  cases to play, separated by commas, default *
#              MVN             Maven's command, default mvn
set -euo pipefail

readonly ARTIFACT=me.normanmaurer.maven.autobahntestsuite:autobahntestsuite-maven-plugin:0.1.5
readonly COPY=org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
readonly AGENT=hermes

cache=${AUTOBAHN_HOME:-${TMPDIR:-/tmp}/hermes-autobahn}
limit=${AUTOBAHN_LIMIT:-300}
cases=${AUTOBAHN_CASES:-*}

say() { echo "autobahn: $*"; }
fail() { local status=$1; shift; say "$*"; exit "$status"; }

usage() { fail 2 "usage: $0 server ws://127.0.0.1:PORT/PATH OUTDIR, or $0 client PORT OUTDIR"; }

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

# The suite listens at all addresses by itself; on the loopback nobody else meets it.
readonly ON_LOOPBACK='
from twisted.internet import reactor
listen = reactor.listenTCP
reactor.listenTCP = lambda port, factory, *more, **named: listen(port, factory, interface="127.0.0.1")
from autobahntestsuite.wstest import run
run()'

run_wstest() {
  if [ -n "${AUTOBAHN_WSTEST:-}" ]; then
    # shellcheck disable=SC2086 # it may have arguments
    exec timeout --kill-after=5 "$limit" $AUTOBAHN_WSTEST "$@"
  else
    run_python -c "$ON_LOOPBACK" "$@"
  fi
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

# write_spec PARTY: the party under test, as this mode of the suite wants it.
write_spec() {
  cat > "$out/spec.json" <<SPEC
{
  "outdir": "$out",
  "options": {"failByDrop": false},
  $1,
  "cases": ["${cases//,/\", \"}"],
  "exclude-cases": [],
  "exclude-agent-cases": {}
}
SPEC
}

start_suite() {
  (cd "$out"; run_wstest -m "$1" -s spec.json) > "$out/wstest.log" 2>&1 &
  suite=$!
  trap 'kill "$suite" 2>/dev/null || true' EXIT
  trap 'exit 143' TERM
  trap 'exit 130' INT
}

progress() {
  local begun total
  begun=$(grep -c '^Running test case ID' "$out/wstest.log") || true
  total=$(sed -n 's/^Ok, will run \([0-9]*\) test cases.*/\1/p' "$out/wstest.log")
  echo "case $begun of ${total:-?}"
}

# The suite itself says nothing on the way, and waits for ever after an error of its own, such as the one that it has when a
# connection is lost before it was open. Every 5 s, and every 30 s when a minute is over.
watch() {
  local begin=$SECONDS next=5 before='' now
  while kill -0 "$suite" 2>/dev/null; do
    if ((SECONDS - begin >= next)); then
      now=$(progress)
      say "$now, $((SECONDS - begin)) s"
      [ "$now" != "$before" ] || ! grep -q '^Unhandled Error' "$out/wstest.log" || kill "$suite"
      before=$now
      next=$((next + (next < 60 ? 5 : 30)))
    fi
    sleep 0.5
  done
}

report_or_fail() {
  local status=$1 whose=$2
  [ ! -s "$out/index.json" ] || return 0
  tail -n 5 "$out/wstest.log" | cut -c 1-300
  case $status in
    124 | 137) fail 4 "no report: not done after $limit s (AUTOBAHN_LIMIT), in $(progress); log: $out/wstest.log" ;;
    *) fail 4 "no report: the suite stopped in $(progress). Did the $whose die? Log: $out/wstest.log" ;;
  esac
}

fuzz_server() {
  write_spec "\"servers\": [{\"agent\": \"$AGENT\", \"url\": \"$1\"}]"
  local begin=$SECONDS status=0
  start_suite fuzzingclient
  watch
  wait "$suite" || status=$?
  trap - EXIT
  report_or_fail "$status" server
  ! grep '^Connection to .* failed' "$out/wstest.log" || say "stopped early: did the server die?"
  say "$(progress), $((SECONDS - begin)) s, report: $out/index.html"
}

is_listening() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The client asks for the report with its last request; the suite itself would go on.
fuzz_client() {
  local port=$1 begin=$SECONDS status=0
  ! is_listening "$port" || fail 3 "somebody listens at port $port already"
  write_spec "\"url\": \"ws://127.0.0.1:$port\", \"webport\": 0"
  start_suite fuzzingserver
  until is_listening "$port"; do
    kill -0 "$suite" 2>/dev/null || { wait "$suite" || status=$?; report_or_fail "$status" suite; }
    sleep 0.2
  done
  say "serving at ws://127.0.0.1:$port"
  watch &
  while IFS= read -r _; do :; done
  kill "$suite" 2>/dev/null || true
  wait "$suite" || status=$?
  trap - EXIT
  report_or_fail "$status" client
  say "$(progress), $((SECONDS - begin)) s, report: $out/index.html"
}

[ $# = 3 ] || usage
case $1 in
  server) [[ $2 =~ ^ws://127\.0\.0\.1:[0-9]+/ ]] || usage ;;
  client) [[ $2 =~ ^[0-9]+$ ]] || usage ;;
  *) usage ;;
esac
[ -n "${AUTOBAHN_WSTEST:-}" ] || install_tools
mkdir -p "$3"
out=$(cd "$3" && pwd)
rm -f "$out"/{index.html,index.json,wstest.log} "$out/${AGENT}"_case_*
"fuzz_$1" "$2"
