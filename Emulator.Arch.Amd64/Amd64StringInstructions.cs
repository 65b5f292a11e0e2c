using Emulator.Core.Execution;
using Iced.Intel;
using static Emulator.Arch.Amd64.Amd64Registers;
using Label = Emulator.Core.Execution.Label;

namespace Emulator.Arch.Amd64;

/// <summary>
/// Strings. With a repeat prefix the instruction is a loop of operations; registers are set after every element, so that a fault or an
/// interruption leaves it where it can go on.
/// </summary>
internal static class Amd64StringInstructions
{
    public static void AddTo(Amd64InstructionTable table)
    {
        table.Group("Strings");
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Movsb, Mnemonic.Movsw, Mnemonic.Movsq])
            table.Add(mnemonic, Move);
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Stosb, Mnemonic.Stosw, Mnemonic.Stosd, Mnemonic.Stosq])
            table.Add(mnemonic, static l => Repeat(l, source: false, destination: true, compares: false, static (l, s) => l.B.Store(s.To, s.Bytes, Rax)));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Lodsb, Mnemonic.Lodsw, Mnemonic.Lodsd, Mnemonic.Lodsq])
            table.Add(mnemonic, static l => Repeat(l, source: true, destination: false, compares: false, Load));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Scasb, Mnemonic.Scasw, Mnemonic.Scasd, Mnemonic.Scasq])
            table.Add(mnemonic, static l => Repeat(l, source: false, destination: true, compares: true, Scan));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Cmpsb, Mnemonic.Cmpsw, Mnemonic.Cmpsq])
            table.Add(mnemonic, Compare);
        // Names of SSE2, too.
        table.Add(Mnemonic.Movsd, static l => (l.Instruction.Code == Code.Movsd_m32_m32 ? (Action<Amd64Lowering>)Move : Amd64SseInstructions.MoveDouble)(l));
        table.Add(Mnemonic.Cmpsd, static l => (l.Instruction.Code == Code.Cmpsd_m32_m32 ? (Action<Amd64Lowering>)Compare : Amd64SseInstructions.CompareDouble)(l));
        foreach (Mnemonic mnemonic in (ReadOnlySpan<Mnemonic>)[Mnemonic.Insb, Mnemonic.Insw, Mnemonic.Insd, Mnemonic.Outsb, Mnemonic.Outsw, Mnemonic.Outsd])
            table.Add(mnemonic, Amd64SystemInstructions.Privileged);
    }

    public static void Move(Amd64Lowering l) => Repeat(l, source: true, destination: true, compares: false, static (l, s) => l.B.Store(s.To, s.Bytes, l.B.Load(s.From, s.Bytes)));

    public static void Compare(Amd64Lowering l) => Repeat(l, source: true, destination: true, compares: true, static (l, s) =>
        Note(l, s, l.B.Load(s.From, s.Bytes, signed: s.Bytes < 4), l.B.Load(s.To, s.Bytes, signed: s.Bytes < 4)));

    private static void Load(Amd64Lowering l, Element s)
    {
        Operand x = l.B.Load(s.From, s.Bytes);
        l.WriteRegister(s.Bytes switch { 1 => Register.AL, 2 => Register.AX, 4 => Register.EAX, _ => Register.RAX }, x);
    }

    private static void Scan(Amd64Lowering l, Element s)
    {
        Operand y = l.B.Load(s.To, s.Bytes, signed: s.Bytes < 4);
        Note(l, s, s.Bytes < 4 ? l.B.SignExtend(Rax, s.Bytes * 8) : Rax, y);
    }

    /// <summary>Keeps what was compared, until the instruction ends: a fault in its middle shows the condition codes of before.</summary>
    private static void Note(Amd64Lowering l, Element s, Operand x, Operand y)
    {
        l.B.Set(s.X, x);
        l.B.Set(s.Y, y);
    }

    /// <summary>An element of each string.</summary>
    private readonly record struct Element(DataAddress From, DataAddress To, int Bytes, Slot X, Slot Y);

    private static void Repeat(Amd64Lowering l, bool source, bool destination, bool compares, Action<Amd64Lowering, Element> step)
    {
        ref Instruction instruction = ref l.Instruction;
        int sourceOperand = instruction.Op0Kind is >= OpKind.MemorySegSI and <= OpKind.MemorySegRDI ? 0 : 1;
        OpKind kind = instruction.GetOpKind(source ? sourceOperand : instruction.Op0Kind is OpKind.MemoryESDI or OpKind.MemoryESEDI or OpKind.MemoryESRDI ? 0 : 1);
        int width = kind is OpKind.MemorySegSI or OpKind.MemoryESDI ? 16 : kind is OpKind.MemorySegESI or OpKind.MemoryESEDI ? 32 : 64;
        int bytes = instruction.MemorySize.GetSize();
        Operand move = l.B.Subtract(l.B.Xor(Direction, (ulong)bytes), Direction);
        bool repeats = instruction.HasRepPrefix || instruction.HasRepnePrefix;
        Slot x = compares ? l.B.Scratch() : default, y = compares ? l.B.Scratch() : default;
        if (!repeats)
        {
            step(l, ElementOf(l, source, destination, width, bytes, x, y));
            Advance(l, source, destination, width, move);
            if (compares)
                l.SetFlags(Amd64Flags.Subtract, bytes * 8, x, y);
            return;
        }
        Label again = l.B.NewLabel(), done = l.B.NewLabel(), none = l.B.NewLabel();
        l.B.Branch(Condition.Equal, Left(l, width), 0, none);
        l.B.Bind(again);
        step(l, ElementOf(l, source, destination, width, bytes, x, y));
        Advance(l, source, destination, width, move);
        Add(l, Register.RCX, width, ulong.MaxValue);
        if (compares)
            l.B.Branch(instruction.HasRepnePrefix ? Condition.Equal : Condition.NotEqual, x, y, done, bytes == 4 ? 32 : 64);
        l.B.Branch(Condition.Equal, Left(l, width), 0, done);
        l.B.Poll();
        l.B.Goto(again);
        l.B.Bind(done);
        if (compares)
            l.SetFlags(Amd64Flags.Subtract, bytes * 8, x, y);
        l.B.Bind(none);
        if (compares)
            l.ForgetFlags();
    }

    private static Operand Left(Amd64Lowering l, int width) => width == l.Bits ? Rcx : l.B.ZeroExtend(Rcx, width);

    private static Element ElementOf(Amd64Lowering l, bool source, bool destination, int width, int bytes, Slot x, Slot y) => new(
        source ? At(l, Rsi, width, Amd64Lowering.SegmentBase(l.Instruction.MemorySegment)) : default,
        destination ? At(l, Rdi, width, null) : default,
        bytes, x, y);

    private static DataAddress At(Amd64Lowering l, Slot pointer, int width, Operand? segment)
    {
        Operand at = width == l.Bits ? pointer : l.B.ZeroExtend(pointer, width);
        return segment is { } there ? new DataAddress(l.B.Add(at, there), 0) : new DataAddress(at, 0);
    }

    private static void Advance(Amd64Lowering l, bool source, bool destination, int width, Operand by)
    {
        if (source)
            Add(l, Register.RSI, width, by);
        if (destination)
            Add(l, Register.RDI, width, by);
    }

    private static void Add(Amd64Lowering l, Register register, int width, Operand by)
    {
        Slot slot = Amd64Lowering.SlotOf(register, out _);
        Operand sum = l.B.Binary(width == 32 ? MicroCode.Add32 : MicroCode.Add, slot, by);
        if (width == 16)
            l.B.Deposit(slot, sum, 0, 0xffff);
        else
            l.B.Set(slot, sum);
    }
}
