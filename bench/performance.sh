#!/usr/bin/env bash
# Publishes the emulator, times it on the benchmark guests beside the processor itself, qemu-user and qemu-system, and writes docs/performance.md.
# Some thirty minutes on two quiet cores. Options go to bench/guests.sh, after those given here: --rounds 3 for a quick look
# (short runs always have two).
set -euo pipefail
cd "$(dirname "$0")/.."

# With EMULATOR_PUBLISHED, a directory, what is published there already is timed.
published=${EMULATOR_PUBLISHED:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "$published" ]; then
    published=$work/published
    bench/publish.sh "$published"
fi
ln -s "$published" "$work/bin"      # a short name, and no place of this machine's in the tables

# Long runs first, of about the same length, some three seconds under qemu-system: what programs run at.
# flat: the same engine on a machine without an MMU, whose translated code looks at no address (bench/README.md). alpha's programs lie above 4 GiB.
export EMULATOR_TRUSTS_PROGRAMS=1
flat="$work/bin/emulator run --mmu none --memory 8g --engine flat"
bench/guests.sh --emulator "flat=$flat" --yardstick flat --emulator "emulator=$work/bin/emulator run" --scale 70 --scales "chase=10 matdbl=10 matint=120 qsortp=40 sha256=280 strmem=100" --output "$work/long.md" "$@"
bench/guests.sh --emulator "emulator=$work/bin/emulator run" --emulator "tier-0=$work/bin/emulator run --engine interpret" --output "$work/short.md" "$@" --rounds 2
bench/memory.sh "$work/bin/emulator run" >"$work/memory.md" || status=$?

{
    sed -n '1,/^<!-- tables -->$/p' bench/performance-head.md
    sed -e "s#$work/bin/##g" -e '1s/^# Guests, /Measured /' "$work/long.md"
    printf '\n# Short runs, and the interpreter alone\n\n'
    sed -e "s#$work/bin/##g" -e '1s/^# Guests, /Measured /' "$work/short.md" | sed 's/^## /## Short: /'
    printf '\n# Memory a page\n\n`bench/memory.sh`: peak memory over pages that a guest touches, the collected heap held to 12 MiB, nothing compiled twice.\n\n'
    cat "$work/memory.md"
} >docs/performance.md
echo docs/performance.md
exit "${status:-0}"
