using System.Collections.Immutable;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Machines;

/// <summary>A plugin: names its userlands, eras and MMUs, picks a tree for each, and closes the generics over its codec.</summary>
/// <remarks>How to write one: docs/adding-an-architecture.md.</remarks>
public abstract class Architecture
{
    /// <summary>Name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>One line on what it is.</summary>
    public abstract string Summary { get; }

    /// <summary>Userlands, the native one first.</summary>
    public abstract ImmutableArray<UserAbi> Abis { get; }

    /// <summary>Kernel versions, the usual one first.</summary>
    public abstract ImmutableArray<string> Kernels { get; }

    /// <summary>Page sizes in bytes, the usual one first.</summary>
    public abstract ImmutableArray<int> PageSizes { get; }

    /// <summary>MMUs by kernel version, the usual one first. "none" is offered besides on every architecture.</summary>
    public abstract ImmutableArray<string> Mmus(string kernel);

    /// <summary>CPU models that <see cref="MachineOptions.Cpu"/> may name, the usual one first.</summary>
    public virtual ImmutableArray<string> Cpus => [];

    /// <summary>Manuals and kernel files that the numbers come from.</summary>
    public abstract ImmutableArray<string> Sources { get; }

    /// <summary>Makes a machine with fresh memory.</summary>
    /// <param name="options">What machine.</param>
    /// <param name="recorder">Takes events; null when nobody watches.</param>
    /// <exception cref="NotSupportedException">There is no such machine; the message names what there is.</exception>
    public abstract Machine CreateMachine(MachineOptions options, Recorder? recorder);

    /// <summary>The machine's TLBs and what refills them, for an address space of a machine of this architecture.</summary>
    /// <exception cref="NotSupportedException">The address space has no page tables, or the plugin models no TLB.</exception>
    public virtual TlbModel CreateTlbModel(Machine machine, AddressSpace space) => throw new NotSupportedException($"{Name} models no TLB");

    /// <summary>The instruction set of a userland's programs; null where the plugin models no CPU for it.</summary>
    public virtual Execution.InstructionSet? InstructionSetOf(UserAbi abi) => null;

    /// <summary>What programs of a userland need to run beside a CPU; null where the plugin does not run them.</summary>
    public virtual Processes.Userland? UserlandOf(UserAbi abi) => null;

    /// <summary>What there is to say of entries besides their bits (<see cref="Reports.EntryBits"/>), for <c>arch</c>; one line each.</summary>
    public virtual IReadOnlyList<string> EntryNotes(string kernel) => [];

    /// <summary>Disassembles one instruction; null where the plugin has no disassembler.</summary>
    public virtual string? Disassemble(UserAbi abi, ReadOnlySpan<byte> code, ulong address) => null;

    /// <summary>The kernel that the options ask for.</summary>
    /// <exception cref="NotSupportedException">There is none such; the message names what there is.</exception>
    public KernelProfile Profile(MachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validate(options);
        KernelProfile profile = BaseProfile(options);
        if (options.ShallowAddressSpaces)
            profile = profile with { NewDepth = profile.Tree.MinDepth };
        if (options.StackTopMax is { } top)
            profile = profile with { StackTopMax = CheckTop(profile, top) };
        if (options.StackTop is { } stackTop)
            profile = WithStackTop(profile, stackTop);
        if (options.Mmu == "none")
            profile = profile with { Mmu = "none" };
        if (options.Hwcap is { } hwcap)
            profile = profile with { Abis = [.. profile.Abis.Select(abi => abi with { Hwcap = hwcap })] };
        if (options.SoftDirty)
            profile = profile with { Era = profile.Era with { TracksSoftDirty = true } };
        CheckPressure(profile, options);
        return profile;
    }

    /// <summary>The kernel of an era, page size and MMU, all checked; what-ifs are applied to it afterwards.</summary>
    protected abstract KernelProfile BaseProfile(MachineOptions options);

    /// <summary>Closes the generics over a codec.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="userControls">Control registers as they are while a program runs.</param>
    /// <param name="recorder">Takes events; null when nobody watches.</param>
    protected Machine Close<TCodec>(MachineOptions options, MmuControls userControls, Recorder? recorder)
        where TCodec : struct, IPageTableEntryCodec
    {
        KernelProfile profile = Profile(options);
        LinuxKernel<TCodec> kernel = new(profile, new PhysicalMemory(options.MemoryBytes), recorder);
        if (HasPressure(options))
            kernel.Press((int)PagesOf(options.SwapBytes, profile), [.. options.OtherTaskBytes.Select(bytes => PagesOf(bytes, profile))]);
        return new Machine<TCodec>(this, kernel, userControls);
    }

    private static bool HasPressure(MachineOptions options) => options.TracksPages || options.SwapBytes > 0 || options.OtherTaskBytes.Length > 0;

    private static void CheckPressure(KernelProfile profile, MachineOptions options)
    {
        if (!HasPressure(options))
            return;
        LinuxKernel.CheckPressure(profile);
        CheckPages(options.SwapBytes, "swap", profile, ulong.MaxValue);
        foreach (ulong bytes in options.OtherTaskBytes)
            CheckPages(bytes, "a task", profile, options.MemoryBytes);
        long pages = options.OtherTaskBytes.Sum(bytes => PagesOf(bytes, profile));
        if (pages > PagesOf(options.MemoryBytes, profile) - 2)
            throw new NotSupportedException($"tasks with {pages} pages leave none of {options.MemoryBytes} bytes of memory for an execve");
    }

    private static long PagesOf(ulong bytes, KernelProfile profile) => (long)(bytes / (ulong)profile.PageBytes);

    private static void CheckPages(ulong bytes, string what, KernelProfile profile, ulong most)
    {
        ulong page = (ulong)profile.PageBytes;
        if (bytes % page != 0 || bytes > most || bytes / page >= int.MaxValue)
            throw new NotSupportedException($"{bytes} bytes of {what} should be a multiple of {page}{(most == ulong.MaxValue ? "" : $", at most {most}")}");
    }

    private ulong CheckTop(KernelProfile profile, ulong top)
    {
        ulong page = (ulong)profile.PageBytes, last = profile.Tree.LastAddress(profile.MaxDepth).Value;
        if (top % page != 0 || top < 2 * page || top - 1 > last)
            throw new NotSupportedException($"the stack top 0x{top:x} should be a multiple of {page} that the tables of {Name} reach: at most 0x{last:x} + 1");
        return top;
    }

    private static KernelProfile WithStackTop(KernelProfile profile, ulong top)
    {
        ulong page = (ulong)profile.PageBytes;
        if (top % page != 0 || top < 2 * page || top > profile.StackTopMax)
            throw new NotSupportedException($"the program's stack top 0x{top:x} should be a multiple of {page}, at least 0x{2 * page:x} and at most STACK_TOP_MAX 0x{profile.StackTopMax:x}");
        return profile with
        {
            Abis = [.. profile.Abis.Select(abi => abi with
            {
                Layout = abi.Layout with { StackTop = top },
                LowLayout = abi.LowLayout is { } low ? low with { StackTop = top } : null,
            })],
        };
    }

    /// <summary>A model of TLBs that hardware refills; equal shapes are one TLB for data and instructions.</summary>
    protected static TlbModel HardwareWalked<TCodec>(Machine machine, AddressSpace space, TlbShape data, TlbShape instruction)
        where TCodec : struct, IPageTableEntryCodec
    {
        ArgumentNullException.ThrowIfNull(machine);
        PageTables tables = TablesOf(space);
        return Model(machine, tables, new HardwareWalkRefill<TCodec>(tables), data, instruction, space: 1);
    }

    /// <summary>Puts TLBs and a refill together, and lets the kernel's flushes reach them.</summary>
    protected static TlbModel Model(Machine machine, PageTables tables, ITlbRefill refill, TlbShape data, TlbShape instruction, int space)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(tables);
        ArchitecturalTlb dataTlb = new(data, tables.Tree.PageShift);
        ArchitecturalTlb instructionTlb = data == instruction ? dataTlb : new ArchitecturalTlb(instruction, tables.Tree.PageShift);
        return Model(machine, tables, refill, dataTlb, instructionTlb, space);
    }

    /// <summary>The same with TLBs that exist already, because the refill looks into them too.</summary>
    protected static TlbModel Model(Machine machine, PageTables tables, ITlbRefill refill, ArchitecturalTlb data, ArchitecturalTlb instruction, int space)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(tables);
        TlbModel model = new(data, instruction, refill, machine.UserControls, space);
        tables.Destroying?.Invoke();     // a model of before
        tables.Flushed += model.Flush;
        tables.Replacing += model.Replacing;
        tables.Destroying = () =>
        {
            tables.Flushed -= model.Flush;
            tables.Replacing -= model.Replacing;
            tables.Destroying = null;
            refill.Release();
        };
        return model;
    }

    /// <summary>The tree of an address space.</summary>
    protected static PageTables TablesOf(AddressSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.Tables ?? throw new NotSupportedException("there is nothing to refill without an MMU");
    }

    /// <summary>Checks the parts of the options that every plugin treats alike.</summary>
    private void Validate(MachineOptions options)
    {
        if (!Kernels.Contains(options.Kernel))
            throw new NotSupportedException($"{Name} has no kernel {options.Kernel}; use {string.Join(" or ", Kernels)}");
        if (options.PageBytes is { } page && !PageSizes.Contains(page))
            throw new NotSupportedException($"{Name} has no {page}-byte pages; use {string.Join(" or ", PageSizes)}");
        if (options.Mmu is { } mmu && mmu != "none" && !Mmus(options.Kernel).Contains(mmu))
            throw new NotSupportedException($"{Name} has no MMU {mmu} under kernel {options.Kernel}; use {string.Join(", ", Mmus(options.Kernel))} or none");
        if (options.CallerAbi is { } caller && Abis.All(abi => abi.Name != caller))
            throw new NotSupportedException($"{Name} has no ABI {caller}; use {string.Join(" or ", Abis.Select(abi => abi.Name))}");
        if (options.Cpu is { } cpu && !Cpus.Contains(cpu))
            throw new NotSupportedException($"{Name} has no CPU model {cpu}; use {(Cpus.IsEmpty ? "no --cpu at all" : string.Join(", ", Cpus))}");
    }
}
