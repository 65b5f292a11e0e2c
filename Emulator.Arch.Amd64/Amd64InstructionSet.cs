using System.Collections.Immutable;
using Emulator.Core.Execution;
using Emulator.Core.Memory;
using Iced.Intel;

namespace Emulator.Arch.Amd64;

/// <summary>
/// What programs of one userland may use of a CPU of x86-64-v1 (i386: the same in legacy mode). Iced decodes; a table by mnemonic
/// says what instructions mean.
/// </summary>
/// <remarks>
/// Not modelled: TF (no single steps), alignment checks of operands of ten and sixteen bytes, far transfers, descriptors other than Linux's, debug registers. A jump
/// to an address that is not canonical faults at its target; processors fault at the jump.
/// </remarks>
public sealed class Amd64InstructionSet : InstructionSet
{
    private static readonly Lazy<Amd64InstructionTable> Table = new(() => new Amd64InstructionTable());

    private readonly CodeBytes _bytes = new();
    private readonly Decoder _decoder;
    private readonly Amd64Lowering _lowering;
    private readonly Amd64InstructionTable _table = Table.Value;

    /// <summary>The instruction set of one userland.</summary>
    /// <param name="bits">64 for amd64, 32 for i386.</param>
    public Amd64InstructionSet(int bits)
    {
        if (bits is not (32 or 64))
            throw new ArgumentOutOfRangeException(nameof(bits), $"userlands have 32 or 64 bits, not {bits}");
        Bits = bits;
        _decoder = Decoder.Create(bits, _bytes);
        _lowering = new Amd64Lowering(bits);
    }

    /// <summary>Bits of a pointer.</summary>
    public int Bits { get; }

    /// <inheritdoc/>
    public override string Name => Bits == 64 ? "x86_64" : "i386";

    /// <inheritdoc/>
    public override ImmutableArray<RegisterName> Registers => Amd64Registers.All(Bits);

    /// <inheritdoc/>
    public override int LongestInstruction => 15;

    /// <inheritdoc/>
    public override int InstructionAlignment => 1;

    /// <summary>What is implemented: mnemonics in groups.</summary>
    public static IReadOnlyList<(string Group, Mnemonic Mnemonic)> Implemented => Table.Value.All;

    /// <inheritdoc/>
    public override Cpu CreateCpu(PhysicalMemory memory, int pageShift, IAddressTranslator translator) => Bits == 64
        ? CpuMode.LittleEndian64.CreateCpu(this, memory, pageShift, translator)
        : CpuMode.LittleEndian32.CreateCpu(this, memory, pageShift, translator);

    /// <inheritdoc/>
    // arch/x86: ELF_PLAT_INIT, start_thread, fpu__clear; what FNINIT and a reset of MXCSR leave.
    public override void Reset(Span<ulong> registers)
    {
        registers.Clear();
        Amd64FloatState.Clear(registers);
        registers[Amd64Registers.Cs.Number] = Bits == 64 ? Amd64Registers.Code64Selector : Amd64Registers.Code32Selector;
        registers[Amd64Registers.Ss.Number] = Amd64Registers.DataSelector;
        if (Bits == 32)
            (registers[Amd64Registers.Ds.Number], registers[Amd64Registers.Es.Number]) = (Amd64Registers.DataSelector, Amd64Registers.DataSelector);
    }

    /// <inheritdoc/>
    public override bool ChecksAlignment(ReadOnlySpan<ulong> registers) => (registers[Amd64Registers.OtherFlags.Number] & Amd64Flags.AlignmentCheck) != 0;

    /// <inheritdoc/>
    public override void BeginBlock() => _lowering.BeginBlock();

    /// <inheritdoc/>
    public override Emitted Emit(BlockBuilder builder, ReadOnlySpan<byte> code)
    {
        ArgumentNullException.ThrowIfNull(builder);
        _bytes.Take(code);
        _decoder.IP = builder.Pc;
        _decoder.Decode(out _lowering.Instruction);
        ref Instruction instruction = ref _lowering.Instruction;
        _lowering.BeginInstruction(builder);
        if (instruction.IsInvalid)
        {
            if (_bytes.RanOut && code.Length < LongestInstruction)
                return Emitted.NeedsMore;
            if (_bytes.TookAll)
                Amd64SystemInstructions.Privileged(_lowering);      // longer than fifteen bytes: #GP
            else
                Amd64SystemInstructions.Illegal(_lowering);
            return new Emitted(Math.Max(1, instruction.Length), EndsBlock: true);
        }
        (_table.Find(instruction.Mnemonic) ?? Amd64SystemInstructions.Illegal)(_lowering);
        return new Emitted(instruction.Length, _lowering.Ends);
    }

    /// <summary>
    /// Whether an access outside the canonical addresses by an instruction is #SS (SIGBUS under Linux) and not #GP (SIGSEGV): it went
    /// through the stack segment.
    /// </summary>
    /// <param name="code">The instruction that stopped with a page fault out of reach.</param>
    public bool IsStackAccess(ReadOnlySpan<byte> code)
    {
        _bytes.Take(code);
        _decoder.Decode(out Instruction instruction);
        bool memory = false, stack = false;
        for (int i = 0; i < instruction.OpCount; i++)
            memory |= instruction.GetOpKind(i) == OpKind.Memory;
        if (memory)
            stack = instruction.MemorySegment == Register.SS;
        return memory ? stack : instruction.IsStackInstruction;
    }

    /// <summary>Bytes for the decoder.</summary>
    private sealed class CodeBytes : CodeReader
    {
        private readonly byte[] _bytes = new byte[15];
        private int _count, _next;

        /// <summary>The decoder asked for more than there was.</summary>
        public bool RanOut { get; private set; }

        /// <summary>The decoder took all that there was.</summary>
        public bool TookAll => _next == _bytes.Length;

        public void Take(ReadOnlySpan<byte> code)
        {
            _count = Math.Min(code.Length, _bytes.Length);
            code[.._count].CopyTo(_bytes);
            _next = 0;
            RanOut = false;
        }

        public override int ReadByte()
        {
            if (_next < _count)
                return _bytes[_next++];
            RanOut = true;
            return -1;
        }
    }
}
