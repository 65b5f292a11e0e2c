namespace Emulator.Core.Processes.Abi;

/// <summary>Flags that an ABI has its own bits for, where the kernel model uses the generic ones.</summary>
public sealed class FlagMap
{
    private readonly (ulong Generic, ulong Guest)[] _pairs;
    private readonly ulong _genericBits, _guestBits;

    /// <summary>Makes a map; bits that are in no pair stay as they are.</summary>
    public FlagMap(params ReadOnlySpan<(ulong Generic, ulong Guest)> pairs)
    {
        _pairs = pairs.ToArray();
        foreach ((ulong generic, ulong guest) in pairs)
        {
            _genericBits |= generic;
            _guestBits |= guest;
        }
    }

    /// <summary>Bits that all ABIs but a few use.</summary>
    public static FlagMap Same { get; } = new();

    /// <summary>The ABI's bits.</summary>
    public ulong ToGuest(ulong generic)
    {
        ulong flags = generic & ~_genericBits;
        foreach ((ulong mine, ulong theirs) in _pairs)
            flags |= (generic & mine) == mine ? theirs : 0;
        return flags;
    }

    /// <summary>The generic bits.</summary>
    public ulong ToGeneric(ulong guest)
    {
        ulong flags = guest & ~_guestBits;
        foreach ((ulong mine, ulong theirs) in _pairs)
            flags |= theirs != 0 && (guest & theirs) == theirs ? mine : 0;
        return flags;
    }
}
