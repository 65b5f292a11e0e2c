namespace Emulator.Core.Memory;

/// <summary>In which order the bytes of a number lie in memory.</summary>
public enum ByteOrder
{
    /// <summary>Least significant byte first.</summary>
    LittleEndian,

    /// <summary>Most significant byte first.</summary>
    BigEndian,
}
