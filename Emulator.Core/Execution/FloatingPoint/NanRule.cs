namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>Which NaN operand becomes, quieted, the result.</summary>
public enum NanRule : byte
{
    /// <summary>The first; of a×b+c: a, b, c. SSE: Intel SDM vol. 1, 4.8.3.5.</summary>
    First,

    /// <summary>The first; of a×b+c: a, c, b. Power ISA 2.06, book I, 4.3.2: FRA, FRB, FRC.</summary>
    FirstAddendBeforeMultiplier,

    /// <summary>The second, if it is one. Alpha Architecture Handbook, 4.7.10.4: Fb before Fa.</summary>
    Second,

    /// <summary>
    /// The first signaling one, else the first; of a×b+c: a, b, c, which are the second, third and first operand of MULTIPLY AND ADD, and
    /// the default NaN if a×b is invalid. z/Architecture Principles of Operation, SA22-7832, chapter 19.
    /// </summary>
    SignalingFirst,

    /// <summary>The last signaling one, else the last. SPARC Architecture Manual V9, appendix B.2.2; a×b+c: c, b, a.</summary>
    SignalingLast,

    /// <summary>The one with the greater significand; a signaling one yields to a quiet one. x87: Intel SDM vol. 1, table 4-7.</summary>
    GreaterSignificand,

    /// <summary>None: always the default NaN. RISC-V unprivileged ISA, 11.3.</summary>
    Default,
}
