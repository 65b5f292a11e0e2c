using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Testing;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>Machines without an MMU: the staged way, which needs none.</summary>
public class NoMmuTests
{
    // Those that hold addresses, or speak of the vdso, which needs an MMU.
    private static readonly int[] Addresses = [3, 7, 9, 15, 24, 25, 31, 32, 33];

    [Fact]
    public void A_program_gets_the_same_strings_and_vector_as_with_an_MMU() => SeededRuns.Run(40, random =>
    {
        Architecture architecture = random.Pick(Recorded.Registry.Architectures);
        UserAbi abi = random.Pick(architecture.Abis);
        MachineOptions options = new() { Kernel = random.Pick(architecture.Kernels), MemoryBytes = 64 << 20 };
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Build());
        ExecRequest request = new()
        {
            Program = files["/p"],
            FileName = "/p",
            Arguments = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Text(random))],
            Environment = [.. Enumerable.Range(0, random.Next(20)).Select(_ => Text(random))],
            Files = files,
        };
        using Machine with = architecture.CreateMachine(options, null), without = architecture.CreateMachine(options with { Mmu = "none" }, null);
        FrameBooks books = new(without.Kernel.Frames);

        ExecResult paged = with.Execute(request, "staged"), flat = without.Execute(request, "staged");

        Assert.True(paged.Succeeded && flat.Succeeded, $"{paged.Reason} {flat.Reason}");
        StartStackReader one = new(with, paged.Started!), other = new(without, flat.Started!);
        Assert.Equal(one.Arguments, other.Arguments);
        Assert.Equal(one.Environment, other.Environment);
        Assert.Equal(one.Auxv.Where(entry => !Addresses.Contains(entry.Type)), other.Auxv.Where(entry => !Addresses.Contains(entry.Type)));
        foreach (AuxEntry entry in other.Auxv.Where(entry => entry.Type is 15 or 24 or 31))
            Assert.Equal(one.StringAt(one.Auxv.Single(same => same.Type == entry.Type).Value), other.StringAt(entry.Value));
        AssertFlat(without, flat);
        flat.Started!.Space.Destroy();
        without.Kernel.PageCache.Drop();
        books.AssertBalanced("Destroy");
    });

    [Fact]
    public void Failing_allocations_lose_nothing()
    {
        foreach (Architecture architecture in Recorded.Registry.Architectures)
        {
            foreach (UserAbi abi in architecture.Abis)
            {
                GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(abi).Build());
                ExecRequest request = new() { Program = files["/p"], FileName = "/p", Arguments = [.. Enumerable.Repeat(Enumerable.Repeat((byte)65, 2000).ToArray(), 100)], Files = files };
                using Machine machine = architecture.CreateMachine(new MachineOptions { Mmu = "none", MemoryBytes = 64 << 20 }, null);
                FrameBooks books = new(machine.Kernel.Frames);
                bool done = false;
                for (int nth = 1; !done; nth++)
                {
                    machine.Kernel.Frames.FailAt(nth);
                    ExecResult result = machine.Execute(request, "staged");
                    machine.Kernel.Frames.FailAt(long.MaxValue / 2);
                    if (result.Succeeded)
                        result.Started!.Space.Destroy();
                    machine.Kernel.PageCache.Drop();
                    books.AssertBalanced($"failure of allocation {nth} ({result.Reason})");
                    done = result.Succeeded;
                    Assert.True(done || (nth < 200 && (result.Error == Errno.ENOMEM || result.Killed != Signal.None)), $"{nth}: {result.Error} {result.Reason}");
                }
            }
        }
    }

    [Fact]
    public void The_way_that_moves_pages_is_refused_with_a_hint()
    {
        Architecture architecture = Recorded.Registry.Find("amd64")!;
        using Machine machine = architecture.CreateMachine(new MachineOptions { Mmu = "none", MemoryBytes = 16 << 20 }, null);
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(architecture.Abis[0]).Build());

        NotSupportedException refused = Assert.Throws<NotSupportedException>(
            () => machine.Execute(new ExecRequest { Program = files["/p"], FileName = "/p", Arguments = [], Files = files }, "in-place"));

        Assert.Contains("staged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_whose_place_the_arguments_have_is_refused_with_the_reason()
    {
        Architecture architecture = Recorded.Registry.Find("amd64")!;
        using Machine machine = architecture.CreateMachine(new MachineOptions { Mmu = "none", MemoryBytes = 64 << 20 }, null);
        GuestFiles files = new GuestFiles().Add("/p", GuestPrograms.Static(architecture.Abis[0]).Build());
        // 3 MiB of strings get a block of 4 MiB from 4 MiB on, and there the program's first segment wants to go.
        ExecRequest request = new()
        {
            Program = files["/p"],
            FileName = "/p",
            Arguments = [.. Enumerable.Repeat(Enumerable.Repeat((byte)65, 100_000).ToArray(), 30)],
            StackLimitBytes = ulong.MaxValue,
            Files = files,
        };

        ExecResult result = machine.Execute(request, "staged");

        Assert.Equal((Errno.EINVAL, Signal.SIGKILL), (result.Error, result.Killed));     // validate_mmap_request(), mm/nommu.c: -EINVAL
        Assert.Equal("the segment at 0x400000 wants 0x400000-0x6fd000, which the stack with the arguments has: without an MMU a program for fixed addresses runs only where memory is free", result.Reason);
    }

    [Theory]
    [InlineData(0xffff_ffff_ffff_f200ul, 8ul, 8ul)]
    [InlineData(0x8000_0000_0000_0200ul, 8ul, 8ul)]
    [InlineData(0x200ul, 3ul << 30, 3ul << 30)]
    [InlineData(0x200ul, ulong.MaxValue, ulong.MaxValue)]
    [InlineData(0x200ul, ulong.MaxValue - 0x1000, ulong.MaxValue - 0x1000)]
    public void A_segment_of_absurd_size_or_offset_is_an_error_and_no_exception(ulong offset, ulong fileBytes, ulong memoryBytes)
    {
        foreach (string? mmu in (string?[])[null, "none"])
        {
            Architecture architecture = Recorded.Registry.Find("amd64")!;
            ElfBuilder builder = GuestPrograms.Static(architecture.Abis[0]) with
            {
                Headers = [ProgramHeader.Code, ProgramHeader.Data with { Offset = offset, FileBytes = fileBytes, MemoryBytes = memoryBytes, Content = default }],
            };
            GuestFiles files = new GuestFiles().Add("/p", builder.Build());
            using Machine machine = architecture.CreateMachine(new MachineOptions { Mmu = mmu, MemoryBytes = 4UL << 30 }, null);
            FrameBooks books = new(machine.Kernel.Frames);

            ExecResult result = machine.Execute(new ExecRequest { Program = files["/p"], FileName = "/p", Arguments = [], Files = files }, "staged");

            result.Started?.Space.Destroy();
            machine.Kernel.PageCache.Drop();
            books.AssertBalanced($"{result.Error} {result.Reason}");
        }
    }

    private static void AssertFlat(Machine machine, ExecResult result)
    {
        AddressSpace space = result.Started!.Space;
        Assert.Null(space.Tables);
        Assert.Equal((0ul, 0ul, 0L), (result.PeakTableBytes, result.FinalTableBytes, result.Moves.Pte));
        foreach (VirtualMemoryArea area in space.Areas)
        {
            // An address is where the byte lies, from one end of an area to the other.
            Assert.True(space.TryPeek(area.Start, out PhysicalAddress first));
            Assert.True(space.TryPeek(area.End - 1, out PhysicalAddress last));
            Assert.Equal((area.Start.Value, area.End.Value - space.PageBytes), (first.Value, last.Value));
            Assert.True(machine.Kernel.Memory.Contains(first, area.Bytes));
        }
        foreach (FrameUse account in FrameBooks.Accounts().Where(account => account >= FrameUse.PageTable))
            Assert.Equal(0, machine.Kernel.Frames.InUse(account));
        Assert.True(space.Find(new VirtualAddress(result.Started.Bottom))!.Start.Value + 65536 < result.Started.Bottom, "the program has no stack to grow into");
    }

    private static byte[] Text(Random random) => [.. Enumerable.Repeat((byte)random.Next(1, 256), random.Chance(20) ? random.Next(10_000) : random.Next(30))];
}
