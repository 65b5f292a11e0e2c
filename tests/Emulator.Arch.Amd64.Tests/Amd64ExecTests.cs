using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Arch.Amd64.Tests;

public class Amd64ExecTests
{
    private const ulong FrameBits = 0x000f_ffff_ffff_f000;

    [Theory]
    [InlineData("2.6.32", "la48", 0)]
    [InlineData("2.6.32", "la48", 1)]
    [InlineData("6.1", "la48", 0)]
    [InlineData("6.1", "la57", 0)]
    [InlineData("6.1", "la57", 1)]
    public void Argument_pages_are_user_writable_dirty_and_not_executable_bit_for_bit(string kernel, string mmu, int userland)
    {
        Amd64 architecture = new();
        foreach (string way in ExecWays.Names)
        {
            using Machine machine = architecture.CreateMachine(new MachineOptions { Kernel = kernel, Mmu = mmu, MemoryBytes = 64 << 20 }, null);
            ExecResult result = Execve.Run(machine.Kernel, Request(architecture.Abis[userland], pages: 5), ExecWays.Create(way));

            Assert.True(result.Succeeded, $"{way}: {result.Reason}");
            AddressSpace space = result.Started!.Space;
            VirtualAddress from = new(result.Started.Bottom & ~0xffful);
            int pages = 0;
            while (space.Tables!.TryNextLeaf(from, new VirtualAddress(result.Started.Top), out LeafView leaf))
            {
                // XD, D, A, U/S, R/W, P: arch/x86/include/asm/pgtable_types.h, PAGE_KERNEL of nobody but the program.
                Assert.Equal((leaf.Entry & FrameBits) | 0x8000000000000067, leaf.Entry);
                from = leaf.Address + 4096;
                pages++;
            }
            Assert.Equal(6, pages);     // five of strings, and one that the first string and the name share
            foreach (TableView table in space.Tables.Tables().Where(table => table.Level > 0))
            {
                for (int i = 0; i < 512; i++)
                {
                    ulong entry = machine.Kernel.Memory.Read<ulong>(table.At + (ulong)i * 8);
                    Assert.True(entry == 0 || entry == ((entry & FrameBits) | 0x67), $"entry {i} of level {table.Level}: {entry:x}");
                }
            }
        }
    }

    [Fact]
    public void Hardware_marks_what_it_uses_and_what_it_changes()
    {
        Amd64 architecture = new();
        using Machine machine = architecture.CreateMachine(new MachineOptions { MemoryBytes = 64 << 20 }, null);
        Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(1 << 20, 0, out AddressSpace? space));
        VirtualAddress va = new(0x7000_1234_5000);
        Assert.True(machine.Kernel.Frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame));
        Assert.True(space!.Tables!.TryMap(va, frame, PageFlags.Read | PageFlags.Write));
        machine.Activate(space);
        ulong Entry() => space.Tables.TryFind(va, out LeafView leaf) ? leaf.Entry & 0xfff : 0;

        Assert.False(machine.TryTranslate(va, AccessKind.Fetch, out _, out _));
        Assert.Equal(0x007ul, Entry());
        Assert.True(machine.TryTranslate(va, AccessKind.Read, out _, out _));
        Assert.Equal(0x027ul, Entry());
        Assert.True(machine.TryTranslate(va, AccessKind.Write, out _, out _));
        Assert.Equal(0x067ul, Entry());
    }

    [Theory]
    [InlineData(31, 0, 31)]     // way (b) of one 31-page i386 exec: every page one entry, none re-hung
    [InlineData(600, 0, 600)]
    public void An_i386_exec_moves_entries_and_hangs_no_table_elsewhere(int pages, long tables, long entries)
    {
        Amd64 architecture = new();
        using Machine machine = architecture.CreateMachine(new MachineOptions { Kernel = "6.1", MemoryBytes = 64 << 20 }, null);

        ExecResult result = Execve.Run(machine.Kernel, Request(architecture.Abis[1], pages - 1), ExecWays.Create("in-place"));

        // 0x7ffffffff000 and 0xffffe000 lie differently in their 2 MiB.
        Assert.Equal((tables, entries), (result.Moves.Pmd, result.Moves.Pte));
    }

    private static ExecRequest Request(UserAbi abi, int pages)
    {
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Build());
        return new ExecRequest
        {
            Program = files["/p"],
            FileName = "/p",
            Arguments = [.. Enumerable.Repeat(Enumerable.Repeat((byte)'x', 4095).ToArray(), pages)],
            Files = files,
            StackLimitBytes = 64 << 20,
        };
    }
}
