namespace Emulator.Core.Execution.FloatingPoint;

/// <summary>The constants that x87 has instructions for, in the order of their opcodes, D9 E8 to D9 EE.</summary>
public enum X87Constant
{
    /// <summary>FLD1: 1.</summary>
    One,

    /// <summary>FLDL2T: log2 10.</summary>
    Log2Of10,

    /// <summary>FLDL2E: log2 e.</summary>
    Log2OfE,

    /// <summary>FLDPI: π.</summary>
    Pi,

    /// <summary>FLDLG2: log10 2.</summary>
    Log10Of2,

    /// <summary>FLDLN2: ln 2.</summary>
    LnOf2,

    /// <summary>FLDZ: 0.</summary>
    Zero,
}
