namespace Emulator.Core.Execution;

/// <summary>How a machine's accesses differ from another's: the interpreter is compiled for each combination by itself.</summary>
public interface IExecutionMode
{
    /// <summary>The address that an access goes to: modulo 2^32 on machines of 32 bits.</summary>
    static abstract ulong Wrap(ulong address);

    /// <summary>What is compared with a TLB tag: the page of the access when the access can be made at once, anything else otherwise.</summary>
    /// <param name="address">Where it begins.</param>
    /// <param name="bytes">1, 2, 4, 8 or 16.</param>
    /// <param name="pageMask">Ones for the bits that number pages.</param>
    static abstract ulong PageOf(ulong address, int bytes, ulong pageMask);

    /// <summary>Whether an access to an address that is not a multiple of its size traps.</summary>
    static abstract bool TrapsUnaligned { get; }

    /// <summary>Between the guest's byte order and the host's.</summary>
    static abstract ushort Order(ushort value);

    /// <inheritdoc cref="Order(ushort)"/>
    static abstract uint Order(uint value);

    /// <inheritdoc cref="Order(ushort)"/>
    static abstract ulong Order(ulong value);
}
