#!/usr/bin/env bash
# Does memory grow? One process of the emulator runs test guests that fork, exec, map and unmap, take signals, change their code and start threads,
# again and again, for an hour. Prints a table of its resident memory; exits with 1 if that grew by more than 4 MiB in the second half (least
# squares), or if a guest ended otherwise than the first time.
#   bench/endurance.sh [--minutes N] [--userland NAME] "path/emulator run"
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

usage() { sed -n '5s/^# *//p' "$0" >&2; exit 2; }
minutes=60 userland=x86_64 most_kib=4096
while (($# > 1)); do
    case $1 in --minutes) minutes=$2 ;; --userland) userland=$2 ;; *) usage ;; esac
    shift 2
done
(($# == 1)) || usage
read -r -a emulator <<<"$1"

programs=(memory signals threads pipes processes changing faults exec stack floats integers files locks)
work=$(mktemp -d)
running=""
trap '[ -z "$running" ] || kill "$running" 2>/dev/null; rm -rf "$work"' EXIT
tests/guests/build.sh "$work/root" "$userland" soak/soak "${programs[@]}"
"${emulator[@]}" --root "$work/root" --timeout $((minutes * 60)) /soak/soak "${programs[@]/#//}" >"$work/rounds" 2>"$work/errors" &
running=$!

start=$SECONDS
while kill -0 "$running" 2>/dev/null; do
    resident=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$running/status" 2>/dev/null || true)
    [ -z "$resident" ] || echo "$((SECONDS - start)) $resident $(tail -n 1 "$work/rounds")" >>"$work/samples"
    sleep 5
done
status=0
wait "$running" || status=$?
running=""
if ((status != 124)); then
    echo "bench/endurance.sh: the run ended with $status: $(tail -n 1 "$work/rounds") $(tail -n 1 "$work/errors")" >&2
    exit 1
fi

echo "| | |"
echo "|---|---|"
echo "| date, commit | $(date +%F), $(git rev-parse --short=12 HEAD) |"
echo "| userland, minutes | $userland, $minutes |"
echo "| all of ${#programs[@]} guests ran | $(tail -n 1 "$work/rounds") times |"
awk -v most=$most_kib '
    { at[NR] = $1; kib[NR] = $2 }
    END {
        end = at[NR]
        for (i = 1; i <= NR; i++)
            if (at[i] >= end / 2) { n++; x += at[i]; y += kib[i]; xx += at[i] * at[i]; xy += at[i] * kib[i] }
        grown = (n * xy - x * y) / (n * xx - x * x) * end / 2
        printf "| growth in the second half, least squares | %.0f KiB (at most %d) |\n", grown, most
        print "\n| minute | resident KiB |\n|---:|---:|"
        for (k = 0; k <= 12; k++) {
            for (i = 1; i < NR && at[i] < end * k / 12; i++) ;
            printf "| %.1f | %d |\n", at[i] / 60, kib[i]
        }
        exit grown > most
    }' "$work/samples"
