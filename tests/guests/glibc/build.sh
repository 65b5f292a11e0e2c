#!/bin/sh
# Builds programs of the C and C++ libraries: build.sh DIRECTORY USERLAND PROGRAM static|dynamic makes DIRECTORY/PROGRAM, and for dynamic
# ones DIRECTORY/root with the interpreter and the libraries where the program looks for them. Userlands: x86_64 i386 alpha.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 4 ] || { echo "usage: build.sh DIRECTORY USERLAND PROGRAM static|dynamic" >&2; exit 2; }
out=$1 userland=$2 program=$3 how=$4

case $userland in
    x86_64) prefix=x86_64-linux-gnu packages='g++ libc6-dev' ;;
    i386) prefix=i686-linux-gnu packages='g++-i686-linux-gnu libc6-dev-i386-cross' ;;
    alpha) prefix=alpha-linux-gnu packages='g++-alpha-linux-gnu libc6.1-dev-alpha-cross' ;;
    *) echo "build.sh: no userland $userland; there are x86_64 i386 alpha" >&2; exit 2 ;;
esac
if [ -f "$here/$program.cc" ]; then
    source=$here/$program.cc compiler=$prefix-g++ standard=-std=c++17
else
    source=$here/$program.c compiler=$prefix-gcc standard=-std=gnu11
fi
if ! command -v "$compiler" > /dev/null; then
    echo "$compiler is not installed; on Debian: apt-get install $packages" >&2
    exit 127
fi

mkdir -p "$out"
case $how in
    static) options=-static ;;
    dynamic) options= ;;
    *) echo "build.sh: static or dynamic, not $how" >&2; exit 2 ;;
esac
# shellcheck disable=SC2086 # options may be empty
"$compiler" $standard -O2 -Wall -Wextra -Werror -pthread $options -o "$out/$program" "$source" -lm

if [ "$how" = dynamic ]; then "$here/libraries.sh" "$out/$program" "$prefix" "$out/root"; fi
