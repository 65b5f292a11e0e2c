namespace Emulator.Arch.Alpha;

/// <summary>One instruction: how it is called, how it is encoded, and what it means.</summary>
public sealed class AlphaInstruction
{
    internal AlphaInstruction(string mnemonic, AlphaFormat format, int opcode, int function, AlphaLowering lower, bool endsBlock = false)
    {
        Mnemonic = mnemonic;
        Format = format;
        Opcode = opcode;
        Function = function;
        Lower = lower;
        EndsBlock = endsBlock;
    }

    /// <summary>The manual's mnemonic with its qualifiers, in lower case.</summary>
    public string Mnemonic { get; }

    /// <summary>Its format.</summary>
    public AlphaFormat Format { get; }

    /// <summary>Bits 31:26.</summary>
    public int Opcode { get; }

    /// <summary>The function, in the format's field; -1 where the opcode is all.</summary>
    public int Function { get; }

    /// <summary>Emits its operations.</summary>
    internal AlphaLowering Lower { get; }

    /// <summary>It always goes elsewhere.</summary>
    internal bool EndsBlock { get; }
}
