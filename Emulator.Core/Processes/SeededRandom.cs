using System.Buffers.Binary;

namespace Emulator.Core.Processes;

/// <summary>Random bytes for programs, the same in every run with the same seed (SplitMix64; not for secrets).</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public void Fill(Span<byte> bytes)
    {
        Span<byte> eight = stackalloc byte[8];
        while (!bytes.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(eight, Next());
            int count = Math.Min(8, bytes.Length);
            eight[..count].CopyTo(bytes);
            bytes = bytes[count..];
        }
    }

    // Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
    private ulong Next()
    {
        ulong z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }
}
