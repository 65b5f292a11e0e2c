#!/bin/sh
# Rebuilds the guest programs beside this script. Give a directory to build somewhere else, for instance to compare:
#
#   ./build.sh /tmp/programs; diff -rq . /tmp/programs | grep differ
#
# The compilers are Debian's cross compilers, which this script does not install:
#
#   gcc-i686-linux-gnu gcc-s390x-linux-gnu gcc-alpha-linux-gnu gcc-sparc64-linux-gnu gcc-powerpc64-linux-gnu
#   gcc-powerpc-linux-gnu, and gcc-x86-64-linux-gnu where the machine itself is not amd64
#
# No libc and no libgcc of any target is needed. -m31 and -m32 need no second set of libraries for the same reason.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}

# Nothing that depends on the place, the time or the host ends up in a file: no build id, no comments, no symbols.
# Calls that gcc would make out of loops (memset, strlen) would need a libc.
flags='-std=gnu11 -O2 -Wall -Wextra -Werror -ffreestanding -fno-builtin -fno-tree-loop-distribute-patterns
    -fno-stack-protector -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-ident
    -nostdlib -nostartfiles -static -Wl,--build-id=none -Wl,-z,noexecstack'

# link <directory> <file> <source> <script> <compiler> <options...>
link() {
    directory=$1 file=$2 source=$3 script=$4 prefix=$5
    shift 5
    command -v "$prefix-gcc" > /dev/null || { echo "build.sh: $prefix-gcc is missing, see the packages at the top" >&2; exit 1; }
    mkdir -p "$out/$directory"
    # shellcheck disable=SC2086 # flags is a list
    "$prefix-gcc" $flags "$@" -Wl,-T,"$here/src/$script" -o "$out/$directory/$file" "$here/src/$source"
    "$prefix-strip" --strip-all "$out/$directory/$file"
    chmod 755 "$out/$directory/$file"
}

# userland <ABI> <base address> <largest page in bytes> <compiler> <options...>
# The base is where the architecture's own linker script starts a program. The options ask for the oldest processor that has
# the ABI, so that the programs run in every era.
userland() {
    abi=$1 base=$2 page=$3 compiler=$4
    shift 4
    for program in show tiny; do
        link "$abi" $program $program.c $program.ld "$compiler" "$@" -fno-pie -no-pie \
            -Wl,--defsym=BASE="$base" -Wl,-z,max-page-size="$page"
    done
}

pie() {
    link "$1" show-pie show.c show-pie.ld "$2" -fpie -static-pie -Wl,--no-dynamic-linker -Wl,-z,max-page-size=4096 "$3"
}

userland x86_64  0x400000    4096  x86_64-linux-gnu    -march=x86-64 -fcf-protection=none
userland i386    0x08048000  4096  i686-linux-gnu      -march=i386 -fcf-protection=none
userland s390x   0x1000000   4096  s390x-linux-gnu     -march=z900
userland s390    0x400000    4096  s390x-linux-gnu     -m31 -march=z900 -mesa
userland alpha   0x120000000 8192  alpha-linux-gnu     -mcpu=ev4
userland sparc64 0x100000    8192  sparc64-linux-gnu   -mcpu=v9
userland sparc32 0x10000     8192  sparc64-linux-gnu   -m32 -mcpu=v8
userland ppc64   0x10000000  65536 powerpc64-linux-gnu -mcpu=powerpc64 -mabi=elfv1
userland ppc32   0x10000000  65536 powerpc-linux-gnu   -mcpu=powerpc

pie x86_64 x86_64-linux-gnu -fcf-protection=none
pie s390x  s390x-linux-gnu  -march=z900

# -taso sets EF_ALPHA_32BIT: the program asks for a 31-bit address space and is linked low enough to live in one.
link alpha show-taso show.c show.ld alpha-linux-gnu -mcpu=ev4 -fno-pie -no-pie -Wl,-taso \
    -Wl,--defsym=BASE=0x12000000 -Wl,-z,max-page-size=8192
