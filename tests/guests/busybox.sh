#!/bin/sh
# Fetches Debian's static busybox: busybox.sh DIRECTORY USERLAND makes DIRECTORY/busybox. Userlands: x86_64 i386.
#
# The package comes through apt with lists of its own, in a directory that goes away: nothing of the machine's changes, no right is needed,
# and i386 need not be one of its architectures. Signatures are checked as always.
set -eu
export LC_ALL=C

[ $# -eq 2 ] || { echo "usage: busybox.sh DIRECTORY USERLAND" >&2; exit 2; }
case $2 in
    x86_64) architecture=amd64 ;;
    i386) architecture=i386 ;;
    *) echo "busybox.sh: no userland $2; there are x86_64 i386" >&2; exit 2 ;;
esac
for tool in apt-get dpkg-deb; do
    command -v $tool > /dev/null || { echo "$tool is not here; busybox is fetched by it, so this needs Debian" >&2; exit 127; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/package" "$work/root"
: > "$work/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" > "$work/sources.list"
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
if ! (cd "$work/package" && APT_CONFIG="$work/apt.conf" apt-get -qq update && APT_CONFIG="$work/apt.conf" apt-get -qq download busybox-static) > "$work/log" 2>&1; then
    echo "busybox-static of $architecture cannot be fetched: $(tail -n 1 "$work/log")" >&2
    exit 127
fi
dpkg-deb -x "$work"/package/*.deb "$work/root"
mkdir -p "$1"
cp "$work/root/bin/busybox" "$1/busybox"
chmod 755 "$1/busybox"
