namespace Emulator.Core.Memory;

/// <summary>An address in guest physical memory, in bytes.</summary>
public readonly record struct PhysicalAddress(ulong Value) : IComparable<PhysicalAddress>
{
    /// <summary>The address <paramref name="bytes"/> bytes further on.</summary>
    public static PhysicalAddress operator +(PhysicalAddress address, ulong bytes) => new(address.Value + bytes);

    /// <summary>The address <paramref name="bytes"/> bytes before.</summary>
    public static PhysicalAddress operator -(PhysicalAddress address, ulong bytes) => new(address.Value - bytes);

    /// <inheritdoc/>
    public static bool operator <(PhysicalAddress left, PhysicalAddress right) => left.Value < right.Value;

    /// <inheritdoc/>
    public static bool operator >(PhysicalAddress left, PhysicalAddress right) => left.Value > right.Value;

    /// <inheritdoc/>
    public static bool operator <=(PhysicalAddress left, PhysicalAddress right) => left.Value <= right.Value;

    /// <inheritdoc/>
    public static bool operator >=(PhysicalAddress left, PhysicalAddress right) => left.Value >= right.Value;

    /// <summary>The address rounded down to a multiple of <paramref name="bytes"/>, a power of two.</summary>
    public PhysicalAddress AlignDown(ulong bytes) => new(Value & ~(bytes - 1));

    /// <summary>See <c>operator +</c>.</summary>
    public PhysicalAddress Add(ulong bytes) => this + bytes;

    /// <summary>See <c>operator -</c>.</summary>
    public PhysicalAddress Subtract(ulong bytes) => this - bytes;

    /// <inheritdoc/>
    public int CompareTo(PhysicalAddress other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
