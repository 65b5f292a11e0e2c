using System.Numerics;
using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>
/// Takes down what instructions mean: values are computed from slots and numbers into scratch, and set into registers. Numbers are
/// folded, a value goes straight into the register it is set into, and a comparison into the branch that asks for it.
/// </summary>
/// <remarks>One instruction after the other; scratch and labels belong to one instruction. Not for two threads.</remarks>
public sealed class BlockBuilder
{
    private const int Unbound = -1;

    private readonly StateFunctions _functions;
    private readonly List<MicroOp> _ops = [];
    private readonly List<InstructionMark> _marks = [];
    private readonly List<int> _labels = [];
    private readonly List<(int Op, int Label)> _branches = [];
    private readonly List<int> _unread = [];    // operations that noted condition codes which nothing has looked at yet
    private int _unreadFlags;       // the slots they noted them in
    private int _amended = int.MaxValue, _amendedLast = -1;     // lowest and highest slot that amendments went to
    private int _scratch;
    private ulong _gone;            // scratch whose value went straight into a register
    private int _barrier;           // operations before this one stay as they are: something may branch to here
    private ulong _pageMask, _lastWhole;        // the latter: where in a page the last instruction may begin that surely ends there

    internal BlockBuilder(StateFunctions functions) => _functions = functions;

    /// <summary>Address of the present instruction.</summary>
    public ulong Pc { get; private set; }

    /// <summary>Address of the block's first instruction.</summary>
    public ulong BlockPc { get; private set; }

    /// <summary>Instructions of the block, the present one included.</summary>
    public int Instructions => _marks.Count;

    /// <summary>Accesses are told to an observer.</summary>
    public bool IsObserved { get; internal set; }

    /// <summary>Accesses to addresses that are not multiples of their size stop the CPU: where a machine can be asked for that.</summary>
    public bool ChecksAlignment { get; internal set; }

    internal IReadOnlyList<MicroOp> Ops => _ops;

    internal IReadOnlyList<InstructionMark> Marks => _marks;

    /// <param name="pc">Address of the first instruction.</param>
    /// <param name="pageMask">Ones for the bits that number pages.</param>
    /// <param name="longest">Bytes of the longest instruction: one that begins so near the end of a page may end on the next.</param>
    internal void BeginBlock(ulong pc, ulong pageMask, int longest)
    {
        _ops.Clear();
        _marks.Clear();
        _unread.Clear();
        BlockPc = pc;
        _pageMask = pageMask;
        _lastWhole = ~pageMask + 1 - (ulong)longest;
    }

    internal void BeginInstruction(ulong pc)
    {
        Pc = pc;
        _marks.Add(new InstructionMark(pc, _ops.Count));
        _labels.Clear();
        _branches.Clear();
        _scratch = EngineState.FirstScratch;
        _gone = 0;
        _barrier = _ops.Count;
        if (IsObserved)
            Add(MicroCode.Observe, (int)AccessKind.Fetch, Put(pc).Number, 1, 0);
    }

    /// <param name="bytes">Its length.</param>
    internal void EndInstruction(int bytes)
    {
        if (IsObserved)
        {
            int fetch = _marks[^1].FirstOp + 1;     // behind its address
            MicroOp told = _ops[fetch];
            told.B = (ushort)bytes;
            _ops[fetch] = told;
        }
        foreach ((int op, int label) in _branches)
        {
            int target = _labels[label];
            if (target == Unbound)
                throw new InvalidOperationException($"the instruction at 0x{Pc:x} branches to a label that is nowhere");
            MicroOp branch = _ops[op];
            branch.D = (ushort)checked((short)(target - op));
            _ops[op] = branch;
        }
    }

    /// <summary>Takes the present instruction back: it could not be read to its end.</summary>
    internal void DropInstruction()
    {
        _ops.RemoveRange(_marks[^1].FirstOp, _ops.Count - _marks[^1].FirstOp);
        _marks.RemoveAt(_marks.Count - 1);
        _unread.Clear();
    }

    // ---- values ---------------------------------------------------------------------------------------------------------

    /// <summary>New scratch; of 128 bits, two slots, when <paramref name="slots"/> is 2.</summary>
    public Slot Scratch(int slots = 1)
    {
        if (_scratch + slots > EngineState.SlotCount)
            throw new InvalidOperationException($"the instruction at 0x{Pc:x} needs more than {EngineState.SlotCount - EngineState.FirstScratch} slots of scratch");
        Slot slot = new((ushort)_scratch);
        _scratch += slots;
        return slot;
    }

    /// <summary>Sets a register or scratch.</summary>
    /// <remarks>Scratch that the operation before has computed is not valid afterwards: it was computed into the register.</remarks>
    public void Set(Slot d, Operand x)
    {
        if (x.IsConstant)
        {
            Add(MicroCode.Constant, d.Number, 0, 0, x.Constant);
            return;
        }
        if (x.Slot == d)
            return;
        if (x.Slot.IsScratch && _ops.Count > _barrier && WritesOneSlot(_ops[^1].Code) && _ops[^1].D == x.Slot.Number)
        {
            MicroOp last = _ops[^1];
            last.D = d.Number;
            _ops[^1] = last;
            if (_ops.Count - 1 > _barrier && _ops[^2] is { Code: >= MicroCode.FloatAdd64 and <= MicroCode.FloatDiv64 } host)
            {
                host.D = d.Number;
                _ops[^2] = host;
            }
            _gone |= 1UL << (x.Slot.Number - EngineState.FirstScratch);
            return;
        }
        Add(MicroCode.Move, d.Number, x.Slot.Number, 0, 0);
    }

    /// <summary>A copy of a value that stays as it is when registers are set afterwards.</summary>
    public Operand Copy(Operand x)
    {
        if (x.IsConstant)
            return x;
        Slot d = Scratch();
        Add(MicroCode.Move, d.Number, x.Slot.Number, 0, 0);
        return d;
    }

    /// <summary>The slot that holds a value; a number is put into scratch.</summary>
    public Slot Put(Operand x)
    {
        if (!x.IsConstant)
            return x.Slot;
        Slot d = Scratch();
        Add(MicroCode.Constant, d.Number, 0, 0, x.Constant);
        return d;
    }

    /// <summary>x + y.</summary>
    public Operand Add(Operand x, Operand y) => Commutative(MicroCode.Add, x, y);

    /// <summary>x - y.</summary>
    public Operand Subtract(Operand x, Operand y) =>
        y.IsConstant ? Binary(MicroCode.Add, x, 0 - y.Constant) : x.IsConstant ? Immediate(MicroCode.SubtractFromI, y.Slot, x.Constant) : Binary(MicroCode.Sub, x, y);

    /// <summary>The lower half of x * y.</summary>
    public Operand Multiply(Operand x, Operand y) => Commutative(MicroCode.Mul, x, y);

    /// <summary>x and y.</summary>
    public Operand And(Operand x, Operand y) => Commutative(MicroCode.And, x, y);

    /// <summary>x or y.</summary>
    public Operand Or(Operand x, Operand y) => Commutative(MicroCode.Or, x, y);

    /// <summary>x exclusive-or y.</summary>
    public Operand Xor(Operand x, Operand y) => Commutative(MicroCode.Xor, x, y);

    /// <summary>All bits of x turned over.</summary>
    public Operand Not(Operand x) => Xor(x, ulong.MaxValue);

    /// <summary>Two operands by an operation of the pairs that begin with <see cref="MicroCode.Add"/>: any of them, also those without a method here.</summary>
    public Operand Binary(MicroCode code, Operand x, Operand y)
    {
        if (x.IsConstant && y.IsConstant && MicroArithmetic.TryCompute(code, x.Constant, y.Constant, out ulong folded))
            return folded;
        if (y.IsConstant && !x.IsConstant && MicroArithmetic.IsIdentity(code, y.Constant))
            return x;
        Slot a = Put(x);
        if (y.IsConstant)
            return Immediate(code + 1, a, y.Constant);
        Slot d = Scratch();
        Add(code, d.Number, a.Number, y.Slot.Number, 0);
        return d;
    }

    /// <summary>x / y. Where there is no quotient it is a number that nothing but the whole range gives: all ones unsigned, the lowest number signed.</summary>
    public Operand Divide(Operand x, Operand y, bool signed)
    {
        Slot a = Put(x), b = Put(y), d = Scratch();
        Add(signed ? MicroCode.DivideS : MicroCode.DivideU, d.Number, a.Number, b.Number, 0);
        return d;
    }

    /// <summary>One operand by an operation from <see cref="MicroCode.SignExtend8"/> to <see cref="MicroCode.PopulationCount"/>.</summary>
    public Operand Unary(MicroCode code, Operand x)
    {
        if (x.IsConstant && MicroArithmetic.TryCompute(code, x.Constant, out ulong folded))
            return folded;
        Slot d = Scratch();
        Add(code, d.Number, Put(x).Number, 0, 0);
        return d;
    }

    /// <summary>The lower <paramref name="bits"/> bits of x, sign-extended.</summary>
    /// <param name="x">The value.</param>
    /// <param name="bits">8, 16, 32, or 64 for x itself.</param>
    public Operand SignExtend(Operand x, int bits) => bits == 64 ? x : Unary(bits switch
    {
        8 => MicroCode.SignExtend8,
        16 => MicroCode.SignExtend16,
        32 => MicroCode.SignExtend32,
        _ => throw new ArgumentOutOfRangeException(nameof(bits), $"numbers are 8, 16, 32 or 64 bits wide, not {bits}"),
    }, x);

    /// <summary>The lower <paramref name="bits"/> bits of x, zero-extended.</summary>
    /// <inheritdoc cref="SignExtend"/>
    public Operand ZeroExtend(Operand x, int bits) => bits == 64 ? x : Unary(bits switch
    {
        8 => MicroCode.ZeroExtend8,
        16 => MicroCode.ZeroExtend16,
        32 => MicroCode.ZeroExtend32,
        _ => throw new ArgumentOutOfRangeException(nameof(bits), $"numbers are 8, 16, 32 or 64 bits wide, not {bits}"),
    }, x);

    /// <summary>Bits of x: shifted right by <paramref name="shift"/>, and <paramref name="mask"/>.</summary>
    public Operand Extract(Operand x, int shift, ulong mask)
    {
        if (x.IsConstant)
            return x.Constant >> shift & mask;
        Slot d = Scratch();
        Add(MicroCode.ExtractI, d.Number, x.Slot.Number, shift, mask);
        return d;
    }

    /// <summary>Puts bits into a register: x shifted left by <paramref name="shift"/>, where <paramref name="mask"/> has ones.</summary>
    public void Deposit(Slot d, Operand x, int shift, ulong mask) => Add(MicroCode.DepositI, d.Number, Put(x).Number, shift, mask);

    /// <summary>1 when the comparison holds, else 0.</summary>
    /// <param name="condition">The comparison.</param>
    /// <param name="x">The first operand.</param>
    /// <param name="y">The second operand.</param>
    /// <param name="bits">Bits that are compared: 32 or 64.</param>
    public Operand Compare(Condition condition, Operand x, Operand y, int bits = 64) =>
        Binary((bits == 32 ? MicroCode.SetEq32 : MicroCode.SetEq) + (ushort)(2 * (int)condition), x, y);

    /// <summary>Sets a register when <paramref name="test"/> is not 0.</summary>
    public void SetIf(Operand test, Slot d, Operand x) => Move(MicroCode.MoveIf, test, d, x);

    /// <summary>Sets a register when <paramref name="test"/> is 0.</summary>
    public void SetUnless(Operand test, Slot d, Operand x) => Move(MicroCode.MoveUnless, test, d, x);

    /// <summary>The number that an address names, modulo 2^64.</summary>
    public Operand AddressOf(in DataAddress address)
    {
        if (address.Index is not { } index)
            return Add(address.Base, address.Displacement);
        Slot d = Scratch();
        Slot from = Put(address.Base);
        if ((ulong)(int)address.Displacement == address.Displacement)
        {
            Add(MicroCode.AddScaled, d.Number, from.Number, index.Number, MicroOp.Scaled(address.Scale, (int)address.Displacement));
            return d;
        }
        Add(MicroCode.AddScaled, d.Number, from.Number, index.Number, MicroOp.Scaled(address.Scale, 0));
        return Add(d, address.Displacement);
    }

    // ---- memory ---------------------------------------------------------------------------------------------------------

    /// <summary>Loads a number in the guest's byte order.</summary>
    /// <param name="address">Where.</param>
    /// <param name="bytes">1, 2, 4 or 8.</param>
    /// <param name="signed">Sign-extend it.</param>
    public Operand Load(in DataAddress address, int bytes, bool signed = false)
    {
        MicroCode code = (bytes, signed) switch
        {
            (1, false) => MicroCode.Load8U,
            (1, true) => MicroCode.Load8S,
            (2, false) => MicroCode.Load16U,
            (2, true) => MicroCode.Load16S,
            (4, false) => MicroCode.Load32U,
            (4, true) => MicroCode.Load32S,
            (8, _) => MicroCode.Load64,
            _ => throw new ArgumentOutOfRangeException(nameof(bytes), $"loads are of 1, 2, 4 or 8 bytes, not {bytes}"),
        };
        Slot d = Scratch();
        Access(code, d, address, AccessKind.Read, bytes);
        return d;
    }

    /// <summary>Stores the lower bytes of a value in the guest's byte order.</summary>
    public void Store(in DataAddress address, int bytes, Operand x)
    {
        MicroCode code = bytes switch
        {
            1 => MicroCode.Store8,
            2 => MicroCode.Store16,
            4 => MicroCode.Store32,
            8 => MicroCode.Store64,
            _ => throw new ArgumentOutOfRangeException(nameof(bytes), $"stores are of 1, 2, 4 or 8 bytes, not {bytes}"),
        };
        Access(code, Put(x), address, AccessKind.Write, bytes);
    }

    /// <summary>Loads 16 bytes into two slots, the eight bytes at the lower address into the first.</summary>
    public Slot Load128(in DataAddress address)
    {
        Slot d = Scratch(2);
        Load128(d, address);
        return d;
    }

    /// <inheritdoc cref="Load128(in DataAddress)"/>
    public void Load128(Slot d, in DataAddress address) => Access128(MicroCode.Load128, d, address, AccessKind.Read);

    /// <summary>Stores two slots.</summary>
    public void Store128(in DataAddress address, Slot x) => Access128(MicroCode.Store128, x, address, AccessKind.Write);

    /// <summary>Loads a number that is going to be written back: faults as a store would, and an observer is told of one.</summary>
    /// <param name="address">Where, without an index: the store goes there, too, and sums are made once.</param>
    /// <param name="bytes">1, 2, 4 or 8.</param>
    public Operand LoadForWrite(in DataAddress address, int bytes)
    {
        if (address.Index is not null)
            throw new ArgumentException("the address has an index; take what AddressOf makes of it", nameof(address));
        MicroCode code = bytes switch
        {
            1 => MicroCode.LoadForWrite8,
            2 => MicroCode.LoadForWrite16,
            4 => MicroCode.LoadForWrite32,
            8 => MicroCode.LoadForWrite64,
            _ => throw new ArgumentOutOfRangeException(nameof(bytes), $"loads are of 1, 2, 4 or 8 bytes, not {bytes}"),
        };
        Slot d = Scratch();
        Access(code, d, address, AccessKind.Write, bytes);
        return d;
    }

    /// <summary>Stores at a register and a displacement, and sets the register to that address.</summary>
    /// <param name="pointer">The register.</param>
    /// <param name="displacement">Bytes, sign-extended.</param>
    /// <param name="bytes">4 or 8.</param>
    /// <param name="x">What is stored; the register as it was before, when it is that.</param>
    public void StoreUpdate(Slot pointer, ulong displacement, int bytes, Operand x)
    {
        Slot value = Put(x);
        Tell(pointer, displacement, AccessKind.Write, bytes);
        Add(bytes == 4 ? MicroCode.StoreUpdate32 : MicroCode.StoreUpdate64, value.Number, pointer.Number, 0, displacement);
    }

    /// <summary>Loads from where a register points, after which it points <paramref name="step"/> bytes farther.</summary>
    /// <param name="d">Where the number goes; the register itself, too.</param>
    /// <param name="pointer">The register.</param>
    /// <param name="step">Bytes, sign-extended.</param>
    /// <param name="bytes">4 or 8.</param>
    public void LoadUpdate(Slot d, Slot pointer, ulong step, int bytes)
    {
        Tell(pointer, 0, AccessKind.Read, bytes);
        Add(bytes == 4 ? MicroCode.LoadUpdate32 : MicroCode.LoadUpdate64, d.Number, pointer.Number, 0, step);
    }

    /// <summary>Faults as a store would, and stores nothing: before a read that is going to be written back.</summary>
    public void ProbeWrite(in DataAddress address, int bytes) => Add(MicroCode.ProbeWrite, 0, Put(AddressOf(address)).Number, bytes, 0);

    // ---- what operations cannot say -------------------------------------------------------------------------------------

    /// <summary>
    /// Notes what condition codes are to be computed from: three slots from <paramref name="flags"/> on. What the same slots were set to
    /// before goes away when nothing can have looked at it.
    /// </summary>
    public void SetFlags(Slot flags, ulong how, Operand x, Operand y)
    {
        int a = Put(x).Number;
        if (y.IsConstant && how <= ushort.MaxValue)
            Add(MicroCode.SetFlagsI, flags.Number, a, (int)how, y.Constant);
        else
            Add(MicroCode.SetFlags, flags.Number, a, Put(y).Number, how);
        Note(flags, all: true);
    }

    /// <summary>The same when y is not 0; otherwise the condition codes stay as they are.</summary>
    public void SetFlagsIf(Slot flags, ulong how, Operand x, Operand y)
    {
        int a = Put(x).Number, b = Put(y).Number;
        Add(MicroCode.SetFlagsIf, flags.Number, a, b, how);
        Note(flags, all: false);
    }

    /// <summary>As <see cref="SetFlags"/>, by <paramref name="how"/> + <paramref name="more"/>.</summary>
    public void SetFlagsPlus(Slot flags, int how, Operand more, Operand x, Operand y)
    {
        int plus = Put(more).Number, a = Put(x).Number, b = Put(y).Number;
        Add(MicroCode.SetFlagsPlus, plus, a, b, MicroOp.Noting(flags, how, 0));
        Note(flags, all: true);
    }

    /// <summary>Sets a register by an operation that notes condition codes besides.</summary>
    /// <param name="code">From <see cref="MicroCode.AddFlags"/> to <see cref="MicroCode.SarFlags32I"/>; of a pair, the one without the immediate.</param>
    /// <param name="d">The register.</param>
    /// <param name="x">The first operand.</param>
    /// <param name="y">The second operand; a number for shifts.</param>
    /// <param name="flags">The slots for what condition codes are computed from.</param>
    /// <param name="how">What x and y, or the result, are.</param>
    public void SetWithFlags(MicroCode code, Slot d, Operand x, Operand y, Slot flags, int how)
    {
        int a = Put(x).Number;
        bool shift = code >= MicroCode.ShlFlagsI;
        if (y.IsConstant && (shift || (ulong)(int)y.Constant == y.Constant))
            Add(shift ? code : code + 1, d.Number, a, 0, MicroOp.Noting(flags, how, (int)y.Constant));
        else
            Add(code, d.Number, a, Put(y).Number, MicroOp.Noting(flags, how, 0));
        Note(flags, all: true);
    }

    /// <summary>A function that sets condition codes by the state and two values, and does nothing else.</summary>
    public void UpdateFlags(Slot flags, StateFunction function, Operand x, Operand y, int number = 0)
    {
        int a = Put(x).Number, b = Put(y).Number;
        Add(MicroCode.CallFlags, flags.Number, a, b, Named(_functions.IndexOf(function), number));
        Note(flags, all: false);
    }

    /// <summary>Some condition codes come from a value of their own; what the others are computed from stays as it is.</summary>
    /// <param name="flags">The slots that condition codes are computed from; the first says how.</param>
    /// <param name="keep">Bits of the first slot that stay.</param>
    /// <param name="how">Bits that are set in it.</param>
    /// <param name="slot">Where the value goes.</param>
    /// <param name="x">The value.</param>
    public void AmendFlags(Slot flags, uint keep, uint how, Slot slot, Operand x)
    {
        Add(MicroCode.AmendFlags, flags.Number, Put(x).Number, slot.Number, (ulong)keep << 32 | how);
        Note(flags, all: false);
        (_amended, _amendedLast) = (Math.Min(_amended, slot.Number), Math.Max(_amendedLast, slot.Number));
    }

    /// <summary>A function of the state and two values.</summary>
    /// <param name="function">A static method. It may read and write registers.</param>
    /// <param name="x">The first value.</param>
    /// <param name="y">The second value.</param>
    /// <param name="number">A number for it.</param>
    public Operand Call(StateFunction function, Operand x, Operand y, int number = 0) => Call(MicroCode.Call, function, x, y, number);

    /// <summary>A function that may ask for a stop (<see cref="EngineState.Raised"/>): then it must have changed nothing.</summary>
    /// <inheritdoc cref="Call(StateFunction, Operand, Operand, int)"/>
    public Operand CallChecked(StateFunction function, Operand x, Operand y, int number = 0) => Call(MicroCode.CallChecked, function, x, y, number);

    /// <summary>A floating-point operation that the host does when it may, and a function, called checked, otherwise.</summary>
    /// <param name="code">From <see cref="MicroCode.FloatAdd64"/> to <see cref="MicroCode.FloatDiv64"/>.</param>
    /// <param name="rule">When the host may.</param>
    /// <param name="function">A static method that does the same in all cases.</param>
    /// <param name="x">The first value.</param>
    /// <param name="y">The second value.</param>
    /// <param name="number">A number for the function.</param>
    public Operand CallFloat(MicroCode code, HostFloatRule rule, StateFunction function, Operand x, Operand y, int number = 0)
    {
        int a = Put(x).Number, b = Put(y).Number;
        Slot d = Scratch();
        Add(code, d.Number, a, b, rule.Bits);
        Add(MicroCode.CallChecked, d.Number, a, b, Named(_functions.IndexOf(function), number));
        return d;
    }

    /// <summary>Instructions done before this one, since the CPU was made.</summary>
    public Operand InstructionCount() => Call(CountInstructions, 0, 0, Instructions - 1);

    /// <summary>A function of vectors, into two slots from <paramref name="d"/> on.</summary>
    public void CallVector(VectorFunction function, Slot d, Slot x, Slot y, int number = 0) =>
        Add(MicroCode.CallVector, d.Number, x.Number, y.Number, Named(_functions.IndexOf(function), number));

    /// <summary>Emits an operation as it is: for those that have no method here.</summary>
    public void Emit(MicroCode code, Slot d, Slot a, Slot b, ulong immediate = 0) => Add(code, d.Number, a.Number, b.Number, immediate);

    // ---- ways -----------------------------------------------------------------------------------------------------------

    /// <summary>A place inside this instruction, to be bound once.</summary>
    public Label NewLabel()
    {
        _labels.Add(Unbound);
        return new Label(_labels.Count - 1);
    }

    /// <summary>The label is here.</summary>
    public void Bind(Label label)
    {
        _labels[label.Number] = _ops.Count;
        _barrier = _ops.Count;
        _unread.Clear();
    }

    /// <summary>Goes to a label.</summary>
    public void Goto(Label label) => Branch(MicroCode.Goto, 0, 0, 0, label);

    /// <summary>Goes to a label when the comparison holds.</summary>
    /// <inheritdoc cref="Compare"/>
    public void Branch(Condition condition, Operand x, Operand y, Label label, int bits = 64)
    {
        MicroCode code = (bits == 32 ? MicroCode.BranchEq32 : MicroCode.BranchEq) + (ushort)(2 * (int)condition);
        if (!x.IsConstant && TryJoin(code, x.Slot, y, label))
            return;
        Slot a = Put(x);
        if (y.IsConstant)
            Branch(code + 1, a.Number, 0, y.Constant, label);
        else
            Branch(code, a.Number, y.Slot.Number, 0, label);
    }

    /// <summary>Goes to a label when a value is not 0; a comparison that was the last operation becomes part of the branch.</summary>
    public void BranchIf(Operand test, Label label)
    {
        if (!test.IsConstant && test.Slot.IsScratch && _ops.Count > _barrier && _ops[^1] is { Code: >= MicroCode.SetEq and < MicroCode.MoveIf } last && last.D == test.Slot.Number)
        {
            _ops.RemoveAt(_ops.Count - 1);
            Branch(MicroCode.BranchEq + (ushort)(last.Code - MicroCode.SetEq), last.A, last.B, last.Immediate, label);
            return;
        }
        Branch(Condition.NotEqual, test, 0, label);
    }

    /// <summary>Goes to a label when the value has a one among the bits of <paramref name="mask"/>.</summary>
    public void BranchIfAny(Operand x, ulong mask, Label label) => Branch(MicroCode.BranchAnyI, Put(x).Number, 0, mask, label);

    /// <summary>Goes to a label when the value has no one among the bits of <paramref name="mask"/>.</summary>
    public void BranchIfNone(Operand x, ulong mask, Label label) => Branch(MicroCode.BranchNoneI, Put(x).Number, 0, mask, label);

    /// <summary>What follows of this instruction is rare: it does not deserve translation. The instruction has changed nothing so far.</summary>
    public void Rare() => Add(MicroCode.Rare, 0, 0, 0, 0);

    /// <summary>In a loop inside an instruction: a chance to stop before what is left of it.</summary>
    public void Poll() => Add(MicroCode.Poll, 0, 0, 0, 0);

    /// <summary>The instruction is done; the program goes on at a number.</summary>
    public void Exit(ulong target)
    {
        bool far = ((target ^ BlockPc) & _pageMask) != 0 || (target & ~_pageMask) > _lastWhole;
        Add(far ? MicroCode.ExitFar : target <= BlockPc ? MicroCode.ExitBack : MicroCode.Exit, Instructions, 0, 0, 0);
        Add(MicroCode.Data, 0, 0, 0, target);
        Add(MicroCode.Data, 0, 0, 0, 0);
        if (far)
            Add(MicroCode.Data, 0, 0, 0, 0);
    }

    /// <summary>The instruction is done; the program goes on at a value.</summary>
    public void Exit(Operand target)
    {
        if (target.IsConstant)
        {
            Exit(target.Constant);
        }
        else
        {
            Add(MicroCode.ExitIndirect, Instructions, target.Slot.Number, 0, 0);
            for (int i = 0; i < RegionPlan.MostTargets; i++)
                Add(MicroCode.Data, 0, 0, 0, 0);
        }
    }

    /// <summary>The instruction is done and stops the CPU: a system call.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="code">What the plugin wants to know of it.</param>
    /// <param name="next">The instruction to go on at.</param>
    public void StopAfter(CpuStopKind kind, int code, ulong next) => Add(MicroCode.Raise, Instructions, (int)kind, code, next);

    /// <summary>The instruction cannot be done: it has changed nothing, and the program counter stays at it.</summary>
    public void StopAt(CpuStopKind kind, int code) => Add(MicroCode.Raise, Instructions - 1, (int)kind, code, Pc);

    // ---- operations -----------------------------------------------------------------------------------------------------

    private static ulong Named(int function, int number) => MicroOp.Scaled(number, function);

    private static ulong CountInstructions(ref EngineState state, ulong x, ulong y, int number) => state.InstructionsBeforeBlock + (ulong)number;

    private static bool WritesOneSlot(MicroCode code) =>
        code is (>= MicroCode.Constant and < MicroCode.DepositI) or MicroCode.AddScaled or (>= MicroCode.SetEq and < MicroCode.MoveIf)
            or (>= MicroCode.Load8U and <= MicroCode.Load64Scaled) or MicroCode.Call or MicroCode.CallChecked or MicroCode.AddScaled32 or MicroCode.DivideU or MicroCode.DivideS
            or (>= MicroCode.LoadForWrite8 and <= MicroCode.LoadForWrite64);

    /// <summary>Operations that neither fault nor leave the block nor look at slots other than A and B.</summary>
    private static bool IsPlain(MicroCode code) =>
        code is (>= MicroCode.Constant and <= MicroCode.MoveUnlessI) or MicroCode.SetFlags or (>= MicroCode.AddFlags and <= MicroCode.AmendFlags) or MicroCode.AddScaled32 or MicroCode.DivideU or MicroCode.DivideS;

    private Operand Commutative(MicroCode code, Operand x, Operand y) => x.IsConstant && !y.IsConstant ? Binary(code, y, x) : Binary(code, x, y);

    private Operand Immediate(MicroCode code, Slot a, ulong immediate)
    {
        Slot d = Scratch();
        Add(code, d.Number, a.Number, 0, immediate);
        return d;
    }

    private void Move(MicroCode code, Operand test, Slot d, Operand x)
    {
        int a = Put(test).Number;
        if (x.IsConstant)
            Add(code + 1, d.Number, a, 0, x.Constant);
        else
            Add(code, d.Number, a, x.Slot.Number, 0);
    }

    private Operand Call(MicroCode code, StateFunction function, Operand x, Operand y, int number)
    {
        int a = Put(x).Number, b = Put(y).Number;
        Slot d = Scratch();
        Add(code, d.Number, a, b, Named(_functions.IndexOf(function), number));
        return d;
    }

    private void Access(MicroCode code, Slot d, in DataAddress address, AccessKind access, int bytes)
    {
        bool shortDisplacement = (ulong)(int)address.Displacement == address.Displacement;
        if (address.Index is { } index && shortDisplacement && !IsObserved && !ChecksAlignment)
        {
            Add(code + 1, d.Number, Put(address.Base).Number, index.Number, MicroOp.Scaled(address.Scale, (int)address.Displacement));
            return;
        }
        bool simple = address.Index is null;
        Slot a = Put(simple ? address.Base.IsConstant ? address.Base.Constant + address.Displacement : address.Base : AddressOf(address));
        ulong displacement = simple && !address.Base.IsConstant ? address.Displacement : 0;
        Tell(a, displacement, access, bytes);
        Add(code, d.Number, a.Number, 0, displacement);
    }

    private void Access128(MicroCode code, Slot d, in DataAddress address, AccessKind access)
    {
        Slot a = Put(address.Index is null ? address.Base : AddressOf(address));
        ulong displacement = address.Index is null ? address.Displacement : 0;
        Tell(a, displacement, access, 16);
        Add(code, d.Number, a.Number, 0, displacement);
    }

    private void Tell(Operand at, ulong displacement, AccessKind access, int bytes)
    {
        if (IsObserved)
            Add(MicroCode.Observe, (int)access, Put(at).Number, bytes, displacement);
        if (ChecksAlignment && bytes is 2 or 4 or 8)
            CallChecked(RequireAligned, Add(at, displacement), 0, bytes);
    }

    private static ulong RequireAligned(ref EngineState state, ulong address, ulong unused, int bytes)
    {
        if ((address & (ulong)(bytes - 1)) != 0)
            (state.Raised, state.RaisedAddress) = (CpuStopKind.Unaligned, address);
        return 0;
    }

    private void Branch(MicroCode code, int a, int b, ulong immediate, Label label)
    {
        _branches.Add((_ops.Count, label.Number));
        Add(code, 0, a, b, immediate);
    }

    /// <summary>The last operation noted condition codes, all of them or some.</summary>
    private void Note(Slot flags, bool all)
    {
        if (all && _unreadFlags == flags.Number)
        {
            for (int i = _unread.Count - 1; i >= 0; i--)
                Unnote(_unread[i]);
        }
        if (all || _unreadFlags != flags.Number)
            _unread.Clear();
        _unreadFlags = flags.Number;
        if (_labels.Count == 0)
            _unread.Add(_ops.Count - 1);
    }

    /// <summary>Nobody looks at what this operation noted: it does the rest of what it does, or goes away.</summary>
    private void Unnote(int index)
    {
        MicroOp op = _ops[index];
        if (op.Code is >= MicroCode.AddFlags and <= MicroCode.SarFlags32I)
        {
            _ops[index] = SlotUse.WithoutFlags(op);
            return;
        }
        _ops.RemoveAt(index);
        if (_barrier > index)
            _barrier--;
        for (int i = _marks.Count - 1; i >= 0 && _marks[i].FirstOp > index; i--)
            _marks[i] = _marks[i] with { FirstOp = _marks[i].FirstOp - 1 };
    }

    /// <summary>Makes one operation of a comparison that was noted last and the branch on it.</summary>
    private bool TryJoin(MicroCode code, Slot x, Operand y, Label label)
    {
        if (_unread.Count == 0 || _unread[^1] != _ops.Count - 1)
            return false;
        MicroOp last = _ops[^1];
        if (last.Code is not (MicroCode.SetFlags or MicroCode.SetFlagsI) || x.Number != last.D + 1)
            return false;
        bool immediate = last.Code == MicroCode.SetFlagsI;
        bool same = y.IsConstant ? immediate && y.Constant == last.Immediate : y.Slot.Number == last.D + 2;
        if (!same || (immediate ? (ulong)(int)last.Immediate != last.Immediate : last.Immediate > ushort.MaxValue))
            return false;
        _ops.RemoveAt(_ops.Count - 1);
        if (_marks[^1].FirstOp > _ops.Count)
            _marks[^1] = _marks[^1] with { FirstOp = _ops.Count };      // the comparison was an instruction of its own
        _barrier = Math.Min(_barrier, _ops.Count);
        _unread.Clear();
        Slot flags = new(last.D);
        MicroCode joined = MicroCode.FlagsBranchEq + (ushort)(code - MicroCode.BranchEq);
        if (immediate)
            Branch(joined + 1, last.A, 0, MicroOp.Noting(flags, last.B, (int)last.Immediate), label);
        else
            Branch(joined, last.A, last.B, MicroOp.Noting(flags, (int)last.Immediate, 0), label);
        return true;
    }

    private void Add(MicroCode code, int d, int a, int b, ulong immediate)
    {
        if (_unread.Count != 0 && (!IsPlain(code) || IsUnread(a) || (IsUnread(b) && code != MicroCode.AmendFlags)))
            _unread.Clear();
        if (IsGone(a) || IsGone(b))
            throw new InvalidOperationException($"{code} at 0x{Pc:x} uses scratch after it was set into a register: use the register, or copy the value before");
        _ops.Add(new MicroOp(code, d, a, b, immediate));
    }

    private bool IsUnread(int slot) => (uint)(slot - _unreadFlags) <= 2 || (slot >= _amended && slot <= _amendedLast);

    private bool IsGone(int slot) => slot >= EngineState.FirstScratch && (_gone >> (slot - EngineState.FirstScratch) & 1) != 0;
}
