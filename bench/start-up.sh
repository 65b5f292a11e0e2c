#!/usr/bin/env bash
# Measures how a run starts and what memory it takes, beside qemu-user in the same rounds, and writes bench/results/<date>-<commit>-start-up.md.
# A minute and a half on a quiet machine, and the publishing before it. See bench/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

usage() {
    cat >&2 <<'USAGE'
usage: bench/start-up.sh [options]
  --rounds N       default 41; each round starts everybody once
  --published DIR  measure what is published there already
  --before DIR     also measure another one, published before a change
  --output FILE    instead of bench/results/<date>-<commit>-start-up.md; - is stdout
USAGE
    exit 2
}

rounds=41 published="" before="" output=""
while (($#)); do
    (($# > 1)) || usage
    case $1 in
        --rounds) rounds=$2 ;;
        --published) published=$2 ;;
        --before) before=$2 ;;
        --output) output=$2 ;;
        *) usage ;;
    esac
    shift 2
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "$published" ]; then
    published=$work/published
    bench/publish.sh "$published"
fi
gcc -O2 -o "$work/start" bench/guests/tools/start.c

# Who starts what: a name, a program of the benchmarks at scale 0, which says one line and ends, and whoever runs it.
: >"$work/rows"
row() { printf '%s\t' "$@" >>"$work/rows"; echo >>"$work/rows"; }
for userland in x86_64 i386 alpha; do
    bench/guests/build.sh "$work/$userland" "$userland" sieve || { (($? == 127)) && continue; exit 1; }
    row "$userland" emulator "$published/emulator" run "$work/$userland/sieve" 0
    if [ -n "$before" ]; then row "$userland" before "$before/emulator" run "$work/$userland/sieve" 0; fi
    if command -v "qemu-$userland" >/dev/null; then row "$userland" qemu-user "qemu-$userland" "$work/$userland/sieve" 0; fi
done
row - "emulator --version" "$published/emulator" --version

load_before=$(cut -d' ' -f1-3 /proc/loadavg)
for ((round = 0; round <= rounds; round++)); do        # the first, which fills the host's caches, does not count
    number=0
    while IFS=$'\t' read -r -a line; do
        number=$((number + 1))
        figures=$("$work/start" "${line[@]:2}")
        ((round == 0)) || echo "$figures" >>"$work/figures.$number"
    done <"$work/rows"
done
load_after=$(cut -d' ' -f1-3 /proc/loadavg)

# Quantile $2 (percent) of column $3 of a file.
quantile() { sort -n -k "$3" "$1" | awk -v part="$2" -v column="$3" '{ value[NR] = $column } END { printf "%.1f", value[1 + int((NR - 1) * part / 100 + 0.5)] }'; }

commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD -- Emulator.Core Emulator.Arch.* Emulator.Cli || commit+=-dirty
{
    echo "# Start-up and memory, $(date +%F), commit $commit"
    echo
    echo "- CPU: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores; load $load_before before, $load_after after"
    echo "- kernel $(uname -sr); $rounds rounds, everybody once in each; milliseconds and MiB; median, with the lower quartile in brackets"
    echo "- published: \`dotnet publish Emulator.Cli -c Release -r linux-x64 --self-contained\`, $(du -sm "$published" | cut -f1) MiB"
    echo
    echo "| userland | who | first byte | whole process | CPU | peak memory |"
    echo "|---|---|---|---|---|---|"
    number=0
    while IFS=$'\t' read -r -a line; do
        number=$((number + 1))
        printf '| %s | %s |' "${line[0]}" "${line[1]}"
        for column in 1 2 3; do printf ' %s (%s) |' "$(quantile "$work/figures.$number" 50 $column)" "$(quantile "$work/figures.$number" 25 $column)"; done
        printf ' %s |\n' "$(quantile "$work/figures.$number" 50 4)"
    done <"$work/rows"
} >"$work/table"

if [ "$output" = - ]; then
    cat "$work/table"
else
    output=${output:-bench/results/$(date +%F)-$commit-start-up.md}
    mkdir -p "$(dirname "$output")"
    cp "$work/table" "$output"
    echo "$output"
fi
