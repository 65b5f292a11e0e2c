using System.Text;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Sparc64.Tests;

/// <summary>What execve costs and leaves on sparc64 alone: cache colours, register windows, TLBs of a started program.</summary>
public class ExecTests
{
    private static readonly CsvTable Rows = CsvTable.Read(Repository.PathOf("tests/oracle/exec.csv"));

    // STACK_TOP64 / 8 KiB is even and STACK_TOP32 / 8 KiB is odd: only a 32-bit program's pages change their colour when they move down.
    [Theory]
    [InlineData("2.6.32", "sun4u", "t32", true)]
    [InlineData("6.1", "sun4u", "t32", true)]
    [InlineData("2.6.32", "sun4u", "t64", false)]
    [InlineData("6.1", "sun4u", "t64", false)]
    [InlineData("2.6.32", "sun4v", "t32", false)]
    [InlineData("6.1", "sun4v", "t32", false)]
    [InlineData("6.1", "sun4v", "t64", false)]
    public void Moved_pages_flush_the_data_cache_where_their_colour_changes(string kernel, string mmu, string program, bool flushes)
    {
        foreach (int argumentBytes in (int[])[1000, 100_000, 1_000_000])
        {
            using Machine machine = NewMachine(kernel, mmu);

            ExecResult result = machine.Execute(Request(program, argumentBytes), "in-place");

            Assert.True(result.Succeeded, $"{result.Error} {result.Reason}");
            long moved = program == "t32" ? result.ArgumentPages : 0;           // a 64-bit program's stack is where it was
            Assert.Equal(moved, result.Moves.Pte);
            Assert.Equal(flushes ? moved : 0, result.Flushes.DcachePage);
            Assert.InRange(result.Flushes.Page, moved, moved + 2);          // and those of copied pages
        }
    }

    [Fact]
    public void Staged_pages_never_change_their_colour()
    {
        using Machine machine = NewMachine("6.1", "sun4u");

        ExecResult result = machine.Execute(Request("t32", 100_000), "staged");

        Assert.True(result.Succeeded);
        Assert.Equal((0L, 0L), (result.Moves.Pte, result.Flushes.DcachePage));
    }

    [Theory]
    [InlineData("t32", 64, 4)]              // STACKFRAME32_SZ's register window of 16 words, then argc
    [InlineData("t64", 128 + 2047, 8)]      // 16 doublewords, and the V9 ABI's stack bias
    public void Register_window_lies_below_argc(string program, int offset, int wordBytes)
    {
        foreach (string kernel in (string[])["2.6.32", "6.1"])
        {
            using Machine machine = NewMachine(kernel, "sun4u");

            ExecResult result = machine.Execute(Request(program, 5000), "in-place");

            UserView user = result.User!;
            ulong argc = user.StackPointer + (ulong)offset;
            Assert.Equal(user.Argv, argc + (ulong)wordBytes);
            Assert.Equal(0UL, argc % 16);                                       // STACK_ROUND; %sp is odd in 64-bit programs
            Assert.True(machine.TryTranslate(new VirtualAddress(argc), AccessKind.Read, out PhysicalAddress at, out _));
            Assert.Equal((ulong)user.ArgumentCount, machine.Kernel.Memory.ReadEntry(at, wordBytes, ByteOrder.BigEndian));
        }
    }

    [Fact]
    public void Recorded_programs_started_with_these_windows()
    {
        int rows = 0;
        foreach (CsvRow row in Rows.Rows.Where(row => row["log"].StartsWith("sparc64", StringComparison.Ordinal) && row["result"] == "ok"))
        {
            bool narrow = row["target"].Contains("32", StringComparison.Ordinal);
            Assert.Equal(narrow ? 64UL + 4 : 128 + 2047 + 8, row.Hex("child_argv") - row.Hex("child_sp"));
            rows++;
        }
        Assert.InRange(rows, 20, 100);
    }

    // v6.1: mprotect_fixup() of the new stack drops W of its pages (pte_modify()), so the first store of create_elf_tables() into the
    // page that the strings are in faults. Recorded on 6.1 beside alpha, which has pages of the same size and keeps the right to write.
    [Theory]
    [InlineData("main_64_p1")]
    [InlineData("main_64_p80")]
    public void Recorded_protection_change_of_the_stack_costs_one_fault_more(string test)
    {
        long Recorded(string log)
        {
            CsvRow row = Rows.Rows.Single(row => row["log"] == log && row["test"] == test);
            return row.Decimal("done_faults") - row.Decimal("sapout_faults");
        }

        using Machine machine = NewMachine("6.1", "sun4u");
        int bytes = (int)Rows.Rows.Single(row => row["log"] == "sparc64" && row["test"] == test).Decimal("argbytes");
        ExecResult result = machine.Execute(Request("t64", bytes - "/t64".Length - 1), "in-place");     // its own name is counted

        Assert.True(result.Succeeded);
        Assert.Equal(Recorded("sparc64"), result.Stages[^1].Faults - result.Stages[^2].Faults);
        Assert.Equal(Recorded("alpha") + 1, Recorded("sparc64"));
    }

    [Fact]
    public void A_started_program_runs_through_its_tlbs()
    {
        using Machine machine = NewMachine("6.1", "sun4u");
        ExecResult result = machine.Execute(Request("t64", 20_000), "in-place");
        AddressSpace space = result.Started!.Space;
        machine.Activate(space);
        long kernelFrames = machine.Kernel.Frames.InUse(FrameUse.Kernel);
        TlbModel model = new Sparc64().CreateTlbModel(machine, space);
        Assert.Equal(kernelFrames + 1, machine.Kernel.Frames.InUse(FrameUse.Kernel));

        VirtualAddress entry = new(result.Started.ProgramCounter);
        if (!model.TryTranslate(entry, AccessKind.Fetch, out _, out _))
        {
            Assert.Equal(Errno.None, ((PagedAddressSpace)space).HandleFault(entry, AccessKind.Fetch));
            Assert.True(model.TryTranslate(entry, AccessKind.Fetch, out _, out _));
        }
        for (ulong at = result.Started.Bottom; at < result.Started.Top; at += 8)
        {
            Assert.True(model.TryTranslate(new VirtualAddress(at), AccessKind.Read, out PhysicalAddress found, out PageFault fault), fault.ToString());
            Assert.True(machine.TryTranslate(new VirtualAddress(at), AccessKind.Read, out PhysicalAddress expected, out _));
            Assert.Equal(expected, found);
        }

        space.Destroy();
        Assert.Equal(kernelFrames, machine.Kernel.Frames.InUse(FrameUse.Kernel));
    }

    private static Machine NewMachine(string kernel, string mmu) =>
        new Sparc64().CreateMachine(new MachineOptions { Kernel = kernel, Mmu = mmu, MemoryBytes = 128 << 20 }, null);

    private static ExecRequest Request(string program, int argumentBytes) => new()
    {
        Program = new MemoryFile(program, File.ReadAllBytes(Repository.PathOf($"tests/programs/sparc/{program}"))),
        FileName = $"/{program}",
        Arguments = [Encoding.ASCII.GetBytes($"/{program}"), .. Strings(argumentBytes)],
        Environment = ["A=b"u8.ToArray()],
        Files = new NoFiles(),
        StackLimitBytes = 64 << 20,
    };

    private static IEnumerable<byte[]> Strings(int bytes)
    {
        for (int left = bytes; left > 0; left -= 10_000)
            yield return [.. Enumerable.Repeat((byte)'x', Math.Min(left, 10_000) - 1)];
    }

    private sealed class NoFiles : IFileSource
    {
        public Errno Open(string path, out GuestFile? file)
        {
            file = null;
            return Errno.ENOENT;
        }
    }
}
