using System.Collections;

namespace Emulator.Cli.Running;

/// <summary>Strings with another one in the first place; of those behind it there may be millions.</summary>
internal sealed class OtherFirst(IReadOnlyList<byte[]?> strings, byte[] first) : IReadOnlyList<byte[]?>
{
    /// <inheritdoc/>
    public int Count => strings.Count;

    /// <inheritdoc/>
    public byte[]? this[int index] => index == 0 ? first : strings[index];

    /// <inheritdoc/>
    public IEnumerator<byte[]?> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
