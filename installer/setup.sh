#!/bin/sh
# Makes everything ready that `make run` or `make test` needs, and does nothing when it is there.
#
#   installer/setup.sh run     system libraries and the program's own packages
#   installer/setup.sh test    the same, and what the tests and checks need
#   installer/setup.sh lint    only the packages of the checks, no system libraries
#
# Needs root or sudo only where system packages are missing; says the command otherwise.
set -eu

purpose=${1:-run}
cd "$(dirname "$0")/.."
venv=.venv

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# The names of one list, comments off: one line each, alternatives still joined by |.
names_of() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$1"; }

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

any_installed() {
    for choice in $(echo "$1" | tr '|' ' '); do
        if installed "$choice"; then return 0; fi
    done
    return 1
}

# Of alternatives, the first that this release really has (not only as a virtual name).
available() {
    for choice in $(echo "$1" | tr '|' ' '); do
        if apt-cache show --no-all-versions "$choice" 2>/dev/null | grep -q '^Package:'; then
            echo "$choice"
            return 0
        fi
    done
    return 1
}

python_works() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 && python_works "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The lines of the given lists that are not installed.
missing_of() {
    cat "$@" | names_of /dev/stdin | while read -r line; do
        any_installed "$line" || echo "$line"
    done
}

install_system() {
    missing=$(missing_of "$@")
    if [ -z "$missing" ]; then return 0; fi
    if [ "$(id -u)" = 0 ]; then
        as_root="env"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n env"
    else
        first=$(for line in $missing; do available "$line" || echo "${line%%|*}"; done | tr '\n' ' ')
        fail "System packages are missing; please run: sudo apt-get update && sudo apt-get install --no-install-recommends ${first% }"
    fi
    say "Installing system packages: $(echo "$missing" | tr '\n' ' ')"
    $as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >&2 ||
        say "The package lists could not be refreshed; trying with the ones that are here."
    chosen=""
    for line in $missing; do
        one=$(available "$line") || fail "This system has no package $line; it is listed in installer/."
        chosen="$chosen $one"
    done
    apt_log=$(mktemp)
    # shellcheck disable=SC2086
    $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $chosen \
        </dev/null >"$apt_log" 2>&1 || {
        cat "$apt_log" >&2
        fail "The system packages could not be installed; please run: sudo apt-get install --no-install-recommends$chosen"
    }
    rm -f "$apt_log"
}

system_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        say "This is not Debian or Ubuntu: please see to the libraries listed in installer/debian-*.txt yourself."
        return 0
    fi
    case $purpose in
    run) install_system installer/debian-run.txt ;;
    test) install_system installer/debian-run.txt installer/debian-test.txt ;;
    lint) ;;
    *) fail "Usage: installer/setup.sh run|test|lint" ;;
    esac
}

make_venv() {
    if [ -x $venv/bin/python ] && python_works $venv/bin/python; then return 0; fi
    python=$(find_python) || python=""
    if [ -z "$python" ] || ! can_make_venv "$python"; then
        if command -v apt-get >/dev/null 2>&1; then
            install_system installer/debian-python.txt
            # A release whose own Python is too old or too new may carry a fitting one besides.
            find_python >/dev/null || install_system installer/debian-python-other.txt
        fi
        python=$(find_python) || fail "Python 3.11, 3.12 or 3.13 is needed and none was found."
        can_make_venv "$python" ||
            fail "$python cannot make virtual environments; please install its venv package."
    fi
    say "Making the virtual environment in $venv"
    rm -rf $venv
    "$python" -m venv $venv
}

# One stamp a lock: the sum of what was installed, so that a changed lock is noticed.
install_locked() {
    lock=$1
    stamp=$venv/.installed-$2
    # Where the clone lies belongs to the sum: the editable install and the scripts name the place.
    sum="$(cksum <"$lock") $PWD"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then return 0; fi
    say "Installing the packages of $lock"
    # The lock is complete. Without --no-deps, Debian 12's pip looks for what a package asks of
    # another's extras by itself, finds a release newer than the pinned one and refuses it.
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps --require-hashes -r "$lock" </dev/null
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps --no-build-isolation --no-index -e . </dev/null
    printf '%s' "$sum" >"$stamp"
}

python_packages() {
    case $purpose in
    run) if [ ! -f $venv/.installed-dev ]; then install_locked requirements.txt run; else
        install_locked requirements-dev.txt dev
    fi ;;
    *) install_locked requirements-dev.txt dev ;;
    esac
}

system_packages
make_venv
python_packages
