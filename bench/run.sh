#!/usr/bin/env bash
# Times everything and writes bench/results/<date>-<commit>.md. --quick: fewer cases, fewer rounds, and -quick in the name.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=()
for option in "$@"; do
    case $option in
        --quick) quick=(--quick) ;;
        *) echo "usage: bench/run.sh [--quick]" >&2; exit 2 ;;
    esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD -- Emulator.Core Emulator.Arch.* Emulator.Cli tests/Emulator.Judges bench/Emulator.Bench || commit+=-dirty
result=bench/results/$(date +%F)-$commit${quick:+-quick}.md

echo "building ..." >&2
dotnet build -c Release --nologo -v quiet bench/Emulator.Bench >&2

# The yardstick of execve: this machine's own. Without a C compiler the column stays empty.
real=()
if command -v gcc >/dev/null &&
    gcc -O2 -o "$work/real-exec" bench/real-exec.c &&
    gcc -O2 -static -nostdlib -fno-stack-protector -fno-asynchronous-unwind-tables -o "$work/child" bench/child.c; then
    real=(--real-exec "$work")
fi

# The command line as it is shipped: published, compiled ahead of time. A quick run takes it as it was built.
emulator=()
if [ ${#quick[@]} -eq 0 ] && dotnet publish -c Release --nologo -v quiet -o "$work/emulator" -r "$(dotnet --info | sed -n 's/^ *RID: *//p')" \
    --self-contained false Emulator.Cli >&2; then
    emulator=(--emulator "$work/emulator/emulator")
elif dotnet build -c Release --nologo -v quiet Emulator.Cli >&2 && [ -x Emulator.Cli/bin/Release/net10.0/emulator ]; then
    emulator=(--emulator Emulator.Cli/bin/Release/net10.0/emulator)
fi

load_before=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)
dotnet bench/Emulator.Bench/bin/Release/net10.0/Emulator.Bench.dll ratios "${quick[@]}" "${real[@]}" "${emulator[@]}" >"$work/ratios"
load_after=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)

if [ ${#quick[@]} -eq 0 ]; then
    # Absolute numbers of single operations, by BenchmarkDotNet in one process.
    dotnet bench/Emulator.Bench/bin/Release/net10.0/Emulator.Bench.dll --filter '*AccessBenchmarks*' '*MapBenchmarks*' \
        --artifacts "$work/artifacts" --exporters github >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
fi

mkdir -p bench/results
{
    echo "# Benchmarks, $(date +%F), commit $commit${quick:+, quick}"
    echo
    echo "| | |"
    echo "|---|---|"
    echo "| CPU | $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores |"
    echo "| kernel | $(uname -sr) |"
    echo "| runtime | .NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1) |"
    echo "| QEMU | $(qemu-system-x86_64 --version 2>/dev/null | head -1 || true) |"
    echo "| load average before, after | $load_before, $load_after |"
    cat "$work/ratios"
    if [ -d "$work/artifacts" ]; then
        echo
        echo "## BenchmarkDotNet"
        for table in "$work"/artifacts/results/*-github.md; do
            echo
            grep '^|' "$table"
        done
    fi
} >"$result"
echo "$result"
