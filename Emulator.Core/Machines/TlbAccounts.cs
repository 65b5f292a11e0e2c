using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Machines;

/// <summary>
/// The machine's TLBs under programs that run: a model for every address space, each told of all accesses that are made in it, and the
/// sum of what they count.
/// </summary>
/// <remarks>
/// Every address space has the TLBs to itself, as if its number were never taken from it. Not modelled: that programs push out each
/// other's entries, accesses of the kernel to a program's memory, and machines that fetch several instructions with one look-up: each
/// instruction is a look-up here.
/// </remarks>
/// <param name="machine">The machine; it has an MMU.</param>
public sealed class TlbAccounts(Machine machine)
{
    private readonly List<TlbModel> _open = [];
    private TlbStatistics _data, _instruction;

    /// <summary>The TLB of loads and stores; null before there is an address space.</summary>
    public TlbShape? DataTlb { get; private set; }

    /// <summary>The TLB of fetches; null before there is an address space.</summary>
    public TlbShape? InstructionTlb { get; private set; }

    /// <summary>Whether that is one TLB for both.</summary>
    public bool IsUnified { get; private set; }

    /// <summary>Who refills: "hardware walk", "PALcode"; null before there is an address space.</summary>
    public string? Refill { get; private set; }

    /// <summary>What loads and stores of all address spaces have seen.</summary>
    public TlbStatistics Data => _open.Aggregate(_data, (sum, model) => sum + model.DataStatistics);

    /// <summary>What instruction fetches of all address spaces have seen.</summary>
    public TlbStatistics Instruction => _open.Aggregate(_instruction, (sum, model) => sum + model.InstructionStatistics);

    /// <summary>Begins to count an address space, until it is gone.</summary>
    /// <param name="space">The address space.</param>
    /// <returns>Whom to tell of its accesses.</returns>
    /// <exception cref="NotSupportedException">It has no page tables, or the plugin models no TLB.</exception>
    public IAccessObserver Open(AddressSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        TlbModel model = machine.Architecture.CreateTlbModel(machine, space);
        PageTables tables = space.Tables!;
        (DataTlb, InstructionTlb, IsUnified, Refill) = (model.DataTlb, model.InstructionTlb, model.IsUnified, model.Refill.Name);
        _open.Add(model);
        Action? release = tables.Destroying;
        tables.Destroying = () =>
        {
            _open.Remove(model);
            _data += model.DataStatistics;
            _instruction += model.InstructionStatistics;
            release?.Invoke();
        };
        return new Account(model, space.PageBytes);
    }

    private sealed class Account(TlbModel model, ulong pageBytes) : IAccessObserver
    {
        public void Access(VirtualAddress va, AccessKind access, int bytes)
        {
            ulong room = pageBytes - (va.Value & (pageBytes - 1));
            if (model.TryTranslate(va, access, out _, out _) && (ulong)bytes > room)
                model.TryTranslate(va + room, access, out _, out _);     // the rest is on the next page
        }
    }
}
