using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Cli.Reports;

/// <summary>The walk of one address.</summary>
internal sealed record Walk
{
    private const int ShownBytes = 16;

    /// <summary>The address.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Entries read, top first.</summary>
    public required ImmutableArray<WalkStep> Steps { get; init; }

    /// <summary>Where it leads; null for a fault.</summary>
    public PhysicalAddress? Physical { get; init; }

    /// <summary>Level of the leaf.</summary>
    public int LeafLevel { get; init; }

    /// <summary>The fault, when there is one.</summary>
    public PageFault Fault { get; init; }

    /// <summary>The fault in the machine's words; null without a fault, or without an MMU to have words.</summary>
    public HardwareFault? Words { get; init; }

    /// <summary>What the kernel would make of the fault; null without one.</summary>
    public string? Kernel { get; init; }

    /// <summary>The area around the address as /proc/PID/maps prints it; null when there is none.</summary>
    public string? Area { get; init; }

    /// <summary>First bytes from the address on, up to the end of the page.</summary>
    public ImmutableArray<byte> Bytes { get; init; } = [];

    /// <summary>The instruction there; null where the page is not executable, or no disassembler knows it.</summary>
    public string? Instruction { get; init; }

    /// <summary>Whether the kernel handled a fault before the walk.</summary>
    public bool FaultedIn { get; init; }

    /// <summary>Walks.</summary>
    /// <param name="machine">The machine; the address space is active.</param>
    /// <param name="seen">The program.</param>
    /// <param name="address">The address.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="faultIn">Whether the kernel may handle a fault first.</param>
    public static Walk Do(Machine machine, SeenProgram seen, VirtualAddress address, AccessKind access, bool faultIn)
    {
        bool handled = faultIn && seen.Space is PagedAddressSpace paged && !machine.TryTranslate(address, access, out _, out _)
            && !paged.HandleFault(address, access).Failed();
        return Do(machine, seen, address, access) with { FaultedIn = handled };
    }

    private static Walk Do(Machine machine, SeenProgram seen, VirtualAddress address, AccessKind access)
    {
        AddressSpace space = seen.Space;
        VirtualMemoryArea? area = space.Find(address) is { } found && found.Contains(address) ? found : null;
        Walk walk = new() { Address = address, Steps = [], Area = area is null ? null : MapsLine.Format(space, area) };
        if (space.Tables is not { } tables)
        {
            return machine.TryTranslate(address, access, out PhysicalAddress flat, out PageFault outside)
                ? walk with { Physical = flat, Bytes = Read(machine, space, address, flat), Instruction = Disassemble(machine, seen, area, address, flat) }
                : walk with { Fault = outside, Kernel = "nothing checks it: without an MMU every address is a physical one" };
        }
        IReadOnlyList<TraceEvent> events = tables.Steps(address, access, machine.UserControls, out Translation translation, out PageFault fault, out bool translated);
        foreach (TraceEvent step in events)
            machine.Kernel.Recorder?.Record(step);
        int depth = tables.Depth;
        ImmutableArray<WalkStep> steps = [.. events.Select(step => new WalkStep(step.Level, tables.Tree[step.Level].Name,
            PageTableGeometry.LinuxName(step.Level, depth), tables.Tree[step.Level].IndexOf(address), step.At, step.Before, EntryLayout.Of(tables.Layouts(step.Level), step.Before),
            tables.Explain(step.Before, step.Level)))];
        if (!translated || !machine.Kernel.Memory.Contains(translation.Address, 1))
        {
            if (translated)
                fault = new PageFault(address, access, FaultKind.OutsideStorage, translation.Level, translation.Entry);
            return walk with { Steps = steps, Fault = fault, Words = tables.Describe(fault, machine.UserControls), Kernel = Reaction(space, area, address, access) };
        }
        return walk with
        {
            Steps = steps,
            Physical = translation.Address,
            LeafLevel = translation.Level,
            Bytes = Read(machine, space, address, translation.Address),
            Instruction = Disassemble(machine, seen, area, address, translation.Address),
        };
    }

    /// <summary>The tests of the architecture's fault handler, in words.</summary>
    private static string Reaction(AddressSpace space, VirtualMemoryArea? area, VirtualAddress address, AccessKind access)
    {
        if (area is null)
        {
            bool stack = space.Find(address) is { } above && above.Flags.HasFlag(AreaFlags.GrowsDown) && above.End - address <= space.StackLimitBytes;
            return stack ? "no area there: the stack above may grow down to it, else SIGSEGV" : "no area there: SIGSEGV";
        }
        AreaFlags needed = access switch
        {
            AccessKind.Write => AreaFlags.Write,
            AccessKind.Fetch => AreaFlags.Execute,
            _ => AreaFlags.Read | AreaFlags.Write | AreaFlags.Execute,
        };
        return (area.Flags & needed) == 0 ? "the area does not allow it: SIGSEGV" : "the area allows it: the kernel fills the page and the access is repeated";
    }

    private static ImmutableArray<byte> Read(Machine machine, AddressSpace space, VirtualAddress address, PhysicalAddress at)
    {
        ulong toPageEnd = space.PageBytes - (address.Value & (space.PageBytes - 1));
        return [.. machine.Kernel.Memory.Slice(at, (int)Math.Min(toPageEnd, ShownBytes))];
    }

    private static string? Disassemble(Machine machine, SeenProgram seen, VirtualMemoryArea? area, VirtualAddress address, PhysicalAddress at) =>
        area is not null && area.Flags.HasFlag(AreaFlags.Execute)
            ? machine.Architecture.Disassemble(seen.Abi, Read(machine, seen.Space, address, at).AsSpan(), address.Value)
            : null;
}
