# Makes the tables of bench/guests.sh: everybody is divided by the `yardsticks` contenders that come first. First file USERLAND PROGRAM INSTRUCTIONS, second USERLAND PROGRAM CONTENDER ROUND CPU WALL KIB STATUS.

function sort_numbers(values, count,    i, j, held) {
    for (i = 2; i <= count; i++) {
        held = values[i]
        for (j = i - 1; j >= 1 && values[j] > held; j--)
            values[j + 1] = values[j]
        values[j + 1] = held
    }
}

function middle(values, count) {
    sort_numbers(values, count)
    return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}

# The median CPU time, or "" where there was no run.
function seconds(userland, program, contender,    round, count, values) {
    count = 0
    for (round = 1; round <= rounds; round++)
        if ((userland, program, contender, round) in cpu)
            values[++count] = cpu[userland, program, contender, round]
    return count ? middle(values, count) : ""
}

# Sets found, low and high.
function ratio(userland, program, contender, yardstick,    round, count, values) {
    count = 0
    for (round = 1; round <= rounds; round++)
        if ((userland, program, contender, round) in cpu && cpu[userland, program, yardstick, round] > 0)
            values[++count] = cpu[userland, program, contender, round] / cpu[userland, program, yardstick, round]
    if (!count)
        return 0
    found = middle(values, count)
    low = values[1]
    high = values[count]
    return 1
}

function ratio_cell(userland, program, contender, yardstick) {
    if (!ratio(userland, program, contender, yardstick))
        return " - |"
    return sprintf(" %.2f (%.2f..%.2f) |", found, low, high)
}

# The geometric mean over the programs that are not in `left_out`, or "-" where one is missing.
function mean_cell(userland, contender, yardstick, left_out,    i, sum, count) {
    sum = count = 0
    for (i = 1; i <= program_count; i++) {
        if (index(" start " left_out " ", " " program_name[i] " "))
            continue
        if (!ratio(userland, program_name[i], contender, yardstick))
            return " - |"
        sum += log(found)
        count++
    }
    return count ? sprintf(" **%.2f** |", exp(sum / count)) : " - |"
}

function has(userland, contender) {
    return (userland, contender) in seen
}

function mean_row(userland, left_out, title,    line, i) {
    line = "| " title " | |"
    for (i = 1; i <= shown; i++)
        line = line " | |"
    for (i = 1; i <= pairs; i++)
        line = line mean_cell(userland, pair_of[i], yard_of[i], left_out)
    print line
}

FNR == NR { instructions[$1, $2] = $3; next }
{
    cpu[$1, $2, $3, $4] = $5
    if ($7 > peak[$1, $2, $3])
        peak[$1, $2, $3] = $7
    seen[$1, $3] = 1
    if ($4 > rounds)
        rounds = $4
}

END {
    userland_count = split(userlands, userland_name, " ")
    program_count = split(programs, program_name, " ")
    contender_count = split("native qemu-user qemu-system " emulators, contender_name, " ")
    for (u = 1; u <= userland_count; u++) {
        userland = userland_name[u]
        shown = pairs = 0
        for (c = 1; c <= contender_count; c++) {
            if (!has(userland, contender_name[c]))
                continue
            show[++shown] = contender_name[c]
            for (y = 1; y < c && y <= yardsticks; y++)
                if (has(userland, contender_name[y])) {
                    pair_of[++pairs] = contender_name[c]
                    yard_of[pairs] = contender_name[y]
                }
        }
        if (!shown)
            continue
        printf "\n## %s\n\n", userland
        line = "| program | instructions |"
        rule = "|---|---:|"
        for (i = 1; i <= shown; i++) {
            line = line " " show[i] " s | MIPS |"
            rule = rule "---:|---:|"
        }
        for (i = 1; i <= pairs; i++) {
            line = line " " pair_of[i] " / " yard_of[i] " |"
            rule = rule "---:|"
        }
        print line
        print rule
        for (p = 1; p <= program_count; p++) {
            program = program_name[p]
            count = instructions[userland, program]
            line = "| " program " | " (count ? count : "-") " |"
            for (i = 1; i <= shown; i++) {
                time = seconds(userland, program, show[i])
                # The native run of another machine's program is another program: it has no such count.
                mips = count && time > 0 && program != "start" && (show[i] != "native" || userland == "x86_64" || userland == "i386")
                line = line (time == "" ? " - |" : sprintf(" %.3f |", time)) (mips ? sprintf(" %.0f |", count / time / 1e6) : " |")
            }
            for (i = 1; i <= pairs; i++)
                line = line ratio_cell(userland, program, pair_of[i], yard_of[i])
            print line
        }
        mean_row(userland, "", "geometric mean")
        mean_row(userland, "matdbl", "without matdbl")
        mean_row(userland, "matdbl chase", "without matdbl and chase")

        line = ""
        for (p = 1; p <= program_count; p++)
            for (i = 1; i <= shown; i++)
                if (index("start chase", program_name[p]) && peak[userland, program_name[p], show[i]])
                    line = line sprintf("%s%s %s %.1f MiB", line == "" ? "" : ", ", program_name[p], show[i], peak[userland, program_name[p], show[i]] / 1024)
        if (line != "")
            printf "\nPeak memory: %s.\n", line
    }
}
