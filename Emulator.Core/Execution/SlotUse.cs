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
        MicroCode.ExitIndirect => new(true, false, false, false),
        _ => default,
    };

    private static bool IsPairOfSlots(MicroCode code, MicroCode first) => ((code - first) & 1) == 0;
}
