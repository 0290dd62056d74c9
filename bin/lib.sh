# Shared by the scripts in bin/: where things are, and how what is missing is installed. Sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}

say() { printf '%s\n' "$*" >&2; }

# need COMMAND PACKAGE: installs a Debian package when its command is missing.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  if [ "$(id -u)" != 0 ]; then
    say "$1 is missing: install the package $2 (apt-get install $2)"
    exit 1
  fi
  say "installing $2"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null
}

need_rust() {
  if ! command -v cargo >/dev/null 2>&1; then
    say "cargo is missing: install Rust 1.95 or later with rustup"
    exit 1
  fi
  need cc gcc
}
