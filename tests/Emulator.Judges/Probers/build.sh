#!/bin/sh
# Rebuilds the committed prober binaries. Needs binutils for all machines (Debian: binutils, binutils-s390x-linux-gnu, binutils-alpha-linux-gnu,
# binutils-sparc64-linux-gnu, binutils-powerpc64-linux-gnu).
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

as --64 -o "$work/amd64.o" amd64.S
ld -m elf_x86_64 --no-warn-rwx-segments -N -Ttext=0 -e _start -o "$work/amd64.elf" "$work/amd64.o"
objcopy -O binary "$work/amd64.elf" amd64.bin

s390x-linux-gnu-as -march=z900 -o "$work/s390x.o" s390x.S
s390x-linux-gnu-ld --no-warn-rwx-segments -N -Ttext=0 -e _start -o "$work/s390x.elf" "$work/s390x.o"
s390x-linux-gnu-objcopy -O binary "$work/s390x.elf" s390x.bin

alpha-linux-gnu-as -mev6 -o "$work/alpha.o" alpha.S
alpha-linux-gnu-ld --no-warn-rwx-segments -N -Ttext=0 -e _start -o "$work/alpha.elf" "$work/alpha.o"
alpha-linux-gnu-objcopy -O binary -j .text "$work/alpha.elf" alpha.bin

sparc64-linux-gnu-as -64 -Av9a -o "$work/sparc64.o" sparc64.S
sparc64-linux-gnu-ld --no-warn-rwx-segments -N -Ttext=0 -e _start -o "$work/sparc64.elf" "$work/sparc64.o"
sparc64-linux-gnu-objcopy -O binary "$work/sparc64.elf" sparc64.bin

powerpc64-linux-gnu-as -mpower9 -o "$work/ppc64.o" ppc64.S
powerpc64-linux-gnu-ld --no-warn-rwx-segments -N -Ttext=0 -e _start -o "$work/ppc64.elf" "$work/ppc64.o"
powerpc64-linux-gnu-objcopy -O binary "$work/ppc64.elf" ppc64.bin

chmod 644 amd64.bin s390x.bin alpha.bin sparc64.bin ppc64.bin
