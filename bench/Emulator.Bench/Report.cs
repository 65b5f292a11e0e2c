using System.Globalization;
using System.Text;
using Emulator.Core.Paging;
using Emulator.Judges;
using Emulator.Testing;

namespace Emulator.Bench;

/// <summary>Times everything in turn with its yardsticks and writes a table of ratios.</summary>
internal sealed class Report(bool quick, string? only, string? realExec, string? emulator)
{
    private const int PageBytes = 4096;     // of argument vectors
    private const int Accesses = 1 << 16;   // of a measurement of refills
    private readonly StringBuilder _text = new();
    private readonly TimeSpan _budget = TimeSpan.FromSeconds(quick ? 0.2 : 0.8);
    private ulong _sum;     // of everything loaded, so that nothing is left out

    public string Write()
    {
        (string Name, Action Write)[] tables =
            [("walks", Walks), ("refills", Refills), ("hits", Hits), ("maps", Maps), ("execs", Execs), ("start-ups", StartUps)];
        if (only is not null && tables.All(table => table.Name != only))
            throw new ArgumentException($"--only {only}: there is no such table; there are {string.Join(", ", tables.Select(table => table.Name))}");
        foreach ((string name, Action write) in tables)
        {
            if (only is null || only == name)
                write();
        }
        _text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Checksum {_sum:x}.");
        return _text.ToString();
    }

    private void Walks()
    {
        Header("Walks", "ns, quiet", "ns, median", "M/s, quiet", "loads only, ns", "ratio", "quartiles");
        (int Pages, string Name)[] spans = quick ? [(1 << 14, "16 Ki pages")] : [(1 << 14, "16 Ki pages"), (1 << 18, "256 Ki pages")];
        foreach (WalkShape shape in WalkShape.All)
        {
            ulong stride = (ulong)shape.Tree.PageBytes;
            foreach ((int pages, string span) in spans)
            {
                using (IWalks walks = shape.Make(pages, stride, true))
                {
                    if (walks.HasPlain)
                        Walk($"{shape}, {span}, plain, marked as used", walks, () => walks.Plain(AccessKind.Read));
                    Walk($"{shape}, {span}, exact, marked as used", walks, () => walks.Exact(AccessKind.Read));
                    Walk($"{shape}, {span}, miss and refill, marked as used", walks, () => walks.Miss(AccessKind.Read));
                    if (!walks.MarksEntries)
                        continue;
                }
                using (IWalks walks = shape.Make(pages, stride, false))
                {
                    if (walks.HasPlain)
                        Walk($"{shape}, {span}, plain, sets accessed and dirty", walks, () => walks.Plain(AccessKind.Write), walks.Restore);
                    Walk($"{shape}, {span}, exact, sets accessed and dirty", walks, () => walks.Exact(AccessKind.Write), walks.Restore);
                }
            }
            if (quick || shape.Name == "s390, 2 levels")
                continue;       // 2 GiB do not hold enough tables
            using IWalks cold = shape.Make(shape.PagesWithOwnTables, shape.Tree[0].EntrySpan << shape.Tree[0].IndexBits, true);
            if (cold.HasPlain)
                Walk($"{shape}, a table a page, cold, plain", cold, () => cold.Plain(AccessKind.Read), cold.Evict);
            Walk($"{shape}, a table a page, cold, exact", cold, () => cold.Exact(AccessKind.Read), cold.Evict);
        }
        _text.AppendLine().AppendLine("Each page once a pass, in random order, one thread. *Plain* is what an MMU tries first where the format has plain entries, *exact*")
            .AppendLine("the walker that also knows faults and large pages; both make every check. *Loads only* follows the same entries without a check: the yardstick.");
    }

    private void Walk(string name, IWalks walks, Func<ulong> pass, Action? prepare = null)
    {
        Paired paired = Paired.Run(_budget, Work.Timed(name, walks.Pages, () => _sum += pass(), prepare), Work.Timed("loads only", walks.Pages, () => _sum += walks.Unchecked(), prepare));
        Comparison loads = paired.Yardsticks[0];
        Row(name, Ns(paired.Subject.Best), Ns(paired.Subject.Median), Number(1000 / paired.Subject.Best), Ns(loads.Yardstick.Best), Bold(loads.Ratio), Quartiles(loads));
    }

    private void Refills()
    {
        Header("TLB refills", "misses", "references a miss", "instructions a miss", "double misses", "ns a miss", "ns, QEMU", "ratio to QEMU", "quartiles");
        List<string> notes = [];
        foreach (RefillTarget target in quick ? RefillTarget.All.Where(target => target.InQuick) : RefillTarget.All)
        {
            using Refills refills = new(target);
            if (target.Qemu is null)
                notes.Add($"{target}: nothing of QEMU's. {target.WhyNot}.");
            using QemuMisses? qemu = OfQemu(target, notes, () => target.Qemu?.Invoke(refills));
            foreach (MissPattern pattern in quick ? MissPattern.All.Skip(1) : MissPattern.All)
            {
                TlbStatistics seen = refills.Count(pattern);
                double misses = Math.Max(1, seen.Misses);
                Work? peer = OfQemu(target, notes, () => qemu?.Work(pattern, refills.PageBytes, _budget / 8));
                Refill($"{target}, {pattern}, TLB model ({refills.Refill.Name})", pages => _sum += refills.Touch(pattern, pages, Accesses), peer,
                    $"{100.0 * seen.Misses / (seen.Hits + seen.Misses):f0} %", Number(seen.Cost.MemoryReferences / misses),
                    Number(seen.Cost.Instructions / misses), $"{100 * seen.Cost.Nested / misses:f0} %");
                Refill($"{target}, {pattern}, the emulator's MMU", pages => _sum += refills.TouchByMmu(pattern, pages, Accesses), peer, "-", "-", "-", "-");
            }
        }
        _text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{MissPattern.Pages} pages, each used once a round, less the same loop over {MissPattern.HitPages} pages; one read an access; CPU time of each process.");
        foreach (string note in notes)
            _text.AppendLine().AppendLine(note);
    }

    private static T? OfQemu<T>(RefillTarget target, List<string> notes, Func<T?> ask)
        where T : class
    {
        try
        {
            return ask();
        }
        catch (Exception missing) when (missing is MissingToolException or JudgeException)
        {
            notes.Add($"{target}: nothing of QEMU's. {missing.Message}.");
            return null;
        }
    }

    private void Refill(string name, Action<int> touch, Work? qemu, params IReadOnlyList<string> counts)
    {
        Work ours = Work.Beyond(name, Accesses, () => touch(MissPattern.Pages), () => touch(MissPattern.HitPages));
        Paired paired = Paired.Run(_budget, ours, qemu is null ? [] : [qemu]);
        Comparison? peer = paired.Yardsticks.Count == 0 ? null : paired.Yardsticks[0];
        Row(name, [.. counts, Ns(paired.Subject.Median), peer is { } one ? Ns(one.Yardstick.Median) : "-", peer is { } two ? Bold(two.Ratio) : "-", peer is { } three ? Quartiles(three) : "-"]);
    }

    private void Hits()
    {
        Header("Accesses that hit the translation cache", "ns, quiet", "ns, median", "raw, ns", "ratio", "quartiles");
        using Hits hits = new();
        Access("load, random in 256 KiB", () => _sum += hits.LoadRandom(), () => _sum += hits.RawLoadRandom());
        Access("load, in sequence", () => _sum += hits.LoadSequential(), () => _sum += hits.RawLoadSequential());
        Access("store, random in 256 KiB", hits.StoreRandom, hits.RawStoreRandom);
        _text.AppendLine().AppendLine("`Mmu.TryLoad<ulong>` and `TryStore` against the same access without an MMU. The raw loop in sequence is one load a cycle.");
    }

    private void Access(string name, Action subject, Action raw)
    {
        Paired paired = Paired.Run(_budget, Work.Timed(name, Bench.Hits.Accesses, subject), Work.Timed("raw", Bench.Hits.Accesses, raw));
        Comparison bare = paired.Yardsticks[0];
        Row(name, Ns(paired.Subject.Best), Ns(paired.Subject.Median), Ns(bare.Yardstick.Best), Bold(bare.Ratio), Quartiles(bare));
    }

    private void Maps()
    {
        Header("Mapping, amd64, 64 MiB", "ns a page, quiet", "ns, median", "M/s, quiet", "raw store, ns", "ratio", "quartiles");
        foreach (bool random in (bool[])[false, true])
        {
            using Maps maps = new(64 << 8, random);
            string order = random ? "random" : "in sequence";
            Map($"map, tables there, {order}", maps, maps.Map);
            Map($"map, new tree, {order}", maps, maps.Map, maps.NewTree);
            Map($"unmap, {order}", maps, maps.Unmap, maps.Map);
        }
        _text.AppendLine().AppendLine("`PageTables.TryMap` and `TryUnmap`, page by page, against one store a page into an array in the same order.");
    }

    private void Map(string name, Maps maps, Action subject, Action? prepare = null)
    {
        Paired paired = Paired.Run(_budget, Work.Timed(name, maps.Pages, subject, prepare), Work.Timed("raw", maps.Pages, maps.RawStores));
        Comparison raw = paired.Yardsticks[0];
        Row(name, Ns(paired.Subject.Best), Ns(paired.Subject.Median), Number(1000 / paired.Subject.Best), Ns(raw.Yardstick.Best), Bold(raw.Ratio), Quartiles(raw));
    }

    private void Execs()
    {
        Header("execve", "us, median", "us, quiet", "events", "real, us", "ratio to real", "quartiles", "memcpy, us", "ratio to memcpy");
        using RealExec? real = RealExec.TryStart(realExec);
        (string Name, int Bytes, int StringBytes)[] vectors =
            [("1 page", PageBytes, 128), ("128 KiB", 128 << 10, 128), ("2 MiB", 2 << 20, 128), ("2 MiB of long strings", 2 << 20, 64 << 10)];
        foreach (ExecTarget target in quick ? ExecTarget.All.Where(target => target.InQuick) : ExecTarget.All)
        {
            foreach (string way in (string[])["in-place", "staged"])
            {
                foreach ((string name, int bytes, int stringBytes) in vectors)
                {
                    foreach (bool events in (bool[])[false, true])
                    {
                        using Execs execs = new(target, way, bytes, stringBytes, events);
                        Work copy = Work.Timed("memcpy", 1, execs.Copy);
                        Work[] yardsticks = real is null ? [copy] : [copy, real.Work(bytes, stringBytes)];
                        Paired paired = Paired.Run(_budget / 2, Work.Timed(name, 1, execs.Run), yardsticks);
                        Comparison bare = paired.Yardsticks[0];
                        Comparison? own = real is null ? null : paired.Yardsticks[1];
                        Row($"{target}, {way}, {name}{(events ? ", all events" : "")}", Us(paired.Subject.Median), Us(paired.Subject.Best), $"{execs.Events}",
                            own is { } one ? Us(one.Yardstick.Median) : "-", own is { } two ? Bold(two.Ratio) : "-", own is { } three ? Quartiles(three) : "-",
                            Us(bare.Yardstick.Median), Number(bare.Ratio));
                    }
                }
            }
        }
        _text.AppendLine().AppendLine("`Execve.Run` on a machine that is there, from the new address space to its last table freed. Strings of 128 bytes, long ones of 64 KiB.")
            .AppendLine(real is null ? "No C compiler was there for the real execve." : "*Real*: vfork, execve, exit and wait of a static child on this machine, same vector, in turn with the model.");
    }

    private void StartUps()
    {
        Header("Start-up of the command line", "first output, ms", "whole, ms", "fastest, ms");
        if (emulator is null)
        {
            _text.AppendLine().AppendLine("Not measured: no published program was named.");
            return;
        }
        string program = Repository.PathOf("tests/programs/x86/t32");
        (string Name, string[] Arguments)[] runs = [("`--version`", ["--version"]), ("`compare --json - PROGRAM`", ["compare", "--json", "-", program])];
        foreach ((string name, string[] arguments) in runs)
        {
            List<(double First, double Whole)> times = [];
            for (int i = 0; i < (quick ? 7 : 21); i++)
            {
                if (StartUp.Run(emulator, arguments) is { } time)
                    times.Add(time);
            }
            if (times.Count == 0)
                Row(name, "fails", "-", "-");
            else
                Row(name, Number(Times.Quantile(times.Select(time => time.First), 0.5)), Number(Times.Quantile(times.Select(time => time.Whole), 0.5)), Number(times.Min(time => time.Whole)));
        }
        _text.AppendLine().AppendLine("Medians of whole processes, started by this one; both ways of execve, five reports' worth of work and the runtime's own start included.");
    }

    private void Header(string title, params string[] columns)
    {
        _text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        _text.AppendLine(CultureInfo.InvariantCulture, $"| what | {string.Join(" | ", columns)} |");
        _text.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(columns.Select(_ => "---:|"))}");
        Console.Error.WriteLine(title);
    }

    private void Row(string name, params string[] cells)
    {
        string row = $"| {name} | {string.Join(" | ", cells)} |";
        _text.AppendLine(row);
        Console.Error.WriteLine(row);
    }

    private static string Ns(double nanoseconds) => nanoseconds.ToString("f2", CultureInfo.InvariantCulture);

    private static string Us(double nanoseconds) => (nanoseconds / 1000).ToString("f1", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 10 ? "f2" : "f1", CultureInfo.InvariantCulture);

    private static string Bold(double ratio) => $"**{ratio.ToString(ratio < 0.1 ? "f3" : "f2", CultureInfo.InvariantCulture)}**";

    private static string Quartiles(Comparison comparison) => $"{comparison.Low.ToString("f2", CultureInfo.InvariantCulture)}..{comparison.High.ToString("f2", CultureInfo.InvariantCulture)}";
}
