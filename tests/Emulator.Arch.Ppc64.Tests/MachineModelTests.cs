using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Ppc64.Tests;

/// <summary>The TLB models that the plugin offers, over programs that execve has started.</summary>
public class MachineModelTests(ITestOutputHelper output)
{
    public static TheoryData<string, int, string, string?> Machines => new()
    {
        { "2.6.32", 4096, "hash", null },
        { "2.6.32", 65536, "hash", null },
        { "6.1", 4096, "hash", null },
        { "6.1", 65536, "hash", "power9" },
        { "6.1", 4096, "radix", null },
        { "6.1", 65536, "radix", null },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public void Model_reads_every_page_that_execve_has_made(string kernel, int pageBytes, string mmu, string? cpu)
    {
        MachineOptions options = new() { Kernel = kernel, PageBytes = pageBytes, Mmu = mmu, Cpu = cpu, MemoryBytes = 256 << 20 };
        using Machine machine = new Ppc64().CreateMachine(options, null);
        ExecResult result = machine.Execute(Request(), "in-place");
        AddressSpace space = result.Started!.Space;
        machine.Activate(space);
        long before = machine.Kernel.Frames.FreeFrames;

        TlbModel model = machine.Architecture.CreateTlbModel(machine, space);
        IHashRefill? hash = model.Refill as IHashRefill;
        int pages = 0;
        for (int round = 0; round < 2; round++)
        {
            VirtualAddress from = default;
            while (space.Tables!.TryNextLeaf(from, new VirtualAddress(ulong.MaxValue), out LeafView leaf))
            {
                Assert.Equal(machine.TryTranslate(leaf.Address, AccessKind.Read, out PhysicalAddress expected, out _), model.TryTranslate(leaf.Address, AccessKind.Read, out PhysicalAddress found, out _));
                Assert.Equal(expected, found);
                from = leaf.Address + (ulong)pageBytes;
                pages++;
            }
        }
        output.WriteLine($"{pages} accesses, {model.Statistics}");

        Assert.True(model.Statistics.Hits > 0);
        Assert.Equal(mmu == "hash", hash is not null);
        if (hash is null)
            Assert.Equal(5, model.Statistics.ReferencesPerMiss);        // four levels and the process table entry
        else
            Assert.Equal((0, before), (hash.Table.Invalidated, machine.Kernel.Frames.FreeFrames + (1L << hash.Table.Shift) / pageBytes));

        long tablesAndPages = machine.Kernel.Frames.FreeFrames;
        space.Destroy();
        Assert.True(machine.Kernel.Frames.FreeFrames >= tablesAndPages + (hash is null ? 1 : (1L << hash.Table.Shift) / pageBytes));
        Assert.Null(space.Tables!.Flushed);
        if (hash is not null)
            Assert.Throws<InvalidOperationException>(() => machine.Kernel.Frames.References(hash.Table.Origin));      // given back
    }

    [Fact]
    public void New_model_takes_the_place_of_the_old_one_and_its_memory()
    {
        using Machine machine = new Ppc64().CreateMachine(new MachineOptions { MemoryBytes = 256 << 20 }, null);
        Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space));
        machine.Architecture.CreateTlbModel(machine, space!);
        long free = machine.Kernel.Frames.FreeFrames;

        machine.Architecture.CreateTlbModel(machine, space!);

        Assert.Equal(free, machine.Kernel.Frames.FreeFrames);
    }

    [Fact]
    public void Machine_without_room_for_a_hash_table_says_so()
    {
        using Machine machine = new Ppc64().CreateMachine(new MachineOptions { MemoryBytes = 256 << 10 }, null);
        Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space));

        InsufficientMemoryException error = Assert.Throws<InsufficientMemoryException>(() => machine.Architecture.CreateTlbModel(machine, space!));

        Assert.Contains("hash table", error.Message);
    }

    private static ExecRequest Request() => new()
    {
        Program = new MemoryFile("t64", File.ReadAllBytes(Repository.PathOf("tests/programs/ppc/t64"))),
        FileName = "t64",
        Arguments = ["t64"u8.ToArray(), new byte[3000].Select(_ => (byte)'x').ToArray()],
        Environment = ["A=b"u8.ToArray()],
        Files = new NoFiles(),
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
