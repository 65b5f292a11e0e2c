#!/bin/sh
# The interpreter and the libraries of a dynamic program, where it looks for them: libraries.sh PROGRAM PREFIX ROOT copies those of PREFIX-gcc to ROOT.
set -eu
export LC_ALL=C

[ $# -eq 3 ] || { echo "usage: libraries.sh PROGRAM PREFIX ROOT" >&2; exit 2; }
program=$1 prefix=$2 root=$3

find_file() { "$prefix-gcc" -print-file-name="$1"; }
interpreter=$("$prefix-readelf" -l "$program" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
libraries=$root/lib
[ "$prefix" = x86_64-linux-gnu ] && libraries=$root/lib/x86_64-linux-gnu
mkdir -p "$libraries" "$root/$(dirname "$interpreter")"
cp -L "$(find_file "$(basename "$interpreter")")" "$root$interpreter"
for library in libc.so.6 libc.so.6.1 libm.so.6 libm.so.6.1 libpthread.so.0 libresolv.so.2.1 libstdc++.so.6 libgcc_s.so.1; do
    file=$(find_file "$library")
    [ "$file" = "$library" ] || cp -L "$file" "$libraries/$library"
done
