using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Arch.Sixth.Tests;

public class Riscv64ExecTests
{
    private const ulong FrameBits = 0x003f_ffff_ffff_fc00;

    [Theory]
    [InlineData("sv39", 3, 0x40_0000_0000)]
    [InlineData("sv48", 4, 0x8000_0000_0000)]
    [InlineData("sv57", 5, 0x100_0000_0000_0000)]
    public void Argument_pages_are_user_writable_dirty_and_not_executable_bit_for_bit(string mmu, int levels, ulong stackTop)
    {
        Riscv64 architecture = new();
        foreach (string way in ExecWays.Names)
        {
            using Machine machine = architecture.CreateMachine(new MachineOptions { Kernel = "6.1", Mmu = mmu, MemoryBytes = 64 << 20 }, null);
            GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(architecture.Abis[0]).Build());
            ExecRequest request = new()
            {
                Program = files["/p"],
                FileName = "/p",
                Arguments = [.. Enumerable.Repeat(Enumerable.Repeat((byte)'x', 4095).ToArray(), 5)],
                Files = files,
            };

            ExecResult result = Execve.Run(machine.Kernel, request, ExecWays.Create(way));

            Assert.True(result.Succeeded, $"{way}: {result.Reason}");
            PageTables tables = result.Started!.Space.Tables!;
            Assert.Equal((stackTop, levels), (result.Started.Top, tables.Depth));
            VirtualAddress from = new(result.Started.Bottom & ~0xffful);
            int pages = 0;
            while (tables.TryNextLeaf(from, new VirtualAddress(result.Started.Top), out LeafView leaf))
            {
                // D, A, U, W, R, V: PAGE_SHARED and _PAGE_DIRTY of arch/riscv/include/asm/pgtable.h.
                Assert.Equal((leaf.Entry & FrameBits) | 0xd7, leaf.Entry);
                from = leaf.Address + 4096;
                pages++;
            }
            Assert.Equal(6, pages);     // five of strings, and one that the first string and the name share
            foreach (TableView table in tables.Tables().Where(table => table.Level > 0))
            {
                for (int i = 0; i < 512; i++)
                {
                    ulong entry = machine.Kernel.Memory.Read<ulong>(table.At + (ulong)i * 8);
                    Assert.True(entry == 0 || entry == ((entry & FrameBits) | 0x01), $"entry {i} of level {table.Level}: {entry:x}");     // _PAGE_TABLE
                }
            }
        }
    }

    [Theory]
    [InlineData(PageFlags.None, 0x22)]      // PAGE_NONE: _PAGE_PROT_NONE | _PAGE_READ, not valid
    [InlineData(PageFlags.Read, 0x13)]
    [InlineData(PageFlags.Write, 0x17)]     // W without R is reserved
    [InlineData(PageFlags.Execute, 0x19)]   // PAGE_EXEC
    [InlineData(PageFlags.Read | PageFlags.Execute | PageFlags.Accessed | PageFlags.Special, 0x15b)]
    public void Leaves_are_those_of_the_kernels_protection_map(PageFlags flags, ulong low)
    {
        Assert.Equal(0x80000ul << 10 | low, Riscv64Entry.Leaf(new PhysicalAddress(0x8000_0000), flags, 0));
    }
}
