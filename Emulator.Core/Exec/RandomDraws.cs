namespace Emulator.Core.Exec;

/// <summary>
/// Random numbers of one execve, each drawn by its purpose: the same seed gives the same numbers whatever the order of the
/// draws, and so the same in every way. Without a seed nothing is random.
/// </summary>
/// <remarks>The mixing function is that of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).</remarks>
public sealed class RandomDraws(ulong? seed)
{
    /// <summary>Whether anything is random.</summary>
    public bool Active => seed is not null;

    /// <summary>64 random bits for a purpose; 0 without a seed.</summary>
    public ulong Draw(string purpose)
    {
        if (seed is not { } start)
            return 0;
        ulong state = start;
        foreach (char letter in purpose)
            state = Mix(state + letter);
        return Mix(state);
    }

    /// <summary>Bytes for AT_RANDOM: random with a seed, a fixed pattern without.</summary>
    public void Fill(Span<byte> bytes, string purpose)
    {
        ulong value = seed is null ? 0x0706050403020100 : Draw(purpose);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i > 0 && i % 8 == 0)
                value = seed is null ? value + 0x0808080808080808 : Mix(value);
            bytes[i] = (byte)(value >> (8 * (i % 8)));
        }
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
