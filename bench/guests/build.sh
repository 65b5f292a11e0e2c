#!/bin/sh
# Builds the benchmark guests: build.sh DIRECTORY [USERLAND...] makes DIRECTORY/USERLAND/PROGRAM.
#
# Without names, for every userland whose compiler is there; a compiler that is missing is named on stderr with its Debian package.
# Userlands: x86_64 i386 alpha sparc64 sparc32 ppc64 ppc32 s390x s390, and without an operating system x86_64-bare i386-bare alpha-bare.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
all='x86_64 i386 alpha sparc64 sparc32 ppc64 ppc32 s390x s390 x86_64-bare i386-bare alpha-bare'
usage() { echo "usage: build.sh DIRECTORY [USERLAND...], userlands: $all" >&2; exit 2; }

[ $# -ge 1 ] || usage
out=$1
shift
wanted=${*:-$all}
for name in $wanted; do
    case " $all " in *" $name "*) ;; *) usage ;; esac
done

# -O2 without the vectoriser: the same work on machines with and without vectors. Loops stay loops: no libc is there to call.
flags='-std=gnu11 -O2 -fno-tree-vectorize -fno-tree-slp-vectorize -Wall -Wextra -Werror -ffreestanding -fno-builtin
    -fno-tree-loop-distribute-patterns -fno-stack-protector -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-ident
    -fno-pie -no-pie -nostdlib -nostartfiles -static -Wl,--build-id=none -Wl,-z,noexecstack'

newer() {
    [ "$1" -nt "$2" ] && [ "$1" -nt "$here/bench.h" ] && [ "$1" -nt "$here/bare.h" ] && [ "$1" -nt "$here/build.sh" ]
}

# userland <name> <compiler> <package> <options...>
userland() {
    name=$1 compiler=$2 package=$3
    shift 3
    case " $wanted " in *" $name "*) ;; *) return 0 ;; esac
    if ! command -v "$compiler" > /dev/null; then
        echo "build.sh: no $name: $compiler is missing; on Debian: apt-get install $package" >&2
        return 0
    fi
    mkdir -p "$out/$name"
    for source in "$here"/*.c; do
        program=$out/$name/$(basename "$source" .c)
        newer "$program" "$source" && continue
        # shellcheck disable=SC2086 # flags is a list
        "$compiler" $flags -I"$here/../../Emulator.Cli/Programs/src" "$@" -o "$program" "$source"
    done
}

# The processors are the oldest that have the ABI, as a distribution of 2009 would have chosen them.
userland x86_64  x86_64-linux-gnu-gcc    gcc                       -march=x86-64 -fcf-protection=none
userland i386    i686-linux-gnu-gcc      gcc-i686-linux-gnu        -march=i686 -fcf-protection=none
userland alpha   alpha-linux-gnu-gcc     gcc-alpha-linux-gnu       -mcpu=ev4
userland sparc64 sparc64-linux-gnu-gcc   gcc-sparc64-linux-gnu     -mcpu=v9
userland sparc32 sparc64-linux-gnu-gcc   gcc-sparc64-linux-gnu     -m32 -mcpu=v8
userland ppc64   powerpc64-linux-gnu-gcc gcc-powerpc64-linux-gnu   -mcpu=powerpc64 -mabi=elfv1
userland ppc32   powerpc-linux-gnu-gcc   gcc-powerpc-linux-gnu     -mcpu=powerpc
userland s390x   s390x-linux-gnu-gcc     gcc-s390x-linux-gnu       -march=z900
userland s390    s390x-linux-gnu-gcc     gcc-s390x-linux-gnu       -m31 -march=z900 -mesa

# The same code at the addresses that bare.h tells of.
userland x86_64-bare x86_64-linux-gnu-gcc gcc                      -DBARE -march=x86-64 -fcf-protection=none -Wl,-Ttext-segment=0x100000
userland i386-bare   i686-linux-gnu-gcc   gcc-i686-linux-gnu       -DBARE -march=i686 -fcf-protection=none -Wl,-Ttext-segment=0x100000
userland alpha-bare  alpha-linux-gnu-gcc  gcc-alpha-linux-gnu      -DBARE -mcpu=ev4 -Wl,-Ttext-segment=0xfffffc0000310000 \
    -Wl,-z,max-page-size=8192
