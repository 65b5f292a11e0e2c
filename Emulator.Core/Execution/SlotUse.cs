namespace Emulator.Core.Execution;

/// <summary>Which of the three numbers of an operation name slots, and what happens to them.</summary>
internal readonly record struct SlotUse(bool A, bool B, bool ReadsD, bool WritesD)
{
    /// <summary>Of a code; blocks of slots that some codes use besides (128 bits, condition codes) are not told here.</summary>
    public static SlotUse Of(MicroCode code) => code switch
    {
        MicroCode.Constant => new(false, false, false, true),
        >= MicroCode.Move and <= MicroCode.PopulationCount => new(true, false, false, true),
        >= MicroCode.Add and <= MicroCode.Mul32SI => new(true, IsPairOfSlots(code, MicroCode.Add), false, true),
        MicroCode.SubtractFromI or MicroCode.SubtractFrom32I or MicroCode.ExtractI => new(true, false, false, true),
        MicroCode.DepositI => new(true, false, true, true),
        MicroCode.AddScaled => new(true, true, false, true),
        >= MicroCode.SetEq and <= MicroCode.SetGeU32I => new(true, IsPairOfSlots(code, MicroCode.SetEq), false, true),
        MicroCode.MoveIf or MicroCode.MoveUnless => new(true, true, true, true),
        MicroCode.MoveIfI or MicroCode.MoveUnlessI => new(true, false, true, true),
        >= MicroCode.BranchEq and <= MicroCode.BranchGeU32I => new(true, IsPairOfSlots(code, MicroCode.BranchEq), false, false),
        MicroCode.BranchAnyI or MicroCode.BranchNoneI => new(true, false, false, false),
        >= MicroCode.Load8U and <= MicroCode.Load64Scaled => new(true, !IsPairOfSlots(code, MicroCode.Load8U), false, true),
        >= MicroCode.Store8 and <= MicroCode.Store64Scaled => new(true, !IsPairOfSlots(code, MicroCode.Store8), true, false),
        MicroCode.Load128 => new(true, false, false, true),
        MicroCode.Store128 => new(true, false, true, false),
        MicroCode.ProbeWrite or MicroCode.Observe => new(true, false, false, false),
        MicroCode.SetFlags => new(true, true, false, true),
        MicroCode.Call or MicroCode.CallChecked or MicroCode.CallVector => new(true, true, false, true),
        >= MicroCode.AddFlags and <= MicroCode.XorFlags32I => new(true, IsPairOfSlots(code, MicroCode.AddFlags), false, true),
        >= MicroCode.ShlFlagsI and <= MicroCode.SarFlags32I => new(true, false, false, true),
        MicroCode.SetFlagsI => new(true, false, false, true),
        MicroCode.SetFlagsIf => new(true, true, true, true),
        MicroCode.SetFlagsPlus => new(true, true, true, false),
        MicroCode.CallFlags => new(true, true, false, false),
        MicroCode.AmendFlags => new(true, true, true, true),
        >= MicroCode.FlagsBranchEq and <= MicroCode.FlagsBranchGeU32I => new(true, IsPairOfSlots(code, MicroCode.FlagsBranchEq), false, false),
        MicroCode.AddScaled32 => new(true, true, false, true),
        >= MicroCode.LoadForWrite8 and <= MicroCode.LoadForWrite64 => new(true, false, false, true),
        MicroCode.StoreUpdate32 or MicroCode.StoreUpdate64 => new(true, false, true, false),
        MicroCode.LoadUpdate32 or MicroCode.LoadUpdate64 => new(true, false, false, true),
        MicroCode.DivideU or MicroCode.DivideS => new(true, true, false, true),
        >= MicroCode.FloatAdd64 and <= MicroCode.FloatDiv64 => new(true, true, true, true),
        MicroCode.ExitIndirect => new(true, false, false, false),
        _ => default,
    };

    /// <summary>The first of the three slots that an operation notes condition codes in; -1 when it does not.</summary>
    public static int FlagsOf(in MicroOp op) => op.Code switch
    {
        MicroCode.SetFlags or MicroCode.SetFlagsI or MicroCode.SetFlagsIf => op.D,
        (>= MicroCode.AddFlags and <= MicroCode.SarFlags32I) or MicroCode.SetFlagsPlus or (>= MicroCode.FlagsBranchEq and <= MicroCode.FlagsBranchGeU32I) => op.Flags,
        _ => -1,
    };

    /// <summary>An operation without what it notes of condition codes.</summary>
    public static MicroOp WithoutFlags(in MicroOp op)
    {
        MicroOp plain = op;
        plain.Immediate = op.Displacement;
        plain.Code = op.Code switch
        {
            MicroCode.ShlFlagsI => MicroCode.ShlI,
            MicroCode.ShrFlagsI => MicroCode.ShrI,
            MicroCode.SarFlagsI => MicroCode.SarI,
            MicroCode.ShlFlags32I => MicroCode.Shl32I,
            MicroCode.ShrFlags32I => MicroCode.Shr32I,
            MicroCode.SarFlags32I => MicroCode.Sar32I,
            // Families in the same order: add, subtract, multiply, and, or, exclusive-or; comparisons.
            >= MicroCode.AddFlags and < MicroCode.AddFlags32 => MicroCode.Add + (ushort)(op.Code - MicroCode.AddFlags),
            >= MicroCode.AddFlags32 and <= MicroCode.XorFlags32I => MicroCode.Add32 + (ushort)(op.Code - MicroCode.AddFlags32),
            >= MicroCode.FlagsBranchEq and <= MicroCode.FlagsBranchGeU32I => MicroCode.BranchEq + (ushort)(op.Code - MicroCode.FlagsBranchEq),
            _ => throw new ArgumentException($"{op.Code} notes nothing besides", nameof(op)),
        };
        return plain;
    }

    private static bool IsPairOfSlots(MicroCode code, MicroCode first) => ((code - first) & 1) == 0;
}
