# find_jdk MAJOR: prints the home of the first JDK on this machine that is MAJOR or newer; fails when there is none.
# Sourced by ./hermes and .ci/run. It reads each JDK's `release` file and starts no JVM. (bash 3.2 is enough: macOS.)

# The major version in a home's `release` file: JAVA_VERSION="25.0.3" gives 25.
jdk_major() {
  local line
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#JAVA_VERSION=}
        line=${line//\"/}
        echo "${line%%[!0-9]*}"
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

is_jdk() {
  local major
  major=$(jdk_major "$1") && [ "${major:-0}" -ge "$2" ]
}

# The home that the `java` on the PATH belongs to, through its symbolic links.
jdk_on_path() {
  local file target
  file=$(command -v java) || return 1
  while target=$(readlink "$file"); do
    case $target in
      /*) file=$target ;;
      *) file=$(dirname "$file")/$target ;;
    esac
  done
  (cd -P "$(dirname "$file")/.." 2>/dev/null && pwd)
}

find_jdk() {
  local wanted=$1 home
  for home in \
    "${HERMES_JAVA_HOME:-}" \
    "${JAVA_HOME:-}" \
    "$(jdk_on_path || true)" \
    /usr/lib/jvm/* \
    /opt/java/* \
    /opt/jdk* \
    "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/* \
    "${HOME:-}"/.local/share/mise/installs/java/* \
    "${HOME:-}"/.asdf/installs/java/* \
    "${HOME:-}"/.gradle/jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$home" ] && is_jdk "$home" "$wanted"; then
      echo "$home"
      return
    fi
  done
  return 1
}
