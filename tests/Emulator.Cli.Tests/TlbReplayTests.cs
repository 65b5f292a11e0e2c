using System.Buffers.Binary;
using Emulator.Arch.Alpha;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Files;
using Emulator.Core.Tracing;
using Emulator.Guests;
using Emulator.Judges;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>What the TLB model counts under real programs of alpha, against another model of the same machine that is fed with the same addresses.</summary>
public class TlbReplayTests
{
    [Theory(SkipExceptions = [typeof(MissingToolException)])]
    [InlineData("memory", EngineMode.Tiered)]
    [InlineData("memory", EngineMode.Interpret)]
    [InlineData("processes", EngineMode.Tiered)]
    [InlineData("exec", EngineMode.Translate)]
    [InlineData("signals", EngineMode.Tiered)]
    [InlineData("changing", EngineMode.Tiered)]
    public void The_counts_are_those_of_an_independent_replay(string program, EngineMode mode) => Hold(GuestCommand.Alpha(program), "/tmp", mode, long.MaxValue);

    [Fact(SkipExceptions = [typeof(MissingToolException)])]
    public void The_counts_are_those_of_an_independent_replay_when_entries_push_each_other_out()
    {
        Replay replay = Hold(GuestBuilder.Benchmark(Emulator.Guests.Userland.Alpha, "chase"), "1", EngineMode.Tiered, 16_000_000);

        Assert.True(replay.Data.Misses > 10_000, "a walk through 64 MiB at random misses a TLB that reaches 1 MiB");
    }

    private static Replay Hold(string program, string argument, EngineMode mode, long instructions)
    {
        Alpha alpha = new();
        using Machine machine = alpha.CreateMachine(new MachineOptions(), null);
        TlbAccounts accounts = new(machine);
        Replay replay = new(machine.Kernel.Memory);
        using LinuxSystem system = machine.NewSystem(new SystemOptions
        {
            Userlands = alpha.UserlandOf,
            Engine = mode,
            Input = new Silence(),
            Output = new Silence(),
            Error = new Silence(),
            Observe = space => replay.Open(space.Tables!, accounts.Open(space)),
        });
        system.Place("/program", new Fixed(File.ReadAllBytes(program)));
        Assert.Equal(Errno.None, system.Find("/program", out RegularNode? node));
        ExecResult started = system.Start(new ExecRequest
        {
            Program = node!.PagesAs("/program"),
            FileName = "/program",
            Arguments = ["/program"u8.ToArray(), System.Text.Encoding.ASCII.GetBytes(argument)],
            Environment = [],
            Files = system.Files,
        }, node);
        Assert.True(started.Succeeded, started.Reason);

        system.Run(instructions);

        Assert.True(replay.Fetches.Hits > 1000);
        Assert.Equal(replay.Fetches, Counts.Of(accounts.Instruction));
        Assert.Equal(replay.Data, Counts.Of(accounts.Data));
        return replay;
    }

    private readonly record struct Counts(long Hits, long Misses, long Refills, long Denials, long Evictions, long References, long Nested)
    {
        public static Counts Of(TlbStatistics seen) => new(seen.Hits, seen.Misses, seen.Refills, seen.Denials, seen.Evictions, seen.Cost.MemoryReferences, seen.Cost.Nested);
    }

    /// <summary>
    /// EV6 with OSF/1 PALcode, written down once more: two lists of 128 pages, each filled in order; entries come from the virtual page table,
    /// whose pages are in the DTB like any other. Level-3 entries: 0 valid, 1 to 3 fault on read, write, execute, 9 user read, 13 user write.
    /// </summary>
    private sealed class Replay(PhysicalMemory memory)
    {
        private const int Entries = 128;

        private Counts _fetches, _data;

        public Counts Fetches => _fetches;

        public Counts Data => _data;

        public IAccessObserver Open(PageTables tables, IAccessObserver counted) => new Space(this, memory, tables, counted);

        private sealed class Space : IAccessObserver
        {
            private readonly Replay _replay;
            private readonly PhysicalMemory _memory;
            private readonly PageTables _tables;
            private readonly IAccessObserver _counted;
            private readonly (ulong Page, ulong Entry)?[] _itb = new (ulong, ulong)?[Entries], _dtb = new (ulong, ulong)?[Entries];
            private int _nextInstruction, _nextData;

            public Space(Replay replay, PhysicalMemory memory, PageTables tables, IAccessObserver counted)
            {
                (_replay, _memory, _tables, _counted) = (replay, memory, tables, counted);
                tables.Flushed += Flush;
            }

            public void Access(VirtualAddress va, AccessKind access, int bytes)
            {
                Count(va.Value, access);
                _counted.Access(va, access, bytes);
            }

            private void Count(ulong address, AccessKind access)
            {
                bool fetch = access == AccessKind.Fetch;
                ref Counts counts = ref fetch ? ref _replay._fetches : ref _replay._data;
                (ulong Page, ulong Entry)?[] tlb = fetch ? _itb : _dtb;
                ulong page = address >> 13;
                int at = Find(tlb, page);
                if (at >= 0)
                {
                    bool allowed = Allows(tlb[at]!.Value.Entry, access);
                    counts = allowed ? counts with { Hits = counts.Hits + 1 } : counts with { Denials = counts.Denials + 1 };
                    return;
                }
                counts = counts with { Misses = counts.Misses + 1 };
                // The page of level-3 entries: bits 42 to 23 of the address say which.
                ulong table = ulong.MaxValue - (page >> 10);
                if (Find(_dtb, table) < 0)
                {
                    counts = counts with { Nested = counts.Nested + 1, References = counts.References + 1 };
                    ulong level1 = Read(_tables.Root.Value + (address >> 33 & 1023) * 8);
                    if ((level1 & 1) == 0)
                        return;
                    counts = counts with { References = counts.References + 1 };
                    ulong level2 = Read((level1 >> 32) * 8192 + (address >> 23 & 1023) * 8);
                    if ((level2 & 1) == 0)
                        return;
                    Put(_dtb, ref _nextData, ref _replay._data, table, level2);
                }
                ulong entries = _dtb[Find(_dtb, table)]!.Value.Entry >> 32;
                counts = counts with { References = counts.References + 1 };
                ulong entry = Read(entries * 8192 + (page & 1023) * 8);
                if ((entry & 1) == 0 || (fetch && (entry & 8) != 0))
                    return;
                counts = counts with { Refills = counts.Refills + 1 };
                if (fetch)
                    Put(_itb, ref _nextInstruction, ref _replay._fetches, page, entry);
                else
                    Put(_dtb, ref _nextData, ref _replay._data, page, entry);
                if (!Allows(entry, access))
                    counts = counts with { Denials = counts.Denials + 1 };
            }

            private static int Find((ulong Page, ulong Entry)?[] tlb, ulong page) => Array.FindIndex(tlb, held => held?.Page == page);

            private static bool Allows(ulong entry, AccessKind access) => access switch
            {
                AccessKind.Read => (entry & 0x202) == 0x200,
                AccessKind.Write => (entry & 0x2004) == 0x2000,
                _ => (entry & 0x208) == 0x200,
            };

            private static void Put((ulong Page, ulong Entry)?[] tlb, ref int next, ref Counts counts, ulong page, ulong entry)
            {
                int free = Array.IndexOf(tlb, null);
                if (free >= 0)
                {
                    tlb[free] = (page, entry);
                    return;
                }
                tlb[next] = (page, entry);
                next = (next + 1) % Entries;
                counts = counts with { Evictions = counts.Evictions + 1 };
            }

            private void Flush(FlushKind kind, VirtualAddress va)
            {
                foreach ((ulong Page, ulong Entry)?[] tlb in new[] { _itb, _dtb })
                {
                    if (kind != FlushKind.Page)
                        Array.Clear(tlb);
                    else if (Find(tlb, va.Value >> 13) is >= 0 and var at)
                        tlb[at] = null;
                }
            }

            private ulong Read(ulong at) => BinaryPrimitives.ReadUInt64LittleEndian(_memory.Slice(new PhysicalAddress(at), 8));
        }
    }

    private sealed class Silence : HostStream;

    private sealed class Fixed(byte[] bytes) : RegularNode
    {
        public override long Length => bytes.Length;

        public override int Permissions => 0x1ed;

        public override bool IsWritable => false;

        public override int Read(long offset, Span<byte> into)
        {
            int count = offset >= bytes.Length ? 0 : (int)Math.Min(into.Length, bytes.Length - offset);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(into);
            return count;
        }

        public override Errno Write(long offset, ReadOnlySpan<byte> from, out int count)
        {
            count = 0;
            return Errno.EROFS;
        }

        public override Errno Truncate(long length) => Errno.EROFS;
    }
}
