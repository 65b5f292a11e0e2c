using System.Runtime.InteropServices;

namespace Emulator.Core.Execution;

/// <summary>
/// One micro-operation: 16 bytes, three slots and an immediate. Blocks are arrays of these; the interpreter runs them, a translator
/// turns them into code of the host.
/// </summary>
/// <remarks>
/// <code>
/// byte 0      2      4      6      8                              16
///      | Code | D    | A    | B    | Immediate                     |
///                                  | Displacement (32) | Scale (32)|   for *Scaled
///                                  | Immediate (32)    | How | Flags  for *Flags* that do something else, too
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct MicroOp
{
    /// <summary>What it does.</summary>
    [FieldOffset(0)]
    public MicroCode Code;

    /// <summary>Slot of the result; in branches a distance in operations, in exits a number of instructions.</summary>
    [FieldOffset(2)]
    public ushort D;

    /// <summary>Slot of the first operand.</summary>
    [FieldOffset(4)]
    public ushort A;

    /// <summary>Slot of the second operand.</summary>
    [FieldOffset(6)]
    public ushort B;

    /// <summary>A number that is part of the operation.</summary>
    [FieldOffset(8)]
    public ulong Immediate;

    [FieldOffset(8)]
    private readonly int _displacement;

    [FieldOffset(12)]
    private readonly int _scale;

    [FieldOffset(12)]
    private readonly ushort _how;

    [FieldOffset(14)]
    private readonly ushort _flags;

    /// <summary>Puts an operation together.</summary>
    public MicroOp(MicroCode code, int d, int a, int b, ulong immediate)
    {
        Code = code;
        D = (ushort)d;
        A = (ushort)a;
        B = (ushort)b;
        Immediate = immediate;
    }

    /// <summary>Of an operation on x + scaled y: bytes added, sign-extended.</summary>
    public readonly ulong Displacement => (ulong)_displacement;

    /// <summary>Of an operation on x + scaled y: bits that y is shifted left by.</summary>
    public readonly int Scale => _scale;

    /// <summary>Of an operation that notes condition codes besides: what x and y are.</summary>
    public readonly ushort How => _how;

    /// <summary>Of such an operation: the first of the three slots that condition codes are computed from.</summary>
    public readonly ushort Flags => _flags;

    /// <summary>The immediate of such an operation.</summary>
    public static ulong Noting(Slot flags, int how, int immediate) => (ulong)flags.Number << 48 | (ulong)(ushort)how << 32 | (uint)immediate;

    /// <summary>The immediate of an operation on x + scaled y.</summary>
    public static ulong Scaled(int scale, int displacement) => (ulong)scale << 32 | (uint)displacement;
}
