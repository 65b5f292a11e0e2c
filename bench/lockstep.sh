#!/usr/bin/env bash
# Does translated code do what interpreted code does? busybox and programs of glibc run in lockstep until enough instructions were compared, half of
# them busybox's, per userland and engine. Prints a table; exits with 1 at the first difference, which it names.
#   bench/lockstep.sh [--userland NAME]... [--engine tiered|translate]... [--instructions N] "path/emulator run"
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

usage() { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
userlands=() engines=() instructions=100000000
while (($# > 1)); do
    case $1 in
        --userland) userlands+=("$2") ;;
        --engine) engines+=("$2") ;;
        --instructions) instructions=$2 ;;
        *) usage ;;
    esac
    shift 2
done
(($# == 1)) || usage
read -r -a emulator <<<"$1"
((${#userlands[@]})) || userlands=(x86_64 i386 alpha)
((${#engines[@]})) || engines=(tiered translate)
# Instructions in a step. Code becomes hot whatever the step is, but what is left of a step shorter than a region may need is interpreted: steps of tiered code are
# longer, so that most of it runs in regions of several blocks. Both are prime, so that steps end anywhere in a loop.
declare -A steps=([tiered]=997 [translate]=211)

# Names of works, and scripts of busybox's shell: $1 says how much, $2 varies it.
busybox=(
    "shell: loops and patterns" 'i=$2; while [ $i -lt $(($2 + 1000 * $1)) ]; do i=$((i + 1)); case $i in *7) x="$x$i" ;; *9) x=${x#???} ;; *5) x=${x%3*} ;; *00) x= ;; esac; done; echo ${#x}'
    "shell: functions and children" 'f() { [ $1 -le 1 ] && echo 1 && return; echo $(($1 * $(f $(($1 - 1))))); }; i=0; while [ $i -lt $((20 * $1)) ]; do f $((i % 9 + $2)); (exit $((i % 3))); echo $i | cat | rev; i=$((i + 1)); done'
    "awk: doubles, arrays, strings" 'awk -v n=$1 -v m=$2 "BEGIN { for (i = m; i < n * 1000; i++) { s += i * i / 7 - int(i / 3) % 11 * 0.1; a[i % 97] = a[i % 97] substr(i, 1, 2); if (length(a[i % 97]) > 60) a[i % 97] = toupper(\"q\") } for (k in a) t += length(a[k]); printf \"%.6f %e %d\\n\", s, s / 3, t }"'
    "sed" 'seq $2 $(($1 * 1000)) | sed -n -e "s/\([0-9]\)\([0-9]\)\$/\2<\1>/p" -e "/7\$/d" -e "y/123/abc/" -e "s/[a-c]*/&&/p" | tail -n 1'
    "sort, uniq, cut, paste" 'seq $2 $(($1 * 1000)) | awk "{ print (\$1 * 7919) % 1009, \$1 }" | sort -n -k1 | cut -d" " -f1 | uniq -c | sort -r | paste -s -d+ | md5sum'
    "sha256sum, sha512sum, sha3sum" 'seq $2 $(($1 * 1500)) | sha256sum; seq $2 $(($1 * 1500)) | sha512sum; seq $2 $(($1 * 100)) | sha3sum'
    "md5sum, sha1sum, cksum" 'seq $2 $(($1 * 2000)) | md5sum; seq $2 $(($1 * 1000)) | sha1sum; seq $2 $(($1 * 1000)) | cksum'
    "gzip, gunzip" 'seq $2 $(($1 * 2000)) | gzip -9 | gunzip | tail -n 1'
    "bzip2, bunzip2" 'seq $2 $(($1 * 1000)) | bzip2 | bunzip2 | tail -n 1'
    "bc, dc" 'echo "scale = 30; a(1 / $2) * 4; e($2 / 7); sqrt(2); 3^$(($1 * 100)) % 1000007; for (i = 1; i < $1 * 100; ++i) s += i * i / 7; s" | bc -l; echo "$2 $1 100 * ^ 97 % p" | dc; factor $((1234567 * $2 + 2))'
    "files: find, tar, grep, diff" 'mkdir -p /dev/shm/a/b/c; cd /dev/shm/a; for i in $(seq $2 $(($2 + 5 * $1))); do seq $i 37 1500 > b/x$i; cp b/x$i b/c/; done; find . -type f -name "*[13579]" -exec md5sum {} +; tar cf - b | gzip | gunzip | tar tf - | wc -l; grep -r "^1[0-9]*7\$" b | wc -l; diff -u b/x$2 b/x$(($2 + 1)) | wc; ls -lR | cut -c1-10 | sort | uniq -c; cat b/x* | wc; rm -r b'
    "od, hexdump, base64, tr, fold" 'seq $2 $(($1 * 200)) | od -A d -t x1 | md5sum; seq $2 $(($1 * 200)) | hexdump -C | tail -n 1; seq $2 $(($1 * 400)) | base64 | base64 -d | tr 0-9 a-j | fold -w 33 | expand | nl | tail -n 1'
    "grep, xargs, printf" 'seq $2 $(($1 * 600)) | grep -E "([1-3]+)5\1|9\$" | xargs -n 9 printf "%5.2f|%e|%x|%-4d|%s\n" 2> /dev/null | tail -n 1; dd if=/dev/zero bs=1000 count=$((10 * $1)) 2> /dev/null | tr "\0" x | wc -c'
)
glibc=(sort numbers memory text jumps maths threads times containers)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Builds $work/$1: roots with programs, or a static program beside them.
build() {
    local program
    tests/guests/busybox.sh "$work/$1/busybox" "$1"
    for program in workout containers; do tests/guests/glibc/build.sh "$work/$1/$program" "$1" "$program" dynamic; done
    for program in busybox workout containers; do
        mkdir -p "$work/$1/$program/root/tmp"
        mv "$work/$1/$program/$program" "$work/$1/$program/root/$program"
    done
}

# One work in lockstep: userland, engine, kind, name, then the command. Adds a line to $work/rows; at a difference says it and ends all.
total=0
compare() {
    local userland=$1 engine=$2 kind=$3 name=$4 step=${steps[$2]} count translated
    shift 4
    if ! "${emulator[@]}" --kernel 6.1 --engine "$engine" --lockstep "$step" --stats --root "$work/$userland/$1/root" "/$1" "${@:2}" >"$work/said" 2>"$work/stats" </dev/null; then
        printf 'bench/lockstep.sh: %s, %s, %d at a time: ' "$userland" "$engine" "$step" >&2
        printf '%q ' "$@" >&2
        grep '^emulator:' "$work/stats" >&2 || tail -n 1 "$work/stats" >&2
        exit 1
    fi
    count=$(sed -n 's/^\([0-9]*\) instructions, .* are the same, .*/\1/p' "$work/said")
    translated=$(sed -n 's/^ *\([0-9]*\)  of them in translated code.*/\1/p' "$work/stats")
    total=$((total + count))
    printf '%s\t%s\t%s\t%s\t%d\t%d\t%d\n' "$userland" "$engine" "$kind" "$name" "$count" "$translated" $(((count + step - 1) / step)) >>"$work/rows"
}

start=$SECONDS
for userland in "${userlands[@]}"; do
    build "$userland"
    for engine in "${engines[@]}"; do
        for kind in busybox glibc; do
            total=0
            for ((round = 1; total < instructions / 2; round++)); do       # all works, and in the next longer, with other data
                if [ $kind = busybox ]; then
                    for ((i = 0; i < ${#busybox[@]}; i += 2)); do
                        compare "$userland" "$engine" busybox "${busybox[i]}" busybox sh -c "${busybox[i + 1]}" sh "$round" $((round + 1))
                    done
                else
                    for part in "${glibc[@]}"; do
                        if [ "$part" = containers ]; then
                            compare "$userland" "$engine" libstdc++ containers containers "$round" "$round"
                        else
                            compare "$userland" "$engine" glibc "workout: $part" workout "$part" $((round * 3)) "$round"
                        fi
                    done
                fi
            done
        done
    done
done

commit=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD -- Emulator.Core Emulator.Arch.* Emulator.Cli || commit+=-dirty
echo "# Lockstep, $(date +%F), commit $commit"
echo
echo "No difference in $(awk -F'\t' '{ n += $5; s += $7 } END { printf "%.0f instructions compared in %.0f steps", n, s }' "$work/rows"), $(((SECONDS - start + 59) / 60)) minutes."
echo
echo "| userland | engine | program | runs | instructions | of them translated | steps | differences |"
echo "|---|---|---|---:|---:|---:|---:|---:|"
awk -F'\t' '
    function row(key, name) { printf "| %s | %s | %d | %.0f | %s | %.0f | 0 |\n", key, name, runs[key, name], count[key, name], part(key, translated[key, name], count[key, name]), steps[key, name] }
    function part(key, some, all) { return key ~ /translate/ ? "-" : sprintf("%.0f %%", 100 * some / all) }
    function add(key, name) {
        if (!((key, name) in runs)) { order[++rows] = key; names[rows] = name }
        runs[key, name]++; count[key, name] += $5; translated[key, name] += $6; steps[key, name] += $7
    }
    { add($1 " | " $2, $3 ": " $4) }
    { of = $1 " | " $2; if (!(of in seen)) { seen[of]; all[++sums] = of }; n[of] += $5; t[of] += $6; s[of] += $7; r[of]++ }
    END {
        for (i = 1; i <= rows; i++) row(order[i], names[i])
        for (i = 1; i <= sums; i++) printf "| **%s** | **all** | %d | **%.0f** | %s | %.0f | **0** |\n", all[i], r[all[i]], n[all[i]], part(all[i], t[all[i]], n[all[i]]), s[all[i]]
    }' "$work/rows"
