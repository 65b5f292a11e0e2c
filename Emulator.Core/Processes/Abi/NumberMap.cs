namespace Emulator.Core.Processes.Abi;

/// <summary>Small numbers that an ABI has its own of (errors, signals), where the kernel model uses the generic ones.</summary>
public sealed class NumberMap
{
    private readonly int[] _toGuest, _toGeneric;

    /// <summary>Makes a map; numbers that are not named stay as they are.</summary>
    /// <param name="limit">First number that is not in the map.</param>
    /// <param name="pairs">Generic number and the ABI's.</param>
    public NumberMap(int limit, params ReadOnlySpan<(int Generic, int Guest)> pairs)
    {
        _toGuest = new int[limit];
        _toGeneric = new int[limit];
        for (int i = 0; i < limit; i++)
            _toGuest[i] = _toGeneric[i] = i;
        foreach ((int generic, int guest) in pairs)
        {
            _toGuest[generic] = guest;
            _toGeneric[guest] = generic;
        }
    }

    /// <summary>Numbers that all ABIs but a few use.</summary>
    public static NumberMap Same { get; } = new(0);

    /// <summary>The ABI's number.</summary>
    public int ToGuest(int generic) => (uint)generic < (uint)_toGuest.Length ? _toGuest[generic] : generic;

    /// <summary>The generic number.</summary>
    public int ToGeneric(int guest) => (uint)guest < (uint)_toGeneric.Length ? _toGeneric[guest] : guest;
}
