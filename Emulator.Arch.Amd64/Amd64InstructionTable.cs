using Iced.Intel;

namespace Emulator.Arch.Amd64;

/// <summary>What instructions mean, by mnemonic: whatever is not here is none of this machine's.</summary>
internal sealed class Amd64InstructionTable
{
    private readonly Action<Amd64Lowering>?[] _lowerings = new Action<Amd64Lowering>?[2048];    // Iced 1.22 knows 1,900 mnemonics
    private readonly List<(string Group, Mnemonic Mnemonic)> _all = [];
    private string _group = "";

    public Amd64InstructionTable()
    {
        Amd64IntegerInstructions.AddTo(this);
        Amd64ShiftInstructions.AddTo(this);
        Amd64BitInstructions.AddTo(this);
        Amd64ControlInstructions.AddTo(this);
        Amd64StringInstructions.AddTo(this);
        Amd64SseInstructions.AddTo(this);
        Amd64MmxInstructions.AddTo(this);
        Amd64X87Instructions.AddTo(this);
        Amd64SystemInstructions.AddTo(this);
    }

    /// <summary>All mnemonics, in groups, in the order in which they were added.</summary>
    public IReadOnlyList<(string Group, Mnemonic Mnemonic)> All => _all;

    /// <summary>The instructions that follow belong together.</summary>
    public void Group(string name) => _group = name;

    /// <summary>Adds what the instructions of a mnemonic mean.</summary>
    public void Add(Mnemonic mnemonic, Action<Amd64Lowering> lower)
    {
        if (_lowerings[(int)mnemonic] is not null)
            throw new InvalidOperationException($"{mnemonic} is there twice");
        _lowerings[(int)mnemonic] = lower;
        _all.Add((_group, mnemonic));
    }

    /// <summary>What the instructions of a mnemonic mean; null for those that are not implemented.</summary>
    public Action<Amd64Lowering>? Find(Mnemonic mnemonic) => _lowerings[(int)mnemonic];
}
