#!/bin/sh
# Builds test guests: build.sh DIRECTORY USERLAND [PROGRAM...] makes DIRECTORY/PROGRAM, all of that userland without names.
# Userlands: x86_64 i386 alpha, and alpha-ev4, which has no byte loads and stores.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 2 ] || { echo "usage: build.sh DIRECTORY USERLAND [PROGRAM...]" >&2; exit 2; }
out=$1 userland=$2
shift 2

case $userland in
    x86_64) compiler=x86_64-linux-gnu-gcc options='-march=x86-64 -fcf-protection=none' packages='gcc libc6-dev' ;;
    i386) compiler=i686-linux-gnu-gcc options='-march=i686 -fcf-protection=none' packages='gcc-i686-linux-gnu libc6-dev-i386-cross' ;;
    alpha) compiler=alpha-linux-gnu-gcc options='-mcpu=ev6 -mieee' packages='gcc-alpha-linux-gnu libc6.1-dev-alpha-cross' ;;
    alpha-ev4) compiler=alpha-linux-gnu-gcc options='-mcpu=ev4 -mieee' packages='gcc-alpha-linux-gnu libc6.1-dev-alpha-cross' ;;
    *) echo "build.sh: no userland $userland; there are x86_64 i386 alpha alpha-ev4" >&2; exit 2 ;;
esac
if ! command -v "$compiler" > /dev/null; then
    echo "$compiler is not installed; on Debian: apt-get install $packages" >&2
    exit 127
fi

if [ $# -eq 0 ]; then
    for source in "$here"/*.c; do
        name=$(basename "$source" .c)
        case $userland:$name in
            alpha*:*-x86 | x86_64:*-alpha | i386:*-alpha) ;;
            *) set -- "$@" "$name" ;;
        esac
    done
fi

mkdir -p "$out"
for program in "$@"; do
    mkdir -p "$(dirname "$out/$program")"
    # Programs do what no C program may, null pointers and stacks without end, so nothing is concluded from that.
    # shellcheck disable=SC2086 # options is a list
    "$compiler" $options -std=gnu11 -O2 -fno-tree-vectorize -fno-tree-slp-vectorize -Wall -Wextra -Werror -ffreestanding -fno-builtin \
        -fno-tree-loop-distribute-patterns -fno-strict-aliasing -fno-delete-null-pointer-checks -fno-stack-protector \
        -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-ident -fno-pie -no-pie -nostdlib -nostartfiles -static \
        -Wl,--build-id=none -Wl,-z,noexecstack -I"$here/../../Emulator.Cli/Programs/src" -o "$out/$program" "$here/$program.c"
done
