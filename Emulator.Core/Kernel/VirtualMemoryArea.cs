using Emulator.Core.Memory;

namespace Emulator.Core.Kernel;

/// <summary>A range of addresses with one backing and one protection (<c>vm_area_struct</c>).</summary>
public sealed class VirtualMemoryArea
{
    /// <summary>First address.</summary>
    public VirtualAddress Start { get; internal set; }

    /// <summary>First address behind the area.</summary>
    public VirtualAddress End { get; internal set; }

    /// <summary>Protection and kind.</summary>
    public AreaFlags Flags { get; internal set; }

    /// <summary>Page number in the file, or of the address the area had when it was made: the stack keeps that of its high place for ever.</summary>
    public ulong PageOffset { get; internal set; }

    /// <summary>The file that backs it; null for anonymous memory.</summary>
    public GuestFile? File { get; internal init; }

    /// <summary>Name of a special area ("[vdso]"), else null.</summary>
    public string? SpecialName { get; internal init; }

    /// <summary>Whether it ever had a page of the program's own (<c>anon_vma</c>): only such areas are copied at a fork, others are faulted in again.</summary>
    public bool HasAnonymous { get; internal set; }

    /// <summary>Frames of a special area.</summary>
    internal IReadOnlyList<PhysicalAddress> SpecialFrames { get; init; } = [];

    /// <summary>Length in bytes.</summary>
    public ulong Bytes => End - Start;

    /// <summary>Whether <paramref name="va"/> lies inside.</summary>
    public bool Contains(VirtualAddress va) => va >= Start && va < End;

    internal VirtualMemoryArea Piece(VirtualAddress start, VirtualAddress end, int pageShift) => new()
    {
        Start = start,
        End = end,
        Flags = Flags,
        PageOffset = PageOffset + ((start - Start) >> pageShift),
        File = File,
        HasAnonymous = HasAnonymous,
        SpecialName = SpecialName,
        SpecialFrames = SpecialName is null ? [] : [.. SpecialFrames.Skip((int)((start - Start) >> pageShift))],
    };
}
