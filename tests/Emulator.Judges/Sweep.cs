using System.Buffers.Binary;

namespace Emulator.Judges;

/// <summary>
/// A loop of loads over many pages, for timing what an emulator does when it has no translation at hand. From x = 0 on, each round does
/// x = (x * multiplier + increment) &amp; mask and loads 8 bytes at start + x * stride.
/// </summary>
/// <param name="Start">Virtual address, a multiple of 8.</param>
/// <param name="StrideBytes">Bytes from one place to the next, a multiple of 8.</param>
/// <param name="Multiplier">1 modulo 4: then each place is loaded from once before any is again.</param>
/// <param name="Increment">Odd, for the same reason.</param>
/// <param name="Mask">Places less one; places are a power of two.</param>
/// <param name="Loads">Number of loads, at least one.</param>
/// <remarks>
/// Supervisor loads; every page must be readable to the supervisor. A linear congruential generator of full period: D. E. Knuth,
/// The Art of Computer Programming, volume 2, 3.2.1.2, theorem A.
/// </remarks>
public readonly record struct Sweep(ulong Start, ulong StrideBytes, ulong Multiplier, ulong Increment, ulong Mask, long Loads)
{
    /// <summary>What a judge finds in the record as long as the prober has not come back.</summary>
    internal const ulong NotRun = 0xbad;

    private const int RecordBytes = 96;

    /// <summary>The record that all probers take: address, kind, room for results, and from byte 48 on the numbers of the loop.</summary>
    internal byte[] ToRecord(ulong kind, bool bigEndian)
    {
        byte[] record = new byte[RecordBytes];
        ulong[] words = [Start, kind, NotRun, NotRun, 0, 0, StrideBytes, Multiplier, Increment, Mask, (ulong)Loads];
        for (int i = 0; i < words.Length; i++)
        {
            Span<byte> word = record.AsSpan(i * 8, 8);
            if (bigEndian)
                BinaryPrimitives.WriteUInt64BigEndian(word, words[i]);
            else
                BinaryPrimitives.WriteUInt64LittleEndian(word, words[i]);
        }
        return record;
    }

    /// <summary>Throws unless a prober wrote that all loads were done.</summary>
    /// <param name="result">What is in the record now.</param>
    /// <param name="done">What should be.</param>
    /// <exception cref="JudgeException">A load trapped, or the prober did not come back.</exception>
    internal void Check(ulong result, ulong done)
    {
        if (result != done)
            throw new JudgeException(result == NotRun ? $"the prober did not come back from {this}" : $"{this} ended in {result:x}");
    }
}
