#!/bin/sh
# Proves the set-up on a machine that has nothing: an empty Debian made with debootstrap, a clone
# of what is committed here, and `make run` and `make test` in it.
#
#   installer/prove-fresh.sh [TARGET...]      make targets to try (default: run-headless test run)
#
#   PROVE_SUITE    the Debian release (default: bookworm)
#   PROVE_ROOT     the folder of the empty machine (default: a new one in the temporary folder)
#   PROVE_MIRROR   the package mirror (default: the first one that this machine's apt uses)
#   PROVE_KEEP=1   leave the folder there to look at; with PROVE_ROOT it is used again as it is
#
# Needs root and debootstrap. What this machine's apt and pip need to reach their servers is
# handed on: proxies, certificates and an index of one's own.
set -eu

suite=${PROVE_SUITE:-bookworm}
here=$(cd "$(dirname "$0")/.." && pwd)

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

if [ "$(id -u)" != 0 ]; then fail "This needs root: sudo make prove-fresh"; fi
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
if [ $# = 0 ]; then set -- run-headless test run; fi

# Mounts of our own, gone with this process.
if [ "${PROVE_INSIDE:-}" != 1 ]; then
    PROVE_INSIDE=1 exec unshare --mount --fork --pid --kill-child "$0" "$@"
fi
mount --make-rprivate /

root=${PROVE_ROOT:-$(mktemp -d -t hms-fresh-XXXXXX)}
mirror=${PROVE_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)}

remove() {
    for place in proc dev/shm dev; do umount -l "$root/$place" 2>/dev/null || true; done
    if [ "${PROVE_KEEP:-}" != 1 ]; then rm -rf --one-file-system "$root"; fi
}
trap remove EXIT

if [ ! -x "$root/usr/bin/make" ]; then
    echo "Making an empty Debian $suite in $root"
    chmod 755 "$root"
    debootstrap --variant=minbase --include=ca-certificates,make,python3 \
        "$suite" "$root" "$mirror" >"$root.log" 2>&1 || { tail "$root.log"; exit 1; }
    rm -f "$root.log"
    # A machine of this kind starts no services.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    grep -lsE '^ *Acquire' /etc/apt/apt.conf.d/* | while read -r file; do
        cp "$file" "$root/etc/apt/apt.conf.d/"
    done || true
    if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
        cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
    fi
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/dev/shm"

rm -rf "$root/opt/hms-desktop"
git -c safe.directory='*' clone --quiet --no-local "$here" "$root/opt/hms-desktop"
echo "Commit $(git -c safe.directory='*' -C "$root/opt/hms-desktop" rev-parse --short HEAD)"

# How this machine's pip reaches its index, as environment: the clone must know nothing of it.
pip_settings=$(python3 -m pip config list 2>/dev/null |
    sed -nE "s/^(global|install|:env:)\.(index-url|cert|proxy|trusted-host)='(.*)'$/\2=\3/p" |
    sort -u | while IFS== read -r name value; do
    printf 'PIP_%s=%s ' "$(echo "$name" | tr 'a-z-' 'A-Z_')" "$value"
done)

inside() {
    # shellcheck disable=SC2086
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        LANG=C.UTF-8 CI=true $pip_settings ${http_proxy:+http_proxy=$http_proxy} \
        ${https_proxy:+https_proxy=$https_proxy} \
        chroot "$root" sh -c "cd /opt/hms-desktop && $1" </dev/null
}

for target; do
    echo "== make $target, on Debian $suite with $(inside 'python3 --version')"
    began=$(date +%s)
    case $target in
    run-headless)
        # Without a screen: everything is installed, then one sentence and a refusal.
        if inside 'make run' >"$root/opt/run.log" 2>&1; then fail "make run opened no window and did not say so"; fi
        tail -n 3 "$root/opt/run.log"
        if grep -q Traceback "$root/opt/run.log"; then fail "a traceback instead of a sentence"; fi
        ;;
    run)
        # Alive after a while is the proof; timeout ends it.
        status=0
        inside 'timeout --kill-after=10 40 xvfb-run -a -s "-screen 0 1600x1000x24 -fbdir /opt" make run' \
            >"$root/opt/run.log" 2>&1 || status=$?
        tail -n 5 "$root/opt/run.log"
        [ "$status" = 124 ] || fail "make run ended by itself, status $status"
        if grep -q Traceback "$root/opt/run.log"; then fail "make run left a traceback"; fi
        ;;
    *) inside "make $target" ;;
    esac
    echo "== make $target: $(($(date +%s) - began)) s"
done
