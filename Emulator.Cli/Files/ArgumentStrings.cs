using System.Collections;

namespace Emulator.Cli.Files;

/// <summary>Argument strings: those that were typed, then synthetic ones, of which there may be millions at no cost.</summary>
internal sealed class ArgumentStrings : IReadOnlyList<byte[]?>
{
    private const byte Filler = (byte)'x';

    private readonly IReadOnlyList<byte[]> _typed;
    private readonly ulong _fullBytes, _restBytes;
    private readonly int _fullCount;
    private byte[]? _full, _rest;

    /// <summary>Adds synthetic strings to typed ones.</summary>
    /// <param name="typed">The strings typed, without their NULs.</param>
    /// <param name="syntheticBytes">Bytes of synthetic strings in all, NULs counted.</param>
    /// <param name="stringBytes">Bytes of each but the last, its NUL counted.</param>
    public ArgumentStrings(IReadOnlyList<byte[]> typed, ulong syntheticBytes, ulong stringBytes)
    {
        _typed = typed;
        ulong count = syntheticBytes / stringBytes, rest = syntheticBytes % stringBytes;
        if (count > (ulong)(int.MaxValue - typed.Count - 1))
            throw ProblemException.Usage($"--arg-bytes: {syntheticBytes} bytes in strings of {stringBytes} are {count} strings; at most {int.MaxValue - typed.Count - 1} are possible");
        _fullCount = (int)count;
        Bytes = syntheticBytes;
        foreach (byte[] text in typed)
            Bytes += (ulong)text.Length + 1;
        if (count > 0)
            _fullBytes = Check(stringBytes);
        if (rest > 0)
            _restBytes = Check(rest);
    }

    /// <summary>Bytes of all strings, NULs counted.</summary>
    public ulong Bytes { get; }

    /// <inheritdoc/>
    public int Count => _typed.Count + _fullCount + (_restBytes == 0 ? 0 : 1);

    /// <inheritdoc/>
    public byte[]? this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            if (index < _typed.Count)
                return _typed[index];
            return index - _typed.Count < _fullCount ? _full ??= Fill(_fullBytes) : _rest ??= Fill(_restBytes);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<byte[]?> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ulong Check(ulong bytesWithNul) => bytesWithNul - 1 <= (ulong)Array.MaxLength
        ? bytesWithNul
        : throw ProblemException.Usage($"--arg-string: one string of {bytesWithNul} bytes is more than this program can hold; at most {Array.MaxLength} are possible");

    private static byte[] Fill(ulong bytesWithNul)
    {
        byte[] text = new byte[bytesWithNul - 1];
        Array.Fill(text, Filler);
        return text;
    }
}
