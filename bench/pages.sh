#!/usr/bin/env bash
# Writes a page of a run of a million steps, opens it in Chromium, slides through it, and writes bench/results/<date>-<commit>-pages.md.
# Exits with 1 when the page is too large.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

usage() {
    cat >&2 <<'USAGE'
usage: bench/pages.sh [options]
  --arg-pages N    pages of arguments, default 200000: five steps each where they are moved
  --frames N       frames of each way to slide, default 300
  --output FILE    instead of bench/results/<date>-<commit>-pages.md; - is stdout
USAGE
    exit 2
}

arg_pages=200000 frames=300 output=""
while (($#)); do
    (($# > 1)) || usage
    case $1 in
        --arg-pages) arg_pages=$2 ;;
        --frames) frames=$2 ;;
        --output) output=$2 ;;
        *) usage ;;
    esac
    shift 2
done
browser=$(command -v chromium) || { echo "bench/pages.sh: chromium is not installed" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD -- Emulator.Core Emulator.Arch.* Emulator.Cli bench/Emulator.PageBench || commit+=-dirty
output=${output:-bench/results/$(date +%F)-$commit-pages.md}

echo "building ..." >&2
dotnet build -c Release --nologo -v quiet Emulator.Cli >&2
dotnet build -c Release --nologo -v quiet bench/Emulator.PageBench >&2

# A 32-bit program on amd64: every page of arguments waits at the top of the address space, and moves.
options=(--arg-cap none --stack-limit unlimited --memory 4g --arg-pages "$arg_pages")
program=Emulator.Cli/Programs/i386/show
began=$(date +%s.%N)
Emulator.Cli/bin/Release/net10.0/emulator compare "${options[@]}" --html "$work/page.html" "$program" >/dev/null
took=$(awk "BEGIN { printf \"%.1f\", $(date +%s.%N) - $began }")
load_before=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)
dotnet bench/Emulator.PageBench/bin/Release/net10.0/Emulator.PageBench.dll "$browser" "$work/page.html" "$frames" >"$work/table"
load_after=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)

{
    echo "# A history of a million steps in the page, $(date +%F), commit $commit"
    echo
    echo "\`emulator compare ${options[*]} --html FILE $program\`"
    echo
    echo "| | |"
    echo "|---|---|"
    echo "| CPU | $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores |"
    echo "| kernel | $(uname -sr) |"
    echo "| load average before, after | $load_before, $load_after |"
    echo "| niceness | $(nice) |"
    echo "| to run both ways and write the page | $took s |"
    cat "$work/table"
} >"$work/result"
if [ "$output" = - ]; then cat "$work/result"; else mkdir -p "$(dirname "$output")" && cp "$work/result" "$output" && echo "$output"; fi

bytes=$(stat -c %s "$work/page.html")
if ((bytes >= 20000000)); then
    echo "bench/pages.sh: the page has $bytes bytes; it should have less than 20000000" >&2
    exit 1
fi
