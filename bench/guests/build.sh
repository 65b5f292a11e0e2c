#!/bin/sh
# Builds benchmark guests: build.sh DIRECTORY USERLAND [PROGRAM...] makes DIRECTORY/PROGRAM, all programs without names.
# Userlands: x86_64 i386 alpha sparc64 sparc32 ppc64 ppc32 s390x s390, and without an operating system x86_64-bare i386-bare alpha-bare.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 2 ] || { echo "usage: build.sh DIRECTORY USERLAND [PROGRAM...]" >&2; exit 2; }
out=$1 userland=$2
shift 2

# The processors are the oldest that have the ABI, as a distribution of 2009 would have chosen them. The bare ones are the same code
# at the addresses that bare.h tells of.
case $userland in
    x86_64*) compiler=x86_64-linux-gnu-gcc package=gcc options='-march=x86-64 -fcf-protection=none' ;;
    i386*) compiler=i686-linux-gnu-gcc package=gcc-i686-linux-gnu options='-march=i686 -fcf-protection=none' ;;
    alpha*) compiler=alpha-linux-gnu-gcc package=gcc-alpha-linux-gnu options='-mcpu=ev4' ;;
    sparc64) compiler=sparc64-linux-gnu-gcc package=gcc-sparc64-linux-gnu options='-mcpu=v9' ;;
    sparc32) compiler=sparc64-linux-gnu-gcc package=gcc-sparc64-linux-gnu options='-m32 -mcpu=v8' ;;
    ppc64) compiler=powerpc64-linux-gnu-gcc package=gcc-powerpc64-linux-gnu options='-mcpu=powerpc64 -mabi=elfv1' ;;
    ppc32) compiler=powerpc-linux-gnu-gcc package=gcc-powerpc-linux-gnu options='-mcpu=powerpc' ;;
    s390x) compiler=s390x-linux-gnu-gcc package=gcc-s390x-linux-gnu options='-march=z900' ;;
    s390) compiler=s390x-linux-gnu-gcc package=gcc-s390x-linux-gnu options='-m31 -march=z900 -mesa' ;;
    *) options= ;;
esac
case $userland in
    x86_64-bare | i386-bare) options="$options -DBARE -Wl,-Ttext-segment=0x100000" ;;
    alpha-bare) options="$options -DBARE -Wl,-Ttext-segment=0xfffffc0000310000 -Wl,-z,max-page-size=8192" ;;
    *-*) options= ;;
esac
[ -n "$options" ] || { echo "build.sh: no userland $userland; see the top of this script" >&2; exit 2; }
if ! command -v "$compiler" > /dev/null; then
    echo "$compiler is not installed; on Debian: apt-get install $package" >&2
    exit 127
fi

[ $# -gt 0 ] || set -- $(cd "$here" && echo *.c | sed 's/\.c//g')
mkdir -p "$out"
for program in "$@"; do
    mkdir -p "$(dirname "$out/$program")"
    # -O2 without the vectoriser: the same work on machines with and without vectors. Loops stay loops: no libc is there to call.
    # shellcheck disable=SC2086 # options is a list
    "$compiler" $options -std=gnu11 -O2 -fno-tree-vectorize -fno-tree-slp-vectorize -Wall -Wextra -Werror -ffreestanding -fno-builtin \
        -fno-tree-loop-distribute-patterns -fno-stack-protector -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-ident \
        -fno-pie -no-pie -nostdlib -nostartfiles -static -Wl,--build-id=none -Wl,-z,noexecstack \
        -I"$here/../../Emulator.Cli/Programs/src" -o "$out/$program" "$here/$program.c"
done
