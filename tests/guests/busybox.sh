#!/bin/sh
# Fetches Debian's busybox: busybox.sh DIRECTORY USERLAND makes DIRECTORY/busybox. Userlands: x86_64 i386 alpha.
#
# For x86 it is the static program. There is none for alpha: it is built from the source of Debian's version, a minute and a half, with shared libraries
# (the static C library that Debian's cross compiler comes with is broken on alpha), which are in DIRECTORY/root.
#
# All comes through apt with lists of its own, in a directory that goes away: nothing of the machine's changes, no right is needed,
# and i386 need not be one of its architectures. Signatures are checked as always.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 2 ] || { echo "usage: busybox.sh DIRECTORY USERLAND" >&2; exit 2; }
case $2 in
    x86_64) architecture=amd64 kind=deb tools=dpkg-deb ;;
    i386) architecture=i386 kind=deb tools=dpkg-deb ;;
    alpha) architecture=amd64 kind=deb-src tools='alpha-linux-gnu-gcc gcc make bzip2' ;;
    *) echo "busybox.sh: no userland $2; there are x86_64 i386 alpha" >&2; exit 2 ;;
esac
for tool in apt-get $tools; do
    command -v "$tool" > /dev/null || { echo "$tool is not here; on Debian: apt-get install dpkg gcc-alpha-linux-gnu libc6.1-dev-alpha-cross gcc make bzip2" >&2; exit 127; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/package" "$work/root"
: > "$work/status"
echo "$kind [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > "$work/sources.list"
cat > "$work/apt.conf" << CONF
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$work/state";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
CONF

fetch() {
    (cd "$work/package" && APT_CONFIG="$work/apt.conf" apt-get -qq update && APT_CONFIG="$work/apt.conf" apt-get -qq "$@") > "$work/log" 2>&1 ||
        { echo "busybox of $architecture cannot be fetched: $(tail -n 1 "$work/log")" >&2; exit 127; }
}

mkdir -p "$1"
if [ "$kind" = deb ]; then
    fetch download busybox-static
    dpkg-deb -x "$work"/package/*.deb "$work/root"
    cp "$work/root/bin/busybox" "$1/busybox"
else
    fetch source --download-only busybox
    tar -xjf "$work"/package/*.orig.tar.bz2 -C "$work/root" --strip-components=1
    build() { make -s -C "$work/root" ARCH=alpha CROSS_COMPILE=alpha-linux-gnu- "$@" < /dev/null > "$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 1; }; }
    build defconfig
    # As Debian's: programs of busybox before those of the tree, of which there are none.
    sed -i 's/^# \(CONFIG_FEATURE_PREFER_APPLETS\|CONFIG_FEATURE_SH_STANDALONE\) is not set/\1=y/' "$work/root/.config"
    build oldconfig
    build busybox
    cp "$work/root/busybox" "$1/busybox"
    "$here/glibc/libraries.sh" "$1/busybox" alpha-linux-gnu "$1/root"
fi
chmod 755 "$1/busybox"
