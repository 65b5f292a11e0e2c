#!/usr/bin/env bash
# What a page of guest memory costs the emulator besides itself: the slope of peak memory over the pages that a guest touches.
# Exits with 1 if it is more than 16 bytes. bench/memory.sh "path/emulator run"
# The collected heap is held to 12 MiB meanwhile, and the runtime compiles nothing a second time: either comes and goes by megabytes, whatever the
# guest does.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

(($# == 1)) || { echo 'usage: bench/memory.sh "path/emulator run"' >&2; exit 2; }
read -r -a emulator <<<"$1"
limit=16 rounds=5 few=256 many=512
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -o "$work/measure" bench/guests/tools/measure.c

# Median of peaks, in KiB: the third number of the report.
peak() {
    for ((round = 0; round < rounds; round++)); do
        DOTNET_GCHeapHardLimit=0xc00000 DOTNET_TieredCompilation=0 "$work/measure" "$work/report" 120 "${emulator[@]}" --memory 1G "$1" "$2" >/dev/null </dev/null
        awk '{ print $3 }' "$work/report"
    done | sort -n | sed -n "$((rounds / 2 + 1))p"
}

status=0
echo "| userland | page, bytes | $few MiB touched, peak KiB | $many MiB touched, peak KiB | bytes a page besides the page |"
echo "|---|---:|---:|---:|---:|"
for userland in x86_64 i386 alpha; do
    bench/guests/build.sh "$work/$userland" "$userland" tools/touch
    page=4096
    [ "$userland" = alpha ] && page=8192
    low=$(peak "$work/$userland/tools/touch" $few) high=$(peak "$work/$userland/tools/touch" $many)
    besides=$(awk -v low="$low" -v high="$high" -v page=$page -v mib=$((many - few)) 'BEGIN { printf "%.1f", (high - low - mib * 1024) * 1024 / (mib * 1048576 / page) }')
    echo "| $userland | $page | $low | $high | $besides |"
    awk -v besides="$besides" -v limit=$limit 'BEGIN { exit besides > limit }' || status=1
done
exit $status
