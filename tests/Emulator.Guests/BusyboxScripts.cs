namespace Emulator.Guests;

/// <summary>What busybox's shell is asked to do. $1 is an empty directory. No script tells a time, a process id or a random number, or calls a program that busybox is not.</summary>
internal static class BusyboxScripts
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "seq 1 1000 | sort -r | sha256sum",
        "echo hello; echo to nobody > /dev/null; echo $((6 * 7)) $((1 << 40)) $((-7 / 2)) $((-7 % 2))",
        "for i in 1 2 3; do echo $i; done | while read x; do echo \"<$x>\"; done; exit 5",
        "seq 1 500 | awk '{ s += $1; q += $1 * $1 } END { printf \"%d %d %.6f %s\\n\", s, q, q / NR, toupper(\"done\") }'",
        "awk 'BEGIN { for (i = 0; i < 20; i++) printf \"%.4f %.4f\\n\", i / 7, i * i * 1.0001; x[\"a\"] = 1; x[\"b\"] = 2; n = 0; for (k in x) n += x[k]; print n, length(\"word\"), substr(\"abcdef\", 2, 3), split(\"a:b:c\", p, \":\"), p[3] }'",
        "seq 1 100 | sed -n -e '/7$/p' -e 's/^\\(.\\)5$/five after \\1/p' | tail -5",
        "echo 'The quick brown fox' | sed 's/quick/slow/; s/\\([a-z]*\\) fox/fox \\1/' | tr a-z A-Z | rev",
        "yes abcdefghij | head -c 100000 | md5sum; yes abcdefghij | head -c 100000 | sha1sum; yes abcdefghij | head -c 100000 | sha512sum",
        "seq 1 20000 | md5sum; seq 1 20000 | wc; seq 1 20000 | tail -n 3 | tac",
        "cd $1; mkdir -p a/b/c; echo one > a/1; echo two > a/b/2; echo three > a/b/c/3; ln -s 1 a/link; find . -type f | sort; find . -name '[12]' -exec cat {} \\; | sort; find . -type l; rm -r a; ls -A | wc -l",
        "cd $1; seq 1 5000 > numbers; tar cf - numbers | gzip -9 > packed.tgz; rm numbers; gunzip < packed.tgz | tar xf -; cmp numbers packed.tgz > /dev/null || md5sum numbers",
        "cd $1; seq 1 3000 > n; bzip2 -k n; bunzip2 -c n.bz2 | cmp - n && echo same; gzip n; zcat n.gz | md5sum",
        "cd $1; dd if=/dev/zero of=zeros bs=4096 count=100 2> /dev/null; stat -c '%s %F' zeros; sha256sum < zeros; dd if=zeros bs=1000 skip=3 count=7 2> /dev/null | wc -c",
        "expr 17 '*' 3; expr length abcdef; expr abcdef : 'abc\\(.*\\)'; expr 5 '<' 3; echo $?",
        "printf '%s %05d %x %o %c|%-8s|%8s|\\n' text 42 255 8 char left right; printf '%.3f %e\\n' 3.14159 12345.678",
        "cd $1; printf 'b 2\\na 1\\nc 3\\na 0\\n' > t; sort t; sort -k2n t; sort -u -k1,1 t; cut -d' ' -f2 t | paste -s -d+ ; uniq -c t; nl t",
        "cd $1; printf '1\\n2\\n3\\n4\\n' > a; printf '1\\n3\\n3x\\n4\\n5\\n' > b; diff a b; diff -u a b | sed 1,2d; diff -u a b | patch a; cmp a b && echo patched",
        "grep -c root /proc/self/maps; grep -o 'b[a-z]*' <<E\nabc bcd\nbbb\nE",
        "f() { [ $1 -le 1 ] && echo 1 && return; echo $(($1 * $(f $(($1 - 1))))); }; f 12",
        "a=0; while [ $a -lt 3000 ]; do a=$((a + 1)); done; echo $a; case $a in 3*) echo starts with three;; *) echo no;; esac",
        "trap 'echo caught' USR1; kill -USR1 $$; trap 'echo at exit' EXIT; (exit 3); echo $?; (kill -9 $(sh -c 'echo $PPID')) 2> /dev/null; echo $?",
        "set -- one 'two words' three; echo $# \"$2\"; shift; echo \"$@\"; x=file.tar.gz; echo ${x%.gz} ${x##*.} ${#x} ${y:-default} ${x/tar/zip}",
        "echo 'echo from a script; echo $0 | sed s,.*/,,' > $1/script; sh $1/script; chmod +x $1/script; { echo '#!/proc/self/exe sh'; cat $1/script; } > $1/other; wc -l < $1/other",
        "sleep 0.05 & sleep 0.02 & wait; echo waited; { sleep 0.1; echo late; } & echo early; wait",
        "seq 1 300 | xargs -n 50 echo | wc -l; seq 1 10 | xargs -n 3 sh -c 'echo $# $0'",
        "seq 1 2000 | od -A d -t x1 | md5sum; echo test | hexdump -C; echo test | base64; echo dGVzdAo= | base64 -d",
        "cd $1; for i in 1 2 3 4; do seq $i 100 1000 > x$i; done; ls | wc -l; cat x* | md5sum; touch -d '2009-12-08 12:00' t; mv t u; cp u v; ls u v; test u -nt v; echo $?",
        "echo '2^100; scale = 20; 1 / 3; sqrt(2)' | bc; echo '10 3 / p 2 10 ^ p' | dc; factor 1234567 1000003",
        "cat /etc/no-such-file; echo $?; no-such-command; echo $?; echo '(' | sh; echo $?; false || echo or; true && echo and",
        "umask 022; cd $1; > f; chmod 4751 f; stat -c '%a %A' f; mkdir d; stat -c '%a' d; ln f g; stat -c '%h' f; readlink -f d | sed s,.*/,,; rmdir d; basename /a/b.c .c; dirname /a/b.c",
        "uname -s; env -i A=1 B=2 env | sort; timeout 1 true; echo $?; timeout 0.1 sleep 5; echo $?",
        "head -c 300000 /dev/zero | tr '\\0' 'x' | fold -w 77 | tail -n 2 | wc; expand <<E\na\tb\nE",
        "mkfifo $1/pipe; (seq 1 200 > $1/pipe) & sum=0; while read n; do sum=$((sum + n)); done < $1/pipe; echo $sum; wait",
        "echo 'one two three' | { read a b; echo $b; }; exec 3> $1/three; echo to three >&3; exec 3>&-; cat $1/three; cat < $1/three 2>&1; ls $1/none 2>&1 | sed 's,/[^ ]*/,,'",
    ];
}
