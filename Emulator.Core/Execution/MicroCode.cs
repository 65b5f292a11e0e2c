namespace Emulator.Core.Execution;

/// <summary>
/// What a <see cref="MicroOp"/> does. x is slot A, y is slot B or, in the code that ends in I and follows, the immediate; the result
/// goes to slot D. Numbers are 64 bits wide; those of 32 bits look at the lower half of their operands.
/// </summary>
/// <remarks>This is all that engines have to know: the meaning of a guest's instruction is the micro-operations that its decoder emits.</remarks>
public enum MicroCode : ushort
{
    /// <summary>Nothing: running it is a mistake of the engine.</summary>
    Undefined,
    /// <summary>D = the immediate.</summary>
    Constant,
    /// <summary>D = x.</summary>
    Move,
    /// <summary>D = 8 bits of x, sign-extended.</summary>
    SignExtend8,
    /// <summary>D = 16 bits of x, sign-extended.</summary>
    SignExtend16,
    /// <summary>D = 32 bits of x, sign-extended.</summary>
    SignExtend32,
    /// <summary>D = 8 bits of x, zero-extended.</summary>
    ZeroExtend8,
    /// <summary>D = 16 bits of x, zero-extended.</summary>
    ZeroExtend16,
    /// <summary>D = 32 bits of x, zero-extended.</summary>
    ZeroExtend32,
    /// <summary>D = 16 bits of x with their bytes reversed, zero-extended.</summary>
    ByteSwap16,
    /// <summary>D = 32 bits of x with their bytes reversed, zero-extended.</summary>
    ByteSwap32,
    /// <summary>D = x with its bytes reversed.</summary>
    ByteSwap64,
    /// <summary>D = zeros above the highest one of x; 64 for 0.</summary>
    LeadingZeros,
    /// <summary>D = zeros below the lowest one of x; 64 for 0.</summary>
    TrailingZeros,
    /// <summary>D = ones of x.</summary>
    PopulationCount,
    /// <summary>D = x + y.</summary>
    Add,
    /// <summary>The same with the immediate as y.</summary>
    AddI,
    /// <summary>D = x - y.</summary>
    Sub,
    /// <summary>The same with the immediate as y.</summary>
    SubI,
    /// <summary>D = the lower half of x * y.</summary>
    Mul,
    /// <summary>The same with the immediate as y.</summary>
    MulI,
    /// <summary>D = x and y.</summary>
    And,
    /// <summary>The same with the immediate as y.</summary>
    AndI,
    /// <summary>D = x or y.</summary>
    Or,
    /// <summary>The same with the immediate as y.</summary>
    OrI,
    /// <summary>D = x exclusive-or y.</summary>
    Xor,
    /// <summary>The same with the immediate as y.</summary>
    XorI,
    /// <summary>D = x and not y.</summary>
    AndNot,
    /// <summary>The same with the immediate as y.</summary>
    AndNotI,
    /// <summary>D = x or not y.</summary>
    OrNot,
    /// <summary>The same with the immediate as y.</summary>
    OrNotI,
    /// <summary>D = x exclusive-or not y.</summary>
    XorNot,
    /// <summary>The same with the immediate as y.</summary>
    XorNotI,
    /// <summary>D = x shifted left by y modulo 64.</summary>
    Shl,
    /// <summary>The same with the immediate as y.</summary>
    ShlI,
    /// <summary>D = x shifted right by y modulo 64, zeros enter.</summary>
    Shr,
    /// <summary>The same with the immediate as y.</summary>
    ShrI,
    /// <summary>D = x shifted right by y modulo 64, the sign enters.</summary>
    Sar,
    /// <summary>The same with the immediate as y.</summary>
    SarI,
    /// <summary>D = x rotated left by y modulo 64.</summary>
    Rotl,
    /// <summary>The same with the immediate as y.</summary>
    RotlI,
    /// <summary>D = the upper half of x * y, unsigned.</summary>
    MulHighU,
    /// <summary>The same with the immediate as y.</summary>
    MulHighUI,
    /// <summary>D = the upper half of x * y, signed.</summary>
    MulHighS,
    /// <summary>The same with the immediate as y.</summary>
    MulHighSI,
    /// <summary>D = 32 bits of x + y, zero-extended.</summary>
    Add32,
    /// <summary>The same with the immediate as y.</summary>
    Add32I,
    /// <summary>D = 32 bits of x - y, zero-extended.</summary>
    Sub32,
    /// <summary>The same with the immediate as y.</summary>
    Sub32I,
    /// <summary>D = 32 bits of x * y, zero-extended.</summary>
    Mul32,
    /// <summary>The same with the immediate as y.</summary>
    Mul32I,
    /// <summary>D = 32 bits of x and y, zero-extended.</summary>
    And32,
    /// <summary>The same with the immediate as y.</summary>
    And32I,
    /// <summary>D = 32 bits of x or y, zero-extended.</summary>
    Or32,
    /// <summary>The same with the immediate as y.</summary>
    Or32I,
    /// <summary>D = 32 bits of x exclusive-or y, zero-extended.</summary>
    Xor32,
    /// <summary>The same with the immediate as y.</summary>
    Xor32I,
    /// <summary>D = 32 bits of x shifted left by y modulo 32, zero-extended.</summary>
    Shl32,
    /// <summary>The same with the immediate as y.</summary>
    Shl32I,
    /// <summary>D = 32 bits of x shifted right by y modulo 32, zero-extended.</summary>
    Shr32,
    /// <summary>The same with the immediate as y.</summary>
    Shr32I,
    /// <summary>D = 32 bits of x shifted right by y modulo 32, the sign enters, zero-extended.</summary>
    Sar32,
    /// <summary>The same with the immediate as y.</summary>
    Sar32I,
    /// <summary>D = 32 bits of x rotated left by y modulo 32, zero-extended.</summary>
    Rotl32,
    /// <summary>The same with the immediate as y.</summary>
    Rotl32I,
    /// <summary>D = 32 bits of x + y, sign-extended.</summary>
    Add32S,
    /// <summary>The same with the immediate as y.</summary>
    Add32SI,
    /// <summary>D = 32 bits of x - y, sign-extended.</summary>
    Sub32S,
    /// <summary>The same with the immediate as y.</summary>
    Sub32SI,
    /// <summary>D = 32 bits of x * y, sign-extended.</summary>
    Mul32S,
    /// <summary>The same with the immediate as y.</summary>
    Mul32SI,
    /// <summary>D = the immediate - x.</summary>
    SubtractFromI,
    /// <summary>D = 32 bits of the immediate - x, zero-extended.</summary>
    SubtractFrom32I,
    /// <summary>D = (x shifted right by B bits, zeros enter) and the immediate.</summary>
    ExtractI,
    /// <summary>D = D outside the bits of the immediate, and x shifted left by B bits inside them.</summary>
    DepositI,
    /// <summary>D = x + (y shifted left by the immediate's scale) + the immediate's displacement (see <see cref="MicroOp.Scaled"/>).</summary>
    AddScaled,
    /// <summary>D = 1 when x is equal to y, else 0.</summary>
    SetEq,
    /// <summary>The same with the immediate as y.</summary>
    SetEqI,
    /// <summary>D = 1 when x is not equal to y, else 0.</summary>
    SetNe,
    /// <summary>The same with the immediate as y.</summary>
    SetNeI,
    /// <summary>D = 1 when x is less than (signed) y, else 0.</summary>
    SetLtS,
    /// <summary>The same with the immediate as y.</summary>
    SetLtSI,
    /// <summary>D = 1 when x is less or equal to (signed) y, else 0.</summary>
    SetLeS,
    /// <summary>The same with the immediate as y.</summary>
    SetLeSI,
    /// <summary>D = 1 when x is greater than (signed) y, else 0.</summary>
    SetGtS,
    /// <summary>The same with the immediate as y.</summary>
    SetGtSI,
    /// <summary>D = 1 when x is greater or equal to (signed) y, else 0.</summary>
    SetGeS,
    /// <summary>The same with the immediate as y.</summary>
    SetGeSI,
    /// <summary>D = 1 when x is less than (unsigned) y, else 0.</summary>
    SetLtU,
    /// <summary>The same with the immediate as y.</summary>
    SetLtUI,
    /// <summary>D = 1 when x is less or equal to (unsigned) y, else 0.</summary>
    SetLeU,
    /// <summary>The same with the immediate as y.</summary>
    SetLeUI,
    /// <summary>D = 1 when x is greater than (unsigned) y, else 0.</summary>
    SetGtU,
    /// <summary>The same with the immediate as y.</summary>
    SetGtUI,
    /// <summary>D = 1 when x is greater or equal to (unsigned) y, else 0.</summary>
    SetGeU,
    /// <summary>The same with the immediate as y.</summary>
    SetGeUI,
    /// <summary>D = 1 when 32 bits of x are equal to y, else 0.</summary>
    SetEq32,
    /// <summary>The same with the immediate as y.</summary>
    SetEq32I,
    /// <summary>D = 1 when 32 bits of x are not equal to y, else 0.</summary>
    SetNe32,
    /// <summary>The same with the immediate as y.</summary>
    SetNe32I,
    /// <summary>D = 1 when 32 bits of x are less than (signed) y, else 0.</summary>
    SetLtS32,
    /// <summary>The same with the immediate as y.</summary>
    SetLtS32I,
    /// <summary>D = 1 when 32 bits of x are less or equal to (signed) y, else 0.</summary>
    SetLeS32,
    /// <summary>The same with the immediate as y.</summary>
    SetLeS32I,
    /// <summary>D = 1 when 32 bits of x are greater than (signed) y, else 0.</summary>
    SetGtS32,
    /// <summary>The same with the immediate as y.</summary>
    SetGtS32I,
    /// <summary>D = 1 when 32 bits of x are greater or equal to (signed) y, else 0.</summary>
    SetGeS32,
    /// <summary>The same with the immediate as y.</summary>
    SetGeS32I,
    /// <summary>D = 1 when 32 bits of x are less than (unsigned) y, else 0.</summary>
    SetLtU32,
    /// <summary>The same with the immediate as y.</summary>
    SetLtU32I,
    /// <summary>D = 1 when 32 bits of x are less or equal to (unsigned) y, else 0.</summary>
    SetLeU32,
    /// <summary>The same with the immediate as y.</summary>
    SetLeU32I,
    /// <summary>D = 1 when 32 bits of x are greater than (unsigned) y, else 0.</summary>
    SetGtU32,
    /// <summary>The same with the immediate as y.</summary>
    SetGtU32I,
    /// <summary>D = 1 when 32 bits of x are greater or equal to (unsigned) y, else 0.</summary>
    SetGeU32,
    /// <summary>The same with the immediate as y.</summary>
    SetGeU32I,
    /// <summary>D = y when x is not 0.</summary>
    MoveIf,
    /// <summary>The same with the immediate as y.</summary>
    MoveIfI,
    /// <summary>D = y when x is 0.</summary>
    MoveUnless,
    /// <summary>The same with the immediate as y.</summary>
    MoveUnlessI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchEq,
    /// <summary>The same with the immediate as y.</summary>
    BranchEqI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchNe,
    /// <summary>The same with the immediate as y.</summary>
    BranchNeI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchLtS,
    /// <summary>The same with the immediate as y.</summary>
    BranchLtSI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchLeS,
    /// <summary>The same with the immediate as y.</summary>
    BranchLeSI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchGtS,
    /// <summary>The same with the immediate as y.</summary>
    BranchGtSI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchGeS,
    /// <summary>The same with the immediate as y.</summary>
    BranchGeSI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchLtU,
    /// <summary>The same with the immediate as y.</summary>
    BranchLtUI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchLeU,
    /// <summary>The same with the immediate as y.</summary>
    BranchLeUI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchGtU,
    /// <summary>The same with the immediate as y.</summary>
    BranchGtUI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchGeU,
    /// <summary>The same with the immediate as y.</summary>
    BranchGeUI,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchEq32,
    /// <summary>The same with the immediate as y.</summary>
    BranchEq32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchNe32,
    /// <summary>The same with the immediate as y.</summary>
    BranchNe32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchLtS32,
    /// <summary>The same with the immediate as y.</summary>
    BranchLtS32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchLeS32,
    /// <summary>The same with the immediate as y.</summary>
    BranchLeS32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchGtS32,
    /// <summary>The same with the immediate as y.</summary>
    BranchGtS32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchGeS32,
    /// <summary>The same with the immediate as y.</summary>
    BranchGeS32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchLtU32,
    /// <summary>The same with the immediate as y.</summary>
    BranchLtU32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchLeU32,
    /// <summary>The same with the immediate as y.</summary>
    BranchLeU32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchGtU32,
    /// <summary>The same with the immediate as y.</summary>
    BranchGtU32I,
    /// <summary>Goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    BranchGeU32,
    /// <summary>The same with the immediate as y.</summary>
    BranchGeU32I,
    /// <summary>Goes D operations on when x and the immediate have a one in common.</summary>
    BranchAnyI,
    /// <summary>Goes D operations on when x and the immediate have no one in common.</summary>
    BranchNoneI,
    /// <summary>Goes D operations on (signed).</summary>
    Goto,
    /// <summary>Stops before this instruction when somebody outside asked for it: in loops inside an instruction.</summary>
    Poll,
    /// <summary>D = one byte, zero-extended at x + the immediate.</summary>
    Load8U,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Load8UScaled,
    /// <summary>D = one byte, sign-extended at x + the immediate.</summary>
    Load8S,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Load8SScaled,
    /// <summary>D = two bytes, zero-extended at x + the immediate.</summary>
    Load16U,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Load16UScaled,
    /// <summary>D = two bytes, sign-extended at x + the immediate.</summary>
    Load16S,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Load16SScaled,
    /// <summary>D = four bytes, zero-extended at x + the immediate.</summary>
    Load32U,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Load32UScaled,
    /// <summary>D = four bytes, sign-extended at x + the immediate.</summary>
    Load32S,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Load32SScaled,
    /// <summary>D = eight bytes at x + the immediate.</summary>
    Load64,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Load64Scaled,
    /// <summary>Stores 1 byte of D at x + the immediate.</summary>
    Store8,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Store8Scaled,
    /// <summary>Stores 2 bytes of D at x + the immediate.</summary>
    Store16,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Store16Scaled,
    /// <summary>Stores 4 bytes of D at x + the immediate.</summary>
    Store32,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Store32Scaled,
    /// <summary>Stores 8 bytes of D at x + the immediate.</summary>
    Store64,
    /// <summary>The same at x + scaled y + displacement.</summary>
    Store64Scaled,
    /// <summary>D and the next slot = sixteen bytes at x + the immediate, the lower-addressed eight first.</summary>
    Load128,
    /// <summary>Stores D and the next slot at x + the immediate.</summary>
    Store128,
    /// <summary>Faults as a store of B bytes at x + the immediate would; stores nothing.</summary>
    ProbeWrite,
    /// <summary>D = the immediate, next slot = x, the one after = y: what the condition codes are to be computed from.</summary>
    SetFlags,
    /// <summary>D = a function of the state, x, y and a number: the immediate is the function's index below the number (see <see cref="StateFunction"/>).</summary>
    Call,
    /// <summary>D and the next slot = a function of the state, 128 bits from slot A on, 128 bits from slot B on, and a number (see <see cref="VectorFunction"/>).</summary>
    CallVector,
    /// <summary>As Call; stops with what the function left when it asks for a stop (see <see cref="EngineState.Raised"/>).</summary>
    CallChecked,
    /// <summary>Leaves the block after D instructions for the address in the next operation, in the same page; linked when it has been there.</summary>
    Exit,
    /// <summary>The same, back to where the block begins or before.</summary>
    ExitBack,
    /// <summary>The same to another page, or to an instruction that may end on another: the link holds for one epoch of the address space.</summary>
    ExitFar,
    /// <summary>Leaves the block after D instructions for the address in slot A. The operations behind it hold the blocks that it led to last.</summary>
    ExitIndirect,
    /// <summary>Stops after D instructions: A is the kind of stop, B its code, the immediate the program counter.</summary>
    Raise,
    /// <summary>Tells the observer of an access of kind D to B bytes at x + the immediate: only in blocks made to be observed.</summary>
    Observe,
    /// <summary>Runs the region that begins with the block, when its pages lie where they lay; it is not among a block's operations.</summary>
    EnterRegion,
    /// <summary>D = x + y; the condition codes are to be computed from x and y (see <see cref="MicroOp.Flags"/>).</summary>
    AddFlags,
    /// <summary>The same with the immediate as y.</summary>
    AddFlagsI,
    /// <summary>D = x - y; the condition codes are to be computed from x and y (see <see cref="MicroOp.Flags"/>).</summary>
    SubFlags,
    /// <summary>The same with the immediate as y.</summary>
    SubFlagsI,
    /// <summary>D = the lower half of x * y; the condition codes are to be computed from x and y (see <see cref="MicroOp.Flags"/>).</summary>
    MulFlags,
    /// <summary>The same with the immediate as y.</summary>
    MulFlagsI,
    /// <summary>D = x and y; the condition codes are to be computed from the result (see <see cref="MicroOp.Flags"/>).</summary>
    AndFlags,
    /// <summary>The same with the immediate as y.</summary>
    AndFlagsI,
    /// <summary>D = x or y; the condition codes are to be computed from the result (see <see cref="MicroOp.Flags"/>).</summary>
    OrFlags,
    /// <summary>The same with the immediate as y.</summary>
    OrFlagsI,
    /// <summary>D = x exclusive-or y; the condition codes are to be computed from the result (see <see cref="MicroOp.Flags"/>).</summary>
    XorFlags,
    /// <summary>The same with the immediate as y.</summary>
    XorFlagsI,
    /// <summary>D = 32 bits of x + y, zero-extended; the condition codes are to be computed from x and y (see <see cref="MicroOp.Flags"/>).</summary>
    AddFlags32,
    /// <summary>The same with the immediate as y.</summary>
    AddFlags32I,
    /// <summary>D = 32 bits of x - y, zero-extended; the condition codes are to be computed from x and y (see <see cref="MicroOp.Flags"/>).</summary>
    SubFlags32,
    /// <summary>The same with the immediate as y.</summary>
    SubFlags32I,
    /// <summary>D = 32 bits of the lower half of x * y, zero-extended; the condition codes are to be computed from x and y (see <see cref="MicroOp.Flags"/>).</summary>
    MulFlags32,
    /// <summary>The same with the immediate as y.</summary>
    MulFlags32I,
    /// <summary>D = 32 bits of x and y, zero-extended; the condition codes are to be computed from the result (see <see cref="MicroOp.Flags"/>).</summary>
    AndFlags32,
    /// <summary>The same with the immediate as y.</summary>
    AndFlags32I,
    /// <summary>D = 32 bits of x or y, zero-extended; the condition codes are to be computed from the result (see <see cref="MicroOp.Flags"/>).</summary>
    OrFlags32,
    /// <summary>The same with the immediate as y.</summary>
    OrFlags32I,
    /// <summary>D = 32 bits of x exclusive-or y, zero-extended; the condition codes are to be computed from the result (see <see cref="MicroOp.Flags"/>).</summary>
    XorFlags32,
    /// <summary>The same with the immediate as y.</summary>
    XorFlags32I,
    /// <summary>D = x shifted left by the immediate; the condition codes are to be computed from x and the immediate.</summary>
    ShlFlagsI,
    /// <summary>D = x shifted right by the immediate, zeros enter; the condition codes are to be computed from x and the immediate.</summary>
    ShrFlagsI,
    /// <summary>D = x shifted right by the immediate, the sign enters; the condition codes are to be computed from x and the immediate.</summary>
    SarFlagsI,
    /// <summary>D = 32 bits of x shifted left by the immediate, zero-extended; the condition codes are to be computed from x and the immediate.</summary>
    ShlFlags32I,
    /// <summary>D = 32 bits of x shifted right by the immediate, zeros enter, zero-extended; the condition codes are to be computed from x and the immediate.</summary>
    ShrFlags32I,
    /// <summary>D = 32 bits of x shifted right by the immediate, the sign enters, zero-extended; the condition codes are to be computed from x and the immediate.</summary>
    SarFlags32I,
    /// <summary>As SetFlags with the immediate as y; B is what x and y are.</summary>
    SetFlagsI,
    /// <summary>As SetFlags when y is not 0; otherwise nothing.</summary>
    SetFlagsIf,
    /// <summary>The condition codes are to be computed from x and y, as the sum of the immediate and slot D says.</summary>
    SetFlagsPlus,
    /// <summary>As Call, for its effect on the condition codes and nothing else: the result goes nowhere.</summary>
    CallFlags,
    /// <summary>
    /// Condition codes, some of them, come from x from now on: it goes to slot B, and D, the first slot that they are computed from, keeps what it
    /// has in common with the upper half of the immediate and gets the ones of the lower half.
    /// </summary>
    AmendFlags,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchEq,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchEqI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchNe,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchNeI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchLtS,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchLtSI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchLeS,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchLeSI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchGtS,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchGtSI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchGeS,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchGeSI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchLtU,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchLtUI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchLeU,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchLeUI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchGtU,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchGtUI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchGeU,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchGeUI,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchEq32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchEq32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchNe32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchNe32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchLtS32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchLtS32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchLeS32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchLeS32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchGtS32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchGtS32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchGeS32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchGeS32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchLtU32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchLtU32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchLeU32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchLeU32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchGtU32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchGtU32I,
    /// <summary>As SetFlags, and goes D operations on (signed, from this one) when the comparison of x and y holds.</summary>
    FlagsBranchGeU32,
    /// <summary>The same with the immediate as y.</summary>
    FlagsBranchGeU32I,
    /// <summary>D = 32 bits of what AddScaled makes, zero-extended.</summary>
    AddScaled32,
    /// <summary>D = one byte, zero-extended, at x + the immediate; faults as a store there would.</summary>
    LoadForWrite8,
    /// <summary>D = two bytes, zero-extended, at x + the immediate; faults as a store there would.</summary>
    LoadForWrite16,
    /// <summary>D = four bytes, zero-extended, at x + the immediate; faults as a store there would.</summary>
    LoadForWrite32,
    /// <summary>D = eight bytes, zero-extended, at x + the immediate; faults as a store there would.</summary>
    LoadForWrite64,
    /// <summary>Stores 4 bytes of D at x + the immediate, then A = that address.</summary>
    StoreUpdate32,
    /// <summary>D = 4 bytes at x, zero-extended, after A = x + the immediate modulo the width of addresses.</summary>
    LoadUpdate32,
    /// <summary>Stores 8 bytes of D at x + the immediate, then A = that address.</summary>
    StoreUpdate64,
    /// <summary>D = 8 bytes at x, zero-extended, after A = x + the immediate modulo the width of addresses.</summary>
    LoadUpdate64,
    /// <summary>D = x / y, unsigned; all ones when y is 0.</summary>
    DivideU,
    /// <summary>D = x / y, signed and rounded towards 0; the lowest number when y is 0, and when the quotient has no room.</summary>
    DivideS,
    /// <summary>What follows is rare: translated code leaves here for the interpreter, which goes on.</summary>
    Rare,
    /// <summary>
    /// D = x + y of binary64, after which the next operation is left out, when the host's sum is all that there is to it (the immediate
    /// says when, see <see cref="HostFloatRule"/>). Otherwise nothing: the next operation, a call, does it.
    /// </summary>
    FloatAdd64,
    /// <summary>The same of x - y.</summary>
    FloatSub64,
    /// <summary>The same of x * y.</summary>
    FloatMul64,
    /// <summary>The same of x / y.</summary>
    FloatDiv64,
    /// <summary>Not an operation: the immediate belongs to the one before.</summary>
    Data,
}
