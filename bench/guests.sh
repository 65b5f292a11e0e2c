#!/usr/bin/env bash
# Times the benchmark guests: CPU seconds of whole processes, natively, under QEMU and under the emulator, in turn.
# Writes bench/results/<date>-<commit>-guests.md. See bench/guests/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

usage() {
    cat >&2 <<'USAGE'
usage: bench/guests.sh [options]
  --emulator COMMAND    also time COMMAND PROGRAM SCALE, for instance --emulator "path/emulator run"; may be given as NAME=COMMAND, and more than once
  --yardstick NAME      an emulator that the other emulators are divided by, as they are by native and QEMU; may be given more than once
  --userlands "A B"     default: x86_64 i386 alpha; also sparc64 sparc32 ppc64 ppc32 s390x s390
  --programs "A B"      default: all, and start, which starts and ends
  --rounds N            default 5; each round times everybody once, forwards and backwards in turn
  --scale N             rounds of work in a program, default 10
  --scales "A=N B=M"    those of some programs
  --limit SECONDS       what takes longer is killed and counts as failed, default 120
  --without NAME        leave out native, qemu-user or qemu-system
  --output FILE         instead of bench/results/<date>-<commit>-guests.md; - is stdout
USAGE
    exit 2
}

userlands="x86_64 i386 alpha" programs="" rounds=5 scale=10 limit=120 output="" without=" "
declare -A commands=() scales=()
emulators=() yardsticks=() others=()
while (($#)); do
    (($# > 1)) || usage
    case $1 in
        --emulator)
            name=emulator command=$2
            [[ $2 =~ ^([A-Za-z0-9-]+)=(.*)$ ]] && name=${BASH_REMATCH[1]} command=${BASH_REMATCH[2]}
            emulators+=("$name") commands[$name]=$command ;;
        --yardstick) yardsticks+=("$2") ;;
        --userlands) userlands=$2 ;;
        --programs) programs=$2 ;;
        --rounds) rounds=$2 ;;
        --scale) scale=$2 ;;
        --scales) for pair in $2; do scales[${pair%%=*}]=${pair#*=}; done ;;
        --limit) limit=$2 ;;
        --without) without+="$2 " ;;
        --output) output=$2 ;;
        *) usage ;;
    esac
    shift 2
done
# Who is divided by whom goes by the order: yardsticks first.
for name in "${emulators[@]}"; do
    [[ " ${yardsticks[*]} " == *" $name "* ]] || others+=("$name")
done
for name in "${yardsticks[@]}"; do
    [ -n "${commands[$name]:-}" ] || { echo "guests.sh: --yardstick $name: no --emulator has that name" >&2; exit 2; }
done
emulators=("${yardsticks[@]}" "${others[@]}")
[ -n "$programs" ] || programs="$(cd bench/guests && echo *.c | sed 's/\.c//g') start"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
guests=$work/guests

builds="x86_64"
for userland in $userlands; do
    builds+=" $userland"
    case $userland in x86_64 | i386 | alpha) builds+=" $userland-bare" ;; esac
done
for userland in $(tr ' ' '\n' <<<"$builds" | sort -u); do
    # A compiler that is missing is named, and its programs are left out.
    bench/guests/build.sh "$guests/$userland" "$userland" || (($? == 127))
done
gcc -O2 -o "$work/measure" bench/guests/tools/measure.c
gcc -O2 -shared -fPIC -o "$work/count.so" bench/guests/tools/count.c

qemu_user() {
    case $1 in
        sparc32) echo qemu-sparc ;;
        ppc32) echo qemu-ppc ;;
        s390) echo none ;;              # refuses 31-bit programs
        *) echo "qemu-$1" ;;
    esac
}

# Sets the array `line` to the command line of a contender, or to nothing where it has no part.
command_line() {
    local contender=$1 userland=$2 program=$3 times=$4
    line=()
    case $without in *" $contender "*) return ;; esac
    case $contender in
        native)
            [ "$(uname -m)" = x86_64 ] || return 0
            # Other machines' programs have no native run: what the x86_64 build takes is their yardstick.
            case $userland in i386) line=("$guests/i386/$program" "$times") ;; *) line=("$guests/x86_64/$program" "$times") ;; esac ;;
        qemu-user)
            command -v "$(qemu_user "$userland")" >/dev/null || return 0
            line=("$(qemu_user "$userland")" "$guests/$userland/$program" "$times") ;;
        qemu-system)
            local machine=(-m 256 -nodefaults -display none -no-reboot -serial stdio -append "$times" -kernel "$guests/$userland-bare/$program")
            case $userland in
                x86_64) machine=(qemu-system-x86_64 -accel tcg -M pc -device "isa-debug-exit,iobase=0xf4,iosize=4" "${machine[@]}") ;;
                i386) machine=(qemu-system-i386 -accel tcg -M pc -device "isa-debug-exit,iobase=0xf4,iosize=4" "${machine[@]}") ;;
                alpha) machine=(qemu-system-alpha -accel tcg -M clipper "${machine[@]}") ;;
                *) return 0 ;;
            esac
            command -v "${machine[0]}" >/dev/null || return 0
            line=("${machine[@]}") ;;
        *)
            # shellcheck disable=SC2206 # a command and its first arguments
            line=(${commands[$contender]} "$guests/$userland/$program" "$times") ;;
    esac
}

load_before=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)
contenders=(native qemu-user qemu-system "${emulators[@]}")
failed=0
: >"$work/runs"
: >"$work/counts"
for userland in $userlands; do
    [ -d "$guests/$userland" ] || continue
    for row in $programs; do
        program=$row times=${scales[$row]:-$scale}
        [ "$row" = start ] && program=sieve times=0

        command_line native x86_64 "$program" "$times"
        ((${#line[@]})) || command_line qemu-user "$userland" "$program" "$times"
        expected=$("${line[@]}")

        if command -v "$(qemu_user "$userland")" >/dev/null; then
            "$(qemu_user "$userland")" -plugin "$work/count.so" -d plugin "$guests/$userland/$program" "$times" 2>&1 >/dev/null |
                sed -n "s/^instructions/$userland $row/p" >>"$work/counts"
        fi

        for ((round = 1; round <= rounds; round++)); do
            order=("${contenders[@]}")
            if ((round % 2 == 0)); then
                order=()
                for contender in "${contenders[@]}"; do order=("$contender" "${order[@]}"); done
            fi
            for contender in "${order[@]}"; do
                command_line "$contender" "$userland" "$program" "$times"
                ((${#line[@]})) || continue
                "$work/measure" "$work/report" "$limit" "${line[@]}" >"$work/said" 2>"$work/complaint" </dev/null
                # Firmware may say something first, and a serial port ends lines with CR LF.
                if [ "$(tr -d '\r' <"$work/said" | tail -n 1)" != "$expected" ]; then
                    echo "guests.sh: $userland $program $times under $contender printed '$(tail -n 1 "$work/said")', not '$expected': $(tail -n 1 "$work/complaint")" >&2
                    failed=1
                    continue
                fi
                echo "$userland $row $contender $round $(cat "$work/report")" >>"$work/runs"
            done
        done
        echo "$userland $row: $(awk -v u="$userland" -v p="$row" '$1 == u && $2 == p && $4 == 1 { printf "%s %.2f s  ", $3, $5 }' "$work/runs")" >&2
    done
done
load_after=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)

commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD -- Emulator.Core Emulator.Arch.* Emulator.Cli bench/guests bench/guests.sh || commit+=-dirty
output=${output:-bench/results/$(date +%F)-$commit-guests.md}
[ "$output" = - ] && output=/dev/stdout
{
    echo "# Guests, $(date +%F), commit $commit"
    echo
    echo "| | |"
    echo "|---|---|"
    echo "| CPU | $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores |"
    echo "| kernel | $(uname -sr) |"
    echo "| compiler | $(gcc --version | head -1) |"
    echo "| QEMU | $(qemu-x86_64 --version 2>/dev/null | head -1 || true) |"
    for name in "${emulators[@]}"; do
        echo "| $name | ${commands[$name]} PROGRAM $scale |"
    done
    echo "| load average before, after | $load_before, $load_after |"
    echo
    besides=""
    for row in "${!scales[@]}"; do besides+=" (${scales[$row]} of $row)"; done
    echo "CPU seconds of whole processes, medians of $rounds rounds, scale $scale$besides; ratios are medians of the rounds' ratios (lowest..highest)."
    echo "How to read it: bench/guests/README.md."
    awk -v emulators="${emulators[*]}" -v userlands="$userlands" -v programs="$programs" -v yardsticks=$((3 + ${#yardsticks[@]})) -f bench/guests/tools/table.awk "$work/counts" "$work/runs"
} >"$output"
[ "$output" = /dev/stdout ] || echo "$output"
exit "$failed"
