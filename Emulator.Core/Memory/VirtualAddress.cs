namespace Emulator.Core.Memory;

/// <summary>An address as a guest program or the kernel model sees it, in bytes, before translation.</summary>
public readonly record struct VirtualAddress(ulong Value) : IComparable<VirtualAddress>
{
    /// <summary>The address <paramref name="bytes"/> bytes further on.</summary>
    public static VirtualAddress operator +(VirtualAddress address, ulong bytes) => new(address.Value + bytes);

    /// <summary>The address <paramref name="bytes"/> bytes before.</summary>
    public static VirtualAddress operator -(VirtualAddress address, ulong bytes) => new(address.Value - bytes);

    /// <inheritdoc/>
    public static bool operator <(VirtualAddress left, VirtualAddress right) => left.Value < right.Value;

    /// <inheritdoc/>
    public static bool operator >(VirtualAddress left, VirtualAddress right) => left.Value > right.Value;

    /// <inheritdoc/>
    public static bool operator <=(VirtualAddress left, VirtualAddress right) => left.Value <= right.Value;

    /// <inheritdoc/>
    public static bool operator >=(VirtualAddress left, VirtualAddress right) => left.Value >= right.Value;

    /// <summary>See <c>operator +</c>.</summary>
    public VirtualAddress Add(ulong bytes) => this + bytes;

    /// <summary>See <c>operator -</c>.</summary>
    public VirtualAddress Subtract(ulong bytes) => this - bytes;

    /// <inheritdoc/>
    public int CompareTo(VirtualAddress other) => Value.CompareTo(other.Value);

    /// <summary>Distance in bytes from <paramref name="from"/> up to <paramref name="to"/>.</summary>
    public static ulong operator -(VirtualAddress to, VirtualAddress from) => to.Value - from.Value;

    /// <summary>This address rounded down to a multiple of <paramref name="bytes"/>, a power of two.</summary>
    public VirtualAddress AlignDown(ulong bytes) => new(Value & ~(bytes - 1));

    /// <summary>This address rounded up to a multiple of <paramref name="bytes"/>, a power of two.</summary>
    public VirtualAddress AlignUp(ulong bytes) => new((Value + bytes - 1) & ~(bytes - 1));

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
