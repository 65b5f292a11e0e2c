using System.Text;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>The 31-bit layout of 2.6.32 (EF_ALPHA_32BIT, OSF/1's TASO) beside the usual one, and programs seen through the TLBs.</summary>
public class LayoutTests(ITestOutputHelper output)
{
    private const ulong Page = AlphaSpace.PageBytes;

    // tests/oracle/expected_tables.csv, alpha: the stack waits below STACK_TOP_MAX in both layouts and moves down in one.
    [Theory]
    [InlineData("t64", "2.6.32", Personality.None, 0x1_2000_0000, 0UL, 2, 0)]
    [InlineData("t64", "6.1", Personality.None, 0x1_2000_0000, 0UL, 2, 0)]
    [InlineData("t32", "2.6.32", Personality.None, 0x8000_0000, 0xa000_0000, 3, 1)]     // one level-3 table more, freed after the move
    [InlineData("t64", "2.6.32", Personality.AddrLimit32Bit, 0x8000_0000, 0xa000_0000, 3, 1)]
    public void Stack_lies_where_the_layout_says_and_programs_run_through_the_TLBs(string program, string kernel, Personality personality, ulong top, ulong shift, int built, int freed)
    {
        Alpha alpha = new();
        using Machine machine = alpha.CreateMachine(new MachineOptions { Kernel = kernel, MemoryBytes = 256 << 20, Personality = personality }, null);

        ExecResult result = machine.Execute(Request(program, personality), "in-place");

        Assert.True(result.Succeeded, $"{result.Error} {result.Reason}");
        Assert.Equal((0x1_2000_0000UL, top, shift), (result.StackTopMax, result.StackTop, result.ShiftBytes));
        ExecStage placed = result.Stages[2];
        Assert.Equal((built, freed), (placed.Allocated.Total - placed.Allocated.Pgd, placed.Freed.Total - placed.Freed.Pgd));
        Assert.Equal(top, result.Started!.Space.Find(new VirtualAddress(result.Started.StackPointer))!.End.Value);
        Assert.Equal(0UL, (top - 1) >> 33);                         // both stacks hang below level-1 entry 0

        AddressSpace space = result.Started.Space;
        TlbModel tlbs = alpha.CreateTlbModel(machine, space);
        int pages = 0;
        machine.Activate(space);
        foreach (VirtualMemoryArea area in space.Areas)
        {
            for (VirtualAddress va = area.Start; va < area.End; va += Page)
            {
                foreach (AccessKind access in AlphaSpace.Accesses)
                {
                    bool translated = machine.TryTranslate(va, access, out PhysicalAddress expected, out PageFault expectedFault);
                    bool found = tlbs.TryTranslate(va, access, out PhysicalAddress at, out PageFault fault);
                    Assert.Equal((translated, expected, expectedFault), (found, at, fault));
                    pages += translated ? 1 : 0;
                }
            }
        }
        output.WriteLine($"{pages} translations, {tlbs.Statistics}, {tlbs.Refill.Name}");
        Assert.InRange(pages, 1, int.MaxValue);
    }

    [Fact]
    public void Kernel_6_1_refuses_programs_of_the_31_bit_layout()
    {
        using Machine machine = new Alpha().CreateMachine(new MachineOptions { Kernel = "6.1", MemoryBytes = 256 << 20 }, null);

        Assert.Equal(Errno.ENOEXEC, machine.Execute(Request("t32", Personality.None), "in-place").Error);
    }

    [Fact]
    public void Kernel_flushes_reach_the_TLBs()
    {
        Alpha alpha = new();
        using Machine machine = alpha.CreateMachine(new MachineOptions { MemoryBytes = 256 << 20 }, null);
        ExecResult result = machine.Execute(Request("t64", Personality.None), "staged");
        PagedAddressSpace space = (PagedAddressSpace)result.Started!.Space;
        TlbModel tlbs = alpha.CreateTlbModel(machine, space);
        VirtualAddress stack = new VirtualAddress(result.Started.StackPointer).AlignDown(Page);

        Assert.True(tlbs.TryTranslate(stack, AccessKind.Write, out _, out _));
        Assert.Equal(Errno.None, space.Protect(stack, Page, AreaFlags.Read));
        Assert.False(tlbs.TryTranslate(stack, AccessKind.Write, out _, out PageFault fault));
        Assert.Equal(4UL, AlphaEntry.Describe(fault, machine.UserControls).Code);                   // FOW
        Assert.True(tlbs.TryTranslate(stack, AccessKind.Read, out _, out _));
        Assert.Equal(Errno.None, space.Unmap(stack, Page));
        Assert.False(tlbs.TryTranslate(stack, AccessKind.Read, out _, out _));
    }

    private static ExecRequest Request(string program, Personality personality) => new()
    {
        Program = new MemoryFile(program, File.ReadAllBytes(Repository.PathOf($"tests/programs/alpha/{program}"))),
        FileName = program,
        Arguments = [Encoding.ASCII.GetBytes(program), "R"u8.ToArray()],
        Environment = ["A=b"u8.ToArray()],
        Files = new NoFiles(),
        StackLimitBytes = 8 << 20,
        Personality = personality,
    };

    private sealed class NoFiles : IFileSource
    {
        public Errno Open(string path, out GuestFile? file)
        {
            file = null;
            return Errno.ENOENT;
        }
    }
}
