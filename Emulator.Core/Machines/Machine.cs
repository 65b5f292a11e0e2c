using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Processes;
using Emulator.Core.Tracing;

namespace Emulator.Core.Machines;

/// <summary>Memory, a kernel and an MMU, put together by a plugin. One machine runs one program at a time.</summary>
public abstract class Machine : IUserMmu, IDisposable
{
    private protected Machine(Architecture architecture, LinuxKernel kernel)
    {
        Architecture = architecture;
        Kernel = kernel;
    }

    /// <summary>The plugin that made it.</summary>
    public Architecture Architecture { get; }

    /// <summary>The kernel.</summary>
    public LinuxKernel Kernel { get; }

    /// <summary>Control registers as they are while a program runs.</summary>
    public abstract MmuControls UserControls { get; }

    /// <summary>What the bits of its entries mean.</summary>
    public abstract EntryFormat EntryFormat { get; }

    /// <summary>Walks of page tables that the MMU has done so far.</summary>
    public abstract long Walks { get; }

    /// <summary>Gives an address space to the MMU: its root register, nothing else, crosses over.</summary>
    public abstract void Activate(AddressSpace space);

    /// <inheritdoc/>
    public abstract void Flush(VirtualAddress va);

    /// <inheritdoc/>
    public abstract void Flush();

    /// <summary>Translates a user address of the active address space as the hardware would.</summary>
    public abstract bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault);

    /// <summary>Runs one execve and, if it succeeds, reads through the MMU what the program would see.</summary>
    public ExecResult Execute(ExecRequest request, string way)
    {
        ExecResult result = Execve.Run(Kernel, request, ExecWays.Create(way));
        return result.Started is { } started ? result with { User = Look(started, result.ArgumentCount) } : result;
    }

    /// <summary>Makes a system of this machine, on which programs run.</summary>
    public LinuxSystem NewSystem(SystemOptions options) => new(Kernel, this, options);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back memory.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Kernel.Dispose();
    }

    private UserView Look(StartState started, int argumentCount)
    {
        Activate(started.Space);
        using IncrementalHash memory = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> address = stackalloc byte[8];
        long pages = 0;
        foreach (VirtualMemoryArea area in started.Space.Areas)
        {
            foreach (VirtualAddress page in PresentPages(started.Space, area))
            {
                if (!TryRead(started.Space, page, out ReadOnlySpan<byte> bytes))
                    continue;
                BinaryPrimitives.WriteUInt64LittleEndian(address, page.Value);
                memory.AppendData(address);
                memory.AppendData(bytes);
                pages++;
            }
        }
        return new UserView
        {
            StackPointer = started.StackPointer,
            ProgramCounter = started.ProgramCounter,
            ArgumentCount = argumentCount,
            Argv = started.Argv,
            Envp = started.Envp,
            AuxvAt = started.AuxvAt,
            Argv0 = started.Argv0,
            Auxv = started.Auxv,
            Maps = [.. started.Space.Areas.Select(area => MapsLine.Format(started.Space, area))],
            StackSha256 = HashStack(started),
            MemorySha256 = Convert.ToHexStringLower(memory.GetHashAndReset()),
            PresentPages = pages,
        };
    }

    private string HashStack(StartState started)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ulong page = started.Space.PageBytes;
        ReadOnlySpan<byte> zeros = new byte[page];
        for (ulong at = started.Bottom; at < started.Top;)
        {
            ulong bytes = Math.Min(page - at % page, started.Top - at);
            // Randomisation may leave a page between the strings and the vectors that nobody touched: it reads as zeros.
            hash.AppendData(TryRead(started.Space, new VirtualAddress(at - at % page), out ReadOnlySpan<byte> read)
                ? read.Slice((int)(at % page), (int)bytes)
                : zeros[..(int)bytes]);
            at += bytes;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What a program reads in a page: through the MMU, or once a fault has made that possible.</summary>
    private bool TryRead(AddressSpace space, VirtualAddress page, out ReadOnlySpan<byte> bytes)
    {
        if (TryTranslate(page, AccessKind.Read, out PhysicalAddress at, out _))
        {
            bytes = Kernel.Memory.Slice(at, (int)space.PageBytes);
            return true;
        }
        return space.TryReadAfterFault(page, out bytes);
    }

    /// <summary>Pages that the program has touched, in order; those on swap too.</summary>
    private static IEnumerable<VirtualAddress> PresentPages(AddressSpace space, VirtualMemoryArea area)
    {
        if (space.Tables is not { } tables)
        {
            for (VirtualAddress page = area.Start; page < area.End; page += space.PageBytes)
                yield return page;
            yield break;
        }
        VirtualAddress from = area.Start, away = default;
        bool elsewhere = tables.TryNextSwap(from, area.End, out away, out _);
        while (true)
        {
            bool here = tables.TryNextLeaf(from, area.End, out LeafView leaf);
            if (!here && !elsewhere)
                yield break;
            bool isAway = elsewhere && (!here || away < leaf.Address);
            VirtualAddress page = isAway ? away : leaf.Address;
            yield return page;
            from = page + space.PageBytes;
            if (isAway)
                elsewhere = tables.TryNextSwap(from, area.End, out away, out _);
        }
    }
}
