using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Emulator.Core.Paging;
using EmitLabel = System.Reflection.Emit.Label;

namespace Emulator.Core.Execution;

/// <summary>
/// Translates a region to a method in the intermediate language of .NET, which the runtime's compiler turns into code of the host: the
/// second instance of what micro-operations mean. Slots become locals, the acceleration TLB is looked up in line, and whatever is not
/// the usual case leaves the region for the interpreter, which does the instruction again.
/// </summary>
/// <remarks>
/// <code>
/// enter:  locals = slots; if too few instructions remain, leave at the first operation
/// block:  operations ... accesses that a page in a local does not know are looked up in the TLB, behind all blocks
///         exits to blocks of the region are branches, backward ones look at the threshold
/// leave:  slots = locals that the region sets; note where; return
/// </code>
/// There are no calls but those of functions that operations name: a call would put every register aside around the loop that it is in.
/// </remarks>
internal sealed unsafe class RegionEmitter
{
    // Locals for addresses are used in turn: one for all would be alive all the time, one each too many.
    private const int Rotating = 8;

    // Instructions of a loop in whose blocks pages are kept in locals. In longer ones they take more registers than they save work.
    private const int ShortLoop = 30;

    // Blocks of a longer loop that may have entries of the TLB for registers, in the state: in a wider loop the pages change too often.
    private const int FewBlocks = 3;

    // A page that no address is on: addresses are compared that are cut to their page and to a multiple of their access' size.
    private const ulong NoPage = 0x800;

    private readonly RegionPlan _plan;
    private readonly CpuMode _kind;
    private readonly StateFunctions _functions;
    private readonly ulong _pageMask;
    private readonly int _slotShift;
    private readonly DynamicMethod _method;
    private readonly ILGenerator _il;
    private readonly LocalBuilder?[] _locals = new LocalBuilder?[EngineState.SlotCount];
    private readonly bool[] _written = new bool[EngineState.SlotCount];
    private readonly bool[] _inMemory = new bool[EngineState.SlotCount];
    // Instructions that may still be run, less those of the region: then looking whether enough remain is one comparison.
    private readonly LocalBuilder _remaining, _exit, _value;
    private readonly LocalBuilder? _memory;     // where guest memory lies in the host's, when addresses are taken for physical ones
    private readonly LocalBuilder[] _addresses, _entries;
    private readonly LocalBuilder[][] _doubles;
    private readonly EmitLabel _leave;
    private readonly EmitLabel[] _blockLabels;
    private readonly List<(EmitLabel Label, int Exit, int Scratch)> _stubs = [];
    private readonly Dictionary<(nint Op, RegionExit Cause), EmitLabel> _stubOf = [];
    private readonly List<(nint Block, nint Op)> _exits = [];

    // By slot: the page that was found last for addresses that were computed from it, what to add to them, whether the page has to let itself be written.
    private readonly LocalBuilder?[] _pages = new LocalBuilder?[EngineState.SlotCount], _addends = new LocalBuilder?[EngineState.SlotCount];
    private readonly bool[] _stored = new bool[EngineState.SlotCount];
    private readonly List<Probe> _probes = [];
    private readonly int[] _origins = new int[EngineState.SlotCount];   // by slot: what a scratch slot was computed from, in the present block
    private readonly bool[] _loaded = new bool[EngineState.SlotCount];  // by slot: the present block loaded it, so that its page is another each time
    private nint* _exitTable;
    private int _turn;

    private RegionBlock _block;
    private EmitLabel[] _opLabels = [];
    private bool[] _isTarget = [];
    private int _at, _first;
    private PageMemory _remembers;

    private RegionEmitter(RegionPlan plan, CpuMode kind, StateFunctions functions, ulong pageMask, int slotShift, bool flat)
    {
        _plan = plan;
        _kind = kind;
        _functions = functions;
        _pageMask = pageMask;
        _slotShift = slotShift;
        _block = plan.Blocks[0];
        _method = new DynamicMethod(plan.Name, typeof(void), [typeof(nint)], typeof(RegionEmitter).Module, skipVisibility: true) { InitLocals = false };
        _il = _method.GetILGenerator(1 << 14);
        _remaining = _il.DeclareLocal(typeof(long));
        _exit = _il.DeclareLocal(typeof(int));
        _value = _il.DeclareLocal(typeof(ulong));
        _memory = flat ? _il.DeclareLocal(typeof(ulong)) : null;
        _addresses = [.. Enumerable.Range(0, Rotating).Select(_ => _il.DeclareLocal(typeof(ulong)))];
        _entries = [.. Enumerable.Range(0, Rotating).Select(_ => _il.DeclareLocal(typeof(nint)))];
        _doubles = [.. Enumerable.Range(0, Rotating).Select(_ => (LocalBuilder[])[_il.DeclareLocal(typeof(double)), _il.DeclareLocal(typeof(double)), _il.DeclareLocal(typeof(double))])];
        _leave = _il.DefineLabel();
        _blockLabels = [.. plan.Blocks.Select(_ => _il.DefineLabel())];
    }

    /// <summary>Translates; on any thread, for the plan is a copy.</summary>
    /// <param name="plan">What.</param>
    /// <param name="kind">How the machine's accesses go.</param>
    /// <param name="functions">The functions that its operations name.</param>
    /// <param name="pageMask">Ones for the bits that number pages.</param>
    /// <param name="slotShift">Takes an address to its entry of the acceleration TLB.</param>
    /// <param name="flat">Addresses are physical and good (<see cref="EngineMode.Flat"/>).</param>
    public static Region Translate(RegionPlan plan, CpuMode kind, StateFunctions functions, ulong pageMask, int slotShift, bool flat)
    {
        RegionEmitter emitter = new(plan, kind, functions, pageMask, slotShift, flat);
        emitter.Emit();
        RuntimeMethodHandle handle = DescriptorOf(emitter._method);
        RuntimeHelpers.PrepareMethod(handle);
        return new Region(plan, emitter._method, handle.GetFunctionPointer(), (nint)emitter._exitTable);
    }

    // ---- the frame ------------------------------------------------------------------------------------------------------

    private void Emit()
    {
        Look();
        bool[] isShort = [.. Enumerable.Range(0, _plan.Blocks.Count).Select(number => ShortestLoop(number) <= ShortLoop)];
        EmitLabel enter = _il.DefineLabel();
        _il.Emit(OpCodes.Br, enter);
        for (int number = 0; number < _plan.Blocks.Count; number++)
        {
            _block = _plan.Blocks[number];
            _remembers = isShort[number] ? PageMemory.Locals : IsInLoopOfFew(number, isShort) ? PageMemory.State : PageMemory.None;
            _il.MarkLabel(_blockLabels[number]);
            EmitBlock();
        }
        foreach (Probe probe in _probes)
            EmitProbe(probe);
        _il.MarkLabel(enter);
        LoadState(EngineFields.Remaining);
        Number((ulong)_plan.Instructions);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stloc, _remaining);
        Fetch();
        if (_memory is not null)
        {
            LoadState(EngineFields.Memory);
            _il.Emit(OpCodes.Stloc, _memory);
        }
        foreach (LocalBuilder? page in _pages)
        {
            if (page is null)
                continue;
            Number(NoPage);
            _il.Emit(OpCodes.Stloc, page);
        }
        _block = _plan.Blocks[0];
        BranchWhenFewRemain(LeaveAt(0, RegionExit.Poll));
        _il.Emit(OpCodes.Br, _blockLabels[0]);
        foreach ((EmitLabel label, int exit, int scratch) in _stubs)
        {
            _il.MarkLabel(label);
            if (scratch >= 0)
                StoreSlot(scratch, () => _il.Emit(OpCodes.Ldloc, _locals[scratch]!));
            _il.Emit(OpCodes.Ldc_I4, exit);
            _il.Emit(OpCodes.Stloc, _exit);
            _il.Emit(OpCodes.Br, _leave);
        }
        _exitTable = (nint*)NativeMemory.Alloc((nuint)_exits.Count, (nuint)(2 * sizeof(nint)));
        foreach ((int number, (nint block, nint op)) in _exits.Index())
            (_exitTable[2 * number], _exitTable[2 * number + 1]) = (block, op);
        _il.MarkLabel(_leave);
        PutBack();
        StoreState(EngineFields.Remaining, PushRemaining);
        StoreState(EngineFields.AtBlock, () => LoadExit(0));
        StoreState(EngineFields.AtOp, () => LoadExit(sizeof(nint)));
        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Instructions of the shortest way from a block of the region back to it.</summary>
    private int ShortestLoop(int start)
    {
        int[] lengths = [.. Enumerable.Repeat(int.MaxValue, _plan.Blocks.Count)];
        PriorityQueue<int, int> open = new([(start, 0)]);
        while (open.TryDequeue(out int number, out int length))
        {
            if (number == start && length > 0)
                return length;
            int after = length + _plan.Blocks[number].Marks.Length;
            foreach (int next in _plan.Blocks[number].Ways.Values.SelectMany(ways => ways))
            {
                if (after >= lengths[next])
                    continue;
                lengths[next] = after;
                open.Enqueue(next, after);
            }
        }
        return int.MaxValue;
    }

    /// <summary>Whether a block lies on a loop of few blocks, none of which lies on a short one.</summary>
    private bool IsInLoopOfFew(int start, bool[] isShort)
    {
        HashSet<int> reached = [start];
        for (int steps = 0; steps < FewBlocks; steps++)
        {
            reached = [.. reached.SelectMany(number => _plan.Blocks[number].Ways.Values).SelectMany(ways => ways).Where(next => !isShort[next])];
            if (reached.Contains(start))
                return true;
        }
        return false;
    }

    /// <summary>Which slots are in memory, which are locals, and which of those are set.</summary>
    private void Look()
    {
        bool[] used = new bool[EngineState.SlotCount];
        foreach (RegionBlock block in _plan.Blocks)
        {
            for (int i = 0; i < block.Ops.Length; i += 1 + RegionPlan.DataOf(block.Ops[i].Code))
            {
                MicroOp op = block.Ops[i];
                SlotUse use = SlotUse.Of(op.Code);
                if (use.A)
                    used[op.A] = true;
                if (use.B)
                    used[op.B] = true;
                if (use.ReadsD || use.WritesD)
                    used[op.D] = true;
                if (use.WritesD)
                    _written[op.D] = true;
                if (SlotUse.FlagsOf(op) is >= 0 and int flags)
                {
                    for (int slot = flags; slot < flags + 3; slot++)
                        used[slot] = _written[slot] = true;
                }
                switch (op.Code)
                {
                    case >= MicroCode.FloatAdd64 and <= MicroCode.FloatDiv64 when HostFloatRule.Asks(op.Immediate):
                        used[HostFloatRule.ControlOf(op.Immediate)] = true;
                        break;
                    case MicroCode.StoreUpdate32 or MicroCode.StoreUpdate64 or MicroCode.LoadUpdate32 or MicroCode.LoadUpdate64:
                        _written[op.A] = true;
                        break;
                    case MicroCode.AmendFlags:
                        _written[op.B] = true;
                        break;
                    case MicroCode.Load128 or MicroCode.Store128:
                        _inMemory[op.D] = _inMemory[op.D + 1] = true;
                        break;
                    case MicroCode.Call or MicroCode.CallChecked or MicroCode.CallVector or MicroCode.CallFlags:
                        if (op.Code == MicroCode.CallVector)
                        {
                            foreach (int slot in (int[])[op.D, op.A, op.B])
                                _inMemory[slot] = _inMemory[slot + 1] = true;
                        }
                        foreach (int slot in FunctionOf(op).GetCustomAttribute<SlotsAttribute>()?.Slots ?? [])
                            _inMemory[slot] = true;
                        break;
                }
            }
        }
        for (int slot = 0; slot < EngineState.SlotCount; slot++)
        {
            if (used[slot] && !_inMemory[slot])
                _locals[slot] = _il.DeclareLocal(typeof(ulong));
        }
    }

    private void Fetch()
    {
        for (int slot = 0; slot < EngineState.FirstScratch; slot++)
        {
            if (_locals[slot] is not { } local)
                continue;
            LoadFrom(8 * slot, OpCodes.Ldind_I8);
            _il.Emit(OpCodes.Stloc, local);
        }
    }

    private void PutBack()
    {
        for (int slot = 0; slot < EngineState.FirstScratch; slot++)
        {
            if (_locals[slot] is { } local && _written[slot])
                StoreSlot(slot, () => _il.Emit(OpCodes.Ldloc, local));
        }
    }

    private void BranchWhenFewRemain(EmitLabel label)
    {
        _il.Emit(OpCodes.Ldloc, _remaining);
        LoadThreshold();
        _il.Emit(OpCodes.Blt, label);
    }

    /// <summary>Leaves for the interpreter at an operation; scratch that it needs is put back. The cause is told in the low bits of the block's address.</summary>
    private EmitLabel LeaveAt(int op, RegionExit cause, int scratch = -1)
    {
        nint at = _block.OpsAt + op * sizeof(MicroOp);
        if (_stubOf.TryGetValue((at, cause), out EmitLabel known))
            return known;
        EmitLabel label = _il.DefineLabel();
        _stubOf.Add((at, cause), label);
        _stubs.Add((label, _exits.Count, scratch));
        _exits.Add((_block.Block | (nint)cause, at));
        return label;
    }

    /// <summary>Leaves for the interpreter to do the present instruction, from its beginning.</summary>
    private EmitLabel LeaveAtInstruction(RegionExit cause) => LeaveAt(_first, cause);

    private void LoadExit(int offset)
    {
        _il.Emit(OpCodes.Ldc_I8, (long)_exitTable + offset);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Ldloc, _exit);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Ldc_I4, 2 * sizeof(nint));
        _il.Emit(OpCodes.Mul);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Ldind_I);
    }

    // ---- blocks ---------------------------------------------------------------------------------------------------------

    private void EmitBlock()
    {
        MicroOp[] ops = _block.Ops;
        for (int slot = 0; slot < _origins.Length; slot++)
            _origins[slot] = slot;
        Array.Clear(_loaded);
        _opLabels = [.. ops.Select(_ => _il.DefineLabel())];
        LookForTargets(ops);
        int mark = -1;
        for (_at = 0; _at < ops.Length; _at++)
        {
            _il.MarkLabel(_opLabels[_at]);
            while (mark + 1 < _block.Marks.Length && _block.Marks[mark + 1].FirstOp <= _at)
                _first = _block.Marks[++mark].FirstOp;
            EmitOp(ops[_at]);
            NoteOrigin(ops[_at]);
            int data = RegionPlan.DataOf(ops[_at].Code);
            for (int i = 1; i <= data; i++)
                _il.MarkLabel(_opLabels[_at + i]);
            _at += data;
        }
    }

    private void LookForTargets(MicroOp[] ops)
    {
        _isTarget = new bool[ops.Length + 1];
        for (int i = 0; i < ops.Length; i += 1 + RegionPlan.DataOf(ops[i].Code))
        {
            if (ops[i].Code is (>= MicroCode.BranchEq and <= MicroCode.Goto) or (>= MicroCode.FlagsBranchEq and <= MicroCode.FlagsBranchGeU32I))
                _isTarget[i + (short)ops[i].D] = true;
        }
    }

    /// <summary>Which slot an address comes from: those off one register are often on one page. A wrong guess costs a look-up, no more.</summary>
    private void NoteOrigin(in MicroOp op)
    {
        SlotUse use = SlotUse.Of(op.Code);
        if (use.WritesD)
            _loaded[op.D] = op.Code is >= MicroCode.Load8U and <= MicroCode.Load64Scaled || op.Code == MicroCode.Move && _loaded[op.A];
        if (use.WritesD && op.D >= EngineState.FirstScratch)
            _origins[op.D] = use.A && op.Code is (>= MicroCode.Move and <= MicroCode.Sub32SI) or MicroCode.AddScaled or MicroCode.AddScaled32 ? _origins[op.A] : op.D;
    }

    private void EmitOp(in MicroOp op)
    {
        MicroCode code = op.Code;
        switch (code)
        {
            case MicroCode.Constant:
                Number(op.Immediate);
                Set(op.D);
                break;
            case MicroCode.Move:
                Get(op.A);
                Set(op.D);
                break;
            case >= MicroCode.SignExtend8 and <= MicroCode.PopulationCount:
                Get(op.A);
                Unary(code);
                Set(op.D);
                break;
            case >= MicroCode.Add and <= MicroCode.Mul32SI:
                Binary(op);
                Set(op.D);
                break;
            case MicroCode.SubtractFromI:
                Number(op.Immediate);
                Get(op.A);
                _il.Emit(OpCodes.Sub);
                Set(op.D);
                break;
            case MicroCode.SubtractFrom32I:
                Number(op.Immediate);
                Get(op.A);
                _il.Emit(OpCodes.Sub);
                _il.Emit(OpCodes.Conv_U4);
                _il.Emit(OpCodes.Conv_U8);
                Set(op.D);
                break;
            case MicroCode.ExtractI:
                Get(op.A);
                Shift(OpCodes.Shr_Un, op.B);
                Number(op.Immediate);
                _il.Emit(OpCodes.And);
                Set(op.D);
                break;
            case MicroCode.DepositI:
                Get(op.D);
                Number(~op.Immediate);
                _il.Emit(OpCodes.And);
                Get(op.A);
                Shift(OpCodes.Shl, op.B);
                Number(op.Immediate);
                _il.Emit(OpCodes.And);
                _il.Emit(OpCodes.Or);
                Set(op.D);
                break;
            case MicroCode.AddScaled:
                ScaledSum(op);
                Set(op.D);
                break;
            case >= MicroCode.SetEq and <= MicroCode.SetGeU32I:
                if (IsTestedNext(op))
                {
                    CompareSetAndBranch(op);
                    break;
                }
                Compare(op, code - MicroCode.SetEq);
                _il.Emit(OpCodes.Conv_U8);
                Set(op.D);
                break;
            case MicroCode.MoveIf or MicroCode.MoveIfI or MicroCode.MoveUnless or MicroCode.MoveUnlessI:
                {
                    EmitLabel over = _il.DefineLabel();
                    Get(op.A);
                    _il.Emit(code is MicroCode.MoveIf or MicroCode.MoveIfI ? OpCodes.Brfalse : OpCodes.Brtrue, over);
                    if (code is MicroCode.MoveIf or MicroCode.MoveUnless)
                        Get(op.B);
                    else
                        Number(op.Immediate);
                    Set(op.D);
                    _il.MarkLabel(over);
                    break;
                }
            case >= MicroCode.BranchEq and <= MicroCode.BranchGeU32I:
                CompareAndBranch(op, code - MicroCode.BranchEq, Target(op));
                break;
            case MicroCode.BranchAnyI or MicroCode.BranchNoneI:
                Get(op.A);
                Number(op.Immediate);
                _il.Emit(OpCodes.And);
                _il.Emit(code == MicroCode.BranchAnyI ? OpCodes.Brtrue : OpCodes.Brfalse, Target(op));
                break;
            case MicroCode.Goto:
                _il.Emit(OpCodes.Br, Target(op));
                break;
            case MicroCode.Poll:
                LoadThreshold();
                _il.Emit(OpCodes.Ldc_I8, long.MaxValue);
                _il.Emit(OpCodes.Beq, LeaveAtInstruction(RegionExit.Poll));
                break;
            case >= MicroCode.Load8U and <= MicroCode.Load64Scaled:
                Load(op);
                break;
            case >= MicroCode.Store8 and <= MicroCode.Store64Scaled:
                Store(op);
                break;
            case MicroCode.Load128:
                Load128(op);
                break;
            case MicroCode.Store128:
                Store128(op);
                break;
            case MicroCode.ProbeWrite:
                Get(op.A);
                Displace(op.Immediate);
                _ = AimAt(op.B, write: true, op.A);
                break;
            case MicroCode.SetFlags:
                Number(op.Immediate);
                Set(op.D);
                Get(op.A);
                Set(op.D + 1);
                Get(op.B);
                Set(op.D + 2);
                break;
            case MicroCode.SetFlagsI:
                Note(op.D, op.B, op, immediate: true);
                break;
            case MicroCode.SetFlagsIf:
                {
                    EmitLabel over = _il.DefineLabel();
                    Get(op.B);
                    _il.Emit(OpCodes.Brfalse, over);
                    Note(op.D, (int)op.Immediate, op, immediate: false);
                    _il.MarkLabel(over);
                    break;
                }
            case MicroCode.SetFlagsPlus:
                Get(op.D);
                Number(op.How);
                _il.Emit(OpCodes.Add);
                Set(op.Flags);
                Get(op.A);
                Set(op.Flags + 1);
                Get(op.B);
                Set(op.Flags + 2);
                break;
            case MicroCode.DivideU or MicroCode.DivideS:
                Divide(op);
                break;
            case MicroCode.AmendFlags:
                Get(op.D);
                Number(op.Immediate >> 32);
                _il.Emit(OpCodes.And);
                Number((uint)op.Immediate);
                _il.Emit(OpCodes.Or);
                Set(op.D);
                Get(op.A);
                Set(op.B);
                break;
            case >= MicroCode.AddFlags and <= MicroCode.SarFlags32I:
                BinaryWithFlags(op, SlotUse.WithoutFlags(op));
                break;
            case >= MicroCode.FlagsBranchEq and <= MicroCode.FlagsBranchGeU32I:
                {
                    MicroOp plain = SlotUse.WithoutFlags(op);
                    int comparison = plain.Code - MicroCode.BranchEq;
                    Note(op.Flags, op.How, plain, immediate: (comparison & 1) != 0);
                    CompareAndBranch(plain, comparison, Target(op));
                    break;
                }
            case MicroCode.AddScaled32:
                ScaledSum(op);
                _il.Emit(OpCodes.Conv_U4);
                _il.Emit(OpCodes.Conv_U8);
                Set(op.D);
                break;
            case >= MicroCode.LoadForWrite8 and <= MicroCode.LoadForWrite64:
                {
                    int bytes = 1 << (code - MicroCode.LoadForWrite8);
                    PushAddress(op, scaled: false);
                    PushNumber(AimAt(bytes, write: true, op.A), bytes);
                    Set(op.D);
                    break;
                }
            case MicroCode.StoreUpdate32 or MicroCode.StoreUpdate64:
                StoreUpdate(op, code == MicroCode.StoreUpdate32 ? 4 : 8);
                break;
            case MicroCode.LoadUpdate32 or MicroCode.LoadUpdate64:
                LoadUpdate(op, code == MicroCode.LoadUpdate32 ? 4 : 8);
                break;
            case MicroCode.Call or MicroCode.CallChecked or MicroCode.CallVector or MicroCode.CallFlags:
                Call(op);
                break;
            case >= MicroCode.FloatAdd64 and <= MicroCode.FloatDiv64:
                HostFloat(op);
                break;
            case MicroCode.Exit or MicroCode.ExitBack or MicroCode.ExitFar:
                Exit(op);
                break;
            case MicroCode.ExitIndirect:
                ExitIndirect(op);
                break;
            default:        // what stops, and what is rare: the interpreter does it
                _il.Emit(OpCodes.Br, code != MicroCode.Raise ? LeaveAtInstruction(RegionExit.Other) : LeaveAt(_at, (CpuStopKind)op.A == CpuStopKind.SystemCall ? RegionExit.SystemCall : RegionExit.Other));
                break;
        }
    }

    private EmitLabel Target(in MicroOp op) => _opLabels[_at + (short)op.D];

    private void Exit(in MicroOp op)
    {
        if (!_block.Ways.TryGetValue(_at, out int[]? ways))
        {
            _il.Emit(OpCodes.Br, LeaveAt(_at, RegionExit.Direct));
            return;
        }
        int target = ways[0];
        if (_plan.Blocks[target].Pc <= _block.Pc)
            BranchWhenFewRemain(LeaveAt(_at, RegionExit.Poll));
        Count(op.D);
        _il.Emit(OpCodes.Br, _blockLabels[target]);
    }

    private void ExitIndirect(in MicroOp op)
    {
        int scratch = op.A >= EngineState.FirstScratch && !_inMemory[op.A] ? op.A : -1;
        if (_block.Ways.TryGetValue(_at, out int[]? ways))
        {
            BranchWhenFewRemain(LeaveAt(_at, RegionExit.Poll, scratch));
            foreach (int target in ways)
            {
                EmitLabel other = _il.DefineLabel();
                Get(op.A);
                Wrap();
                Number(_plan.Blocks[target].Pc);
                _il.Emit(OpCodes.Bne_Un, other);
                Count(op.D);
                _il.Emit(OpCodes.Br, _blockLabels[target]);
                _il.MarkLabel(other);
            }
        }
        _il.Emit(OpCodes.Br, LeaveAt(_at, RegionExit.Indirect, scratch));
    }

    private void PushRemaining()
    {
        _il.Emit(OpCodes.Ldloc, _remaining);
        Number((ulong)_plan.Instructions);
        _il.Emit(OpCodes.Add);
    }

    private void Count(int instructions)
    {
        _il.Emit(OpCodes.Ldloc, _remaining);
        _il.Emit(OpCodes.Ldc_I8, (long)instructions);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stloc, _remaining);
    }

    // ---- numbers --------------------------------------------------------------------------------------------------------

    private void Unary(MicroCode code)
    {
        switch (code)
        {
            case MicroCode.SignExtend8:
                _il.Emit(OpCodes.Conv_I1);
                _il.Emit(OpCodes.Conv_I8);
                break;
            case MicroCode.SignExtend16:
                _il.Emit(OpCodes.Conv_I2);
                _il.Emit(OpCodes.Conv_I8);
                break;
            case MicroCode.SignExtend32:
                _il.Emit(OpCodes.Conv_I4);
                _il.Emit(OpCodes.Conv_I8);
                break;
            case MicroCode.ZeroExtend8:
                _il.Emit(OpCodes.Conv_U1);
                _il.Emit(OpCodes.Conv_U8);
                break;
            case MicroCode.ZeroExtend16:
                _il.Emit(OpCodes.Conv_U2);
                _il.Emit(OpCodes.Conv_U8);
                break;
            case MicroCode.ZeroExtend32:
                _il.Emit(OpCodes.Conv_U4);
                _il.Emit(OpCodes.Conv_U8);
                break;
            default:
                _il.Emit(OpCodes.Call, HostOperations.Of(code));
                break;
        }
    }

    private void Binary(in MicroOp op)
    {
        int pair = op.Code - MicroCode.Add;
        bool immediate = (pair & 1) != 0;
        MicroCode code = immediate ? op.Code - 1 : op.Code;
        Get(op.A);
        switch (code)
        {
            case MicroCode.Shl or MicroCode.Shr or MicroCode.Sar:
                Count(op, immediate, 63);
                _il.Emit(code == MicroCode.Shl ? OpCodes.Shl : code == MicroCode.Shr ? OpCodes.Shr_Un : OpCodes.Shr);
                return;
            case MicroCode.Shl32 or MicroCode.Shr32 or MicroCode.Sar32:
                _il.Emit(OpCodes.Conv_I4);
                Count(op, immediate, 31);
                _il.Emit(code == MicroCode.Shl32 ? OpCodes.Shl : code == MicroCode.Shr32 ? OpCodes.Shr_Un : OpCodes.Shr);
                _il.Emit(OpCodes.Conv_U8);
                return;
        }
        if (immediate)
            Number(op.Immediate);
        else
            Get(op.B);
        switch (code)
        {
            case MicroCode.Add or MicroCode.Add32 or MicroCode.Add32S:
                _il.Emit(OpCodes.Add);
                break;
            case MicroCode.Sub or MicroCode.Sub32 or MicroCode.Sub32S:
                _il.Emit(OpCodes.Sub);
                break;
            case MicroCode.Mul or MicroCode.Mul32 or MicroCode.Mul32S:
                _il.Emit(OpCodes.Mul);
                break;
            case MicroCode.And or MicroCode.And32:
                _il.Emit(OpCodes.And);
                break;
            case MicroCode.Or or MicroCode.Or32:
                _il.Emit(OpCodes.Or);
                break;
            case MicroCode.Xor or MicroCode.Xor32:
                _il.Emit(OpCodes.Xor);
                break;
            case MicroCode.AndNot:
                _il.Emit(OpCodes.Not);
                _il.Emit(OpCodes.And);
                break;
            case MicroCode.OrNot:
                _il.Emit(OpCodes.Not);
                _il.Emit(OpCodes.Or);
                break;
            case MicroCode.XorNot:
                _il.Emit(OpCodes.Xor);
                _il.Emit(OpCodes.Not);
                break;
            case MicroCode.MulHighU when Bmi2.X64.IsSupported:
                _il.Emit(OpCodes.Call, HostOperations.MultiplyHigh);
                break;
            default:
                _il.Emit(OpCodes.Call, HostOperations.Of(code));
                break;
        }
        if (code is MicroCode.Add32 or MicroCode.Sub32 or MicroCode.Mul32 or MicroCode.And32 or MicroCode.Or32 or MicroCode.Xor32)
        {
            _il.Emit(OpCodes.Conv_U4);
            _il.Emit(OpCodes.Conv_U8);
        }
        else if (code is MicroCode.Add32S or MicroCode.Sub32S or MicroCode.Mul32S)
        {
            _il.Emit(OpCodes.Conv_I4);
            _il.Emit(OpCodes.Conv_I8);
        }
    }

    /// <summary>The host's division, which traps where ours has a number to say: by 0, and signed by -1.</summary>
    private void Divide(in MicroOp op)
    {
        bool signed = op.Code == MicroCode.DivideS;
        EmitLabel special = _il.DefineLabel(), done = _il.DefineLabel();
        Get(op.B);
        if (signed)
        {
            _il.Emit(OpCodes.Ldc_I8, 1L);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Ldc_I8, 1L);
            _il.Emit(OpCodes.Ble_Un, special);
        }
        else
        {
            _il.Emit(OpCodes.Brfalse, special);
        }
        Get(op.A);
        Get(op.B);
        _il.Emit(signed ? OpCodes.Div : OpCodes.Div_Un);
        _il.Emit(OpCodes.Stloc, _value);
        _il.Emit(OpCodes.Br, done);
        _il.MarkLabel(special);
        if (signed)
        {
            EmitLabel negate = _il.DefineLabel();
            Get(op.B);
            _il.Emit(OpCodes.Brtrue, negate);
            _il.Emit(OpCodes.Ldc_I8, long.MinValue);
            _il.Emit(OpCodes.Stloc, _value);
            _il.Emit(OpCodes.Br, done);
            _il.MarkLabel(negate);
            Get(op.A);
            _il.Emit(OpCodes.Neg);
        }
        else
        {
            Number(ulong.MaxValue);
        }
        _il.Emit(OpCodes.Stloc, _value);
        _il.MarkLabel(done);
        _il.Emit(OpCodes.Ldloc, _value);
        Set(op.D);
    }

    private void Count(in MicroOp op, bool immediate, int mask)
    {
        if (immediate)
        {
            _il.Emit(OpCodes.Ldc_I4, (int)op.Immediate & mask);
            return;
        }
        Get(op.B);
        _il.Emit(OpCodes.Conv_I4);
        _il.Emit(OpCodes.Ldc_I4, mask);
        _il.Emit(OpCodes.And);
    }

    private void Shift(OpCode how, int bits)
    {
        if (bits == 0)
            return;
        _il.Emit(OpCodes.Ldc_I4, bits);
        _il.Emit(how);
    }

    private void ScaledSum(in MicroOp op)
    {
        Get(op.A);
        Get(op.B);
        Shift(OpCodes.Shl, op.Scale);
        _il.Emit(OpCodes.Add);
        Displace(op.Displacement);
    }

    private void Displace(ulong displacement)
    {
        if (displacement == 0)
            return;
        Number(displacement);
        _il.Emit(OpCodes.Add);
    }

    private void Operands(in MicroOp op, int comparison)
    {
        bool narrow = comparison >= 20, immediate = (comparison & 1) != 0;
        Get(op.A);
        if (narrow)
            _il.Emit(OpCodes.Conv_I4);
        if (immediate && narrow)
            _il.Emit(OpCodes.Ldc_I4, (int)op.Immediate);
        else if (immediate)
            Number(op.Immediate);
        else
            Get(op.B);
        if (!immediate && narrow)
            _il.Emit(OpCodes.Conv_I4);
    }

    private void Compare(in MicroOp op, int comparison)
    {
        Operands(op, comparison);
        (OpCode how, bool not) = (Condition)(comparison % 20 / 2) switch
        {
            Condition.Equal => (OpCodes.Ceq, false),
            Condition.NotEqual => (OpCodes.Ceq, true),
            Condition.Less => (OpCodes.Clt, false),
            Condition.LessOrEqual => (OpCodes.Cgt, true),
            Condition.Greater => (OpCodes.Cgt, false),
            Condition.GreaterOrEqual => (OpCodes.Clt, true),
            Condition.Below => (OpCodes.Clt_Un, false),
            Condition.BelowOrEqual => (OpCodes.Cgt_Un, true),
            Condition.Above => (OpCodes.Cgt_Un, false),
            _ => (OpCodes.Clt_Un, true),
        };
        _il.Emit(how);
        if (!not)
            return;
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Ceq);
    }

    private void CompareAndBranch(in MicroOp op, int comparison, EmitLabel target)
    {
        Operands(op, comparison);
        _il.Emit((Condition)(comparison % 20 / 2) switch
        {
            Condition.Equal => OpCodes.Beq,
            Condition.NotEqual => OpCodes.Bne_Un,
            Condition.Less => OpCodes.Blt,
            Condition.LessOrEqual => OpCodes.Ble,
            Condition.Greater => OpCodes.Bgt,
            Condition.GreaterOrEqual => OpCodes.Bge,
            Condition.Below => OpCodes.Blt_Un,
            Condition.BelowOrEqual => OpCodes.Ble_Un,
            Condition.Above => OpCodes.Bgt_Un,
            _ => OpCodes.Bge_Un,
        }, target);
    }

    private bool IsTestedNext(in MicroOp comparison) =>
        _at + 1 < _block.Ops.Length && !_isTarget[_at + 1] && _block.Ops[_at + 1] is { Code: MicroCode.BranchEqI or MicroCode.BranchNeI, Immediate: 0 } branch && branch.A == comparison.D;

    /// <summary>A register is set to a comparison's result, and the next operation branches on it: compares once, and either way knows what the register is.</summary>
    private void CompareSetAndBranch(in MicroOp comparison)
    {
        MicroOp branch = _block.Ops[++_at];
        bool takenWhenTrue = branch.Code == MicroCode.BranchNeI;
        EmitLabel holds = _il.DefineLabel(), on = _il.DefineLabel();
        CompareAndBranch(comparison, comparison.Code - MicroCode.SetEq, holds);
        Number(0);
        Set(comparison.D);
        _il.Emit(OpCodes.Br, takenWhenTrue ? on : Target(branch));
        _il.MarkLabel(holds);
        Number(1);
        Set(comparison.D);
        if (takenWhenTrue)
            _il.Emit(OpCodes.Br, Target(branch));
        _il.MarkLabel(on);
    }

    // ---- memory ---------------------------------------------------------------------------------------------------------

    private void Load(in MicroOp op)
    {
        int which = op.Code - MicroCode.Load8U;
        PushAddress(op, scaled: (which & 1) != 0);
        (int bytes, bool signed) = (MicroCode.Load8U + (ushort)(which & ~1)) switch
        {
            MicroCode.Load8U => (1, false),
            MicroCode.Load8S => (1, true),
            MicroCode.Load16U => (2, false),
            MicroCode.Load16S => (2, true),
            MicroCode.Load32U => (4, false),
            MicroCode.Load32S => (4, true),
            _ => (8, false),
        };
        PushHost(AimAt(bytes, write: false, op.A));
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit((bytes, signed && !_kind.Swaps) switch
        {
            (1, false) => OpCodes.Ldind_U1,
            (1, true) => OpCodes.Ldind_I1,
            (2, false) => OpCodes.Ldind_U2,
            (2, true) => OpCodes.Ldind_I2,
            (4, false) => OpCodes.Ldind_U4,
            (4, true) => OpCodes.Ldind_I4,
            _ => OpCodes.Ldind_I8,
        });
        if (_kind.Swaps && bytes > 1)
        {
            _il.Emit(OpCodes.Call, HostOperations.Reverse(bytes));
            if (signed)
                _il.Emit(bytes == 2 ? OpCodes.Conv_I2 : OpCodes.Conv_I4);
        }
        else if (_kind.Swaps && signed)
        {
            _il.Emit(OpCodes.Conv_I1);
        }
        if (bytes < 8)
            _il.Emit(signed ? OpCodes.Conv_I8 : OpCodes.Conv_U8);
        Set(op.D);
    }

    private void Store(in MicroOp op)
    {
        int which = op.Code - MicroCode.Store8, bytes = 1 << (which >> 1);
        PushAddress(op, scaled: (which & 1) != 0);
        PushHost(AimAt(bytes, write: true, op.A));
        Get(op.D);
        PushSwapped(bytes);
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit(bytes switch { 1 => OpCodes.Stind_I1, 2 => OpCodes.Stind_I2, 4 => OpCodes.Stind_I4, _ => OpCodes.Stind_I8 });
    }

    /// <summary>Pushes a number that was aimed at, zero-extended.</summary>
    private void PushNumber(Aim aim, int bytes)
    {
        PushHost(aim);
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit(bytes switch { 1 => OpCodes.Ldind_U1, 2 => OpCodes.Ldind_U2, 4 => OpCodes.Ldind_U4, _ => OpCodes.Ldind_I8 });
        if (_kind.Swaps && bytes > 1)
            _il.Emit(OpCodes.Call, HostOperations.Reverse(bytes));
        if (bytes < 8)
            _il.Emit(OpCodes.Conv_U8);
    }

    private void StoreUpdate(in MicroOp op, int bytes)
    {
        PushAddress(op, scaled: false);
        Aim aim = AimAt(bytes, write: true, op.A);
        PushHost(aim);
        Get(op.D);
        PushSwapped(bytes);
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit(bytes == 4 ? OpCodes.Stind_I4 : OpCodes.Stind_I8);
        _il.Emit(OpCodes.Ldloc, _addresses[aim.Turn]);
        Set(op.A);
    }

    private void LoadUpdate(in MicroOp op, int bytes)
    {
        Get(op.A);
        Aim aim = AimAt(bytes, write: false, op.A);
        _il.Emit(OpCodes.Ldloc, _addresses[aim.Turn]);
        Displace(op.Immediate);
        Wrap();
        Set(op.A);
        PushNumber(aim, bytes);
        Set(op.D);
    }

    // ---- condition codes ------------------------------------------------------------------------------------------------

    private void Note(int flags, int how, in MicroOp op, bool immediate)
    {
        Number((uint)how);
        Set(flags);
        Get(op.A);
        Set(flags + 1);
        if (immediate)
            Number(op.Immediate);
        else
            Get(op.B);
        Set(flags + 2);
    }

    private void BinaryWithFlags(in MicroOp op, in MicroOp plain)
    {
        bool logic = op.Code is (>= MicroCode.AndFlags and <= MicroCode.XorFlagsI) or (>= MicroCode.AndFlags32 and <= MicroCode.XorFlags32I);
        if (!logic)
        {
            bool immediate = op.Code >= MicroCode.ShlFlagsI || (op.Code - MicroCode.AddFlags & 1) != 0;
            Note(op.Flags, op.How, plain, immediate);
        }
        Binary(plain);
        Set(op.D);
        if (!logic)
            return;
        Number(op.How);
        Set(op.Flags);
        Get(op.D);
        Set(op.Flags + 1);
    }

    private void PushSwapped(int bytes)
    {
        if (bytes < 8)
            _il.Emit(bytes switch { 1 => OpCodes.Conv_U1, 2 => OpCodes.Conv_U2, _ => OpCodes.Conv_U4 });
        if (_kind.Swaps && bytes > 1)
            _il.Emit(OpCodes.Call, HostOperations.Reverse(bytes));
    }

    private void Load128(in MicroOp op)
    {
        PushAddress(op, scaled: false);
        Aim aim = AimAt(16, write: false, op.A);
        for (int half = 0; half < 2; half++)
        {
            PushSlotAddress(op.D + half);
            PushHost(aim, 8 * half);
            _il.Emit(OpCodes.Unaligned, (byte)1);
            _il.Emit(OpCodes.Ldind_I8);
            if (_kind.Swaps)
                _il.Emit(OpCodes.Call, HostOperations.Reverse(8));
            _il.Emit(OpCodes.Stind_I8);
        }
    }

    private void Store128(in MicroOp op)
    {
        PushAddress(op, scaled: false);
        Aim aim = AimAt(16, write: true, op.A);
        for (int half = 0; half < 2; half++)
        {
            PushHost(aim, 8 * half);
            Get(op.D + half);
            PushSwapped(8);
            _il.Emit(OpCodes.Unaligned, (byte)1);
            _il.Emit(OpCodes.Stind_I8);
        }
    }

    private void PushAddress(in MicroOp op, bool scaled)
    {
        if (scaled)
        {
            ScaledSum(op);
            return;
        }
        Get(op.A);
        Displace(op.Immediate);
    }

    private void Wrap()
    {
        if (!_kind.Wraps)
            return;
        _il.Emit(OpCodes.Conv_U4);
        _il.Emit(OpCodes.Conv_U8);
    }

    /// <summary>
    /// Looks the address on the stack up, in loops first in the page that was found last for addresses off the same slot, and leaves the
    /// region when the TLB does not know it.
    /// </summary>
    /// <remarks>
    /// What locals say of pages was read from the TLB in this run of the region. It stays true until the region is left, for only those who are
    /// called then change the TLB: the translator of addresses after a miss, the kernel, and whoever makes blocks of a page that was written.
    /// What the state says is forgotten with the TLB. In flat memory nobody is asked.
    /// </remarks>
    private Aim AimAt(int bytes, bool write, int slot)
    {
        int turn = _turn = (_turn + 1) % Rotating;
        Wrap();
        _il.Emit(OpCodes.Stloc, _addresses[turn]);
        int basis = _origins[slot];
        if (_memory is not null)
            return new Aim(turn, basis, PageMemory.Flat);
        PageMemory memory = _remembers == PageMemory.State && (basis >= EngineState.NearCount || _loaded[basis]) ? PageMemory.None : _remembers;
        if (memory == PageMemory.None)
        {
            LookUp(turn, bytes, write, LeaveAtInstruction(RegionExit.Access));
            return new Aim(turn, basis, memory);
        }
        Probe probe = new(_il.DefineLabel(), _il.DefineLabel(), LeaveAtInstruction(RegionExit.Access), new Aim(turn, basis, memory), bytes, write);
        _probes.Add(probe);
        _il.Emit(OpCodes.Ldloc, _addresses[turn]);
        Number(_pageMask | (uint)(bytes - 1));
        _il.Emit(OpCodes.And);
        if (memory == PageMemory.State)
        {
            LoadState(EngineState.NearOf(basis) + (write ? EngineFields.WriteTag : EngineFields.ReadTag));
        }
        else
        {
            _pages[basis] ??= _il.DeclareLocal(typeof(ulong));
            _addends[basis] ??= _il.DeclareLocal(typeof(ulong));
            _stored[basis] |= write;
            _il.Emit(OpCodes.Ldloc, _pages[basis]!);
        }
        _il.Emit(OpCodes.Bne_Un, probe.Label);
        _il.MarkLabel(probe.Back);
        return probe.Aim;
    }

    /// <summary>Finds the entry of an address in the TLB, and leaves when it is about another page or another kind of access.</summary>
    private void LookUp(int turn, int bytes, bool write, EmitLabel leave)
    {
        LocalBuilder address = _addresses[turn], entry = _entries[turn];
        _il.Emit(OpCodes.Ldloc, address);
        _il.Emit(OpCodes.Ldc_I4, _slotShift);
        _il.Emit(OpCodes.Shr_Un);
        _il.Emit(OpCodes.Conv_U4);
        _il.Emit(OpCodes.Ldarg_0);
        Offset(EngineFields.TlbByteMask);
        _il.Emit(OpCodes.Volatile);     // it grows; and a register for it would be taken from the program's
        _il.Emit(OpCodes.Ldind_U4);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Conv_U);
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, entry);
        PushPage(turn, bytes);
        LoadEntry(entry, write ? EngineFields.WriteTag : EngineFields.ReadTag);
        _il.Emit(OpCodes.Bne_Un, leave);
    }

    /// <summary>Pushes the page of an access, or what is none when it cannot be made at once.</summary>
    private void PushPage(int turn, int bytes)
    {
        _il.Emit(OpCodes.Ldloc, _addresses[turn]);
        if (_kind.TrapsUnaligned)
        {
            Number(_pageMask | (uint)(bytes - 1));
        }
        else
        {
            if (bytes > 1)
            {
                Number((uint)(bytes - 1));
                _il.Emit(OpCodes.Add);
                Wrap();
            }
            Number(_pageMask);
        }
        _il.Emit(OpCodes.And);
    }

    /// <summary>Looks an address up in the TLB, out of the way, and notes its page.</summary>
    private void EmitProbe(in Probe probe)
    {
        (int turn, int basis, PageMemory memory) = probe.Aim;
        LocalBuilder entry = _entries[turn];
        _il.MarkLabel(probe.Label);
        LookUp(turn, probe.Bytes, probe.Write, probe.Leave);
        if (memory == PageMemory.State)
        {
            foreach (int field in (int[])[EngineFields.ReadTag, EngineFields.WriteTag, EngineFields.Addend])
                StoreState(EngineState.NearOf(basis) + field, () => LoadEntry(entry, field));
            _il.Emit(OpCodes.Br, probe.Back);
            return;
        }
        LoadEntry(entry, EngineFields.Addend);
        _il.Emit(OpCodes.Stloc, _addends[basis]!);
        PushPage(turn, probe.Bytes);
        _il.Emit(OpCodes.Stloc, _pages[basis]!);
        if (_stored[basis])
        {
            _il.Emit(OpCodes.Ldloc, _pages[basis]!);
            LoadEntry(entry, probe.Write ? EngineFields.ReadTag : EngineFields.WriteTag);
            _il.Emit(OpCodes.Beq, probe.Back);
            Number(NoPage);
            _il.Emit(OpCodes.Stloc, _pages[basis]!);
        }
        _il.Emit(OpCodes.Br, probe.Back);
    }

    private void LoadEntry(LocalBuilder entry, int field)
    {
        _il.Emit(OpCodes.Ldloc, entry);
        Offset(EngineState.TlbAt + field);
        _il.Emit(OpCodes.Ldind_I8);
    }

    /// <summary>Pushes where the bytes that were aimed at lie in the host's memory.</summary>
    private void PushHost(Aim aim, int offset = 0)
    {
        _il.Emit(OpCodes.Ldloc, _addresses[aim.Turn]);
        switch (aim.Memory)
        {
            case PageMemory.Locals:
                _il.Emit(OpCodes.Ldloc, _addends[aim.Basis]!);
                break;
            case PageMemory.State:
                LoadState(EngineState.NearOf(aim.Basis) + EngineFields.Addend);
                break;
            case PageMemory.Flat:
                _il.Emit(OpCodes.Ldloc, _memory!);
                break;
            default:
                LoadEntry(_entries[aim.Turn], EngineFields.Addend);
                break;
        }
        _il.Emit(OpCodes.Add);
        if (offset != 0)
        {
            _il.Emit(OpCodes.Ldc_I8, (long)offset);
            _il.Emit(OpCodes.Add);
        }
        _il.Emit(OpCodes.Conv_U);
    }

    // ---- functions ------------------------------------------------------------------------------------------------------

    private MethodInfo FunctionOf(in MicroOp op) => _functions[(int)(uint)op.Displacement];

    private void Call(in MicroOp op)
    {
        MethodInfo function = FunctionOf(op);
        bool everywhere = function.GetCustomAttribute<SlotsAttribute>() is null;
        if (everywhere)
            PutBack();
        StoreState(EngineFields.Remaining, PushRemaining);    // a function may ask how many instructions are done
        bool vector = op.Code == MicroCode.CallVector;
        if (vector)
            PushSlotAddress(op.D);
        _il.Emit(OpCodes.Ldarg_0);
        foreach (int slot in (int[])[op.A, op.B])
        {
            if (vector)
            {
                PushSlotAddress(slot);
                _il.Emit(OpCodes.Ldobj, HostOperations.Vector);
            }
            else
            {
                Get(slot);
            }
        }
        _il.Emit(OpCodes.Ldc_I4, op.Scale);
        _il.Emit(OpCodes.Call, function);
        if (vector)
            _il.Emit(OpCodes.Stobj, HostOperations.Vector);
        else
            _il.Emit(OpCodes.Stloc, _value);
        if (everywhere)
            Fetch();
        if (op.Code == MicroCode.CallChecked)
        {
            EmitLabel fine = _il.DefineLabel();
            LoadFrom(EngineFields.Raised, OpCodes.Ldind_I4);
            _il.Emit(OpCodes.Brfalse, fine);
            // It has changed nothing: the interpreter asks it again, and stops.
            _il.Emit(OpCodes.Ldarg_0);
            Offset(EngineFields.Raised);
            _il.Emit(OpCodes.Ldc_I4_0);
            _il.Emit(OpCodes.Stind_I4);
            _il.Emit(OpCodes.Br, LeaveAtInstruction(RegionExit.Other));
            _il.MarkLabel(fine);
        }
        if (vector || op.Code == MicroCode.CallFlags)
            return;
        _il.Emit(OpCodes.Ldloc, _value);
        Set(op.D);
    }

    /// <summary>The host does it and goes around the call behind, when it may and that is all.</summary>
    private void HostFloat(in MicroOp op)
    {
        EmitLabel otherwise = _opLabels[_at + 1], done = _opLabels[_at + 2];
        ulong rule = op.Immediate;
        LocalBuilder[] numbers = _doubles[_turn = (_turn + 1) % Rotating];
        foreach ((int slot, LocalBuilder number) in ((int, LocalBuilder)[])[(op.A, numbers[0]), (op.B, numbers[1])])
        {
            Get(slot);
            _il.Emit(OpCodes.Call, HostOperations.ToDouble);
            _il.Emit(OpCodes.Stloc, number);
        }
        _il.Emit(OpCodes.Ldloc, numbers[0]);
        _il.Emit(OpCodes.Ldloc, numbers[1]);
        _il.Emit(op.Code switch
        {
            MicroCode.FloatAdd64 => OpCodes.Add,
            MicroCode.FloatSub64 => OpCodes.Sub,
            MicroCode.FloatMul64 => OpCodes.Mul,
            _ => OpCodes.Div,
        });
        _il.Emit(OpCodes.Stloc, numbers[2]);
        bool difference = op.Code == MicroCode.FloatSub64;
        EmitLabel fine = _il.DefineLabel();
        if (HostFloatRule.QuietOf(rule) is not 0 and ulong quiet)
        {
            EmitLabel heard = _il.DefineLabel();
            Get(HostFloatRule.ControlOf(rule));
            Number(quiet);
            _il.Emit(OpCodes.And);
            Number(quiet);
            _il.Emit(OpCodes.Beq, heard);
            Ask(HostOperations.IsSurelyExact(op.Code), OpCodes.Brtrue, fine);
            AskForNearest();
            Ask(HostOperations.IsExact(op.Code), OpCodes.Brfalse, otherwise);
            _il.Emit(OpCodes.Br, fine);
            _il.MarkLabel(heard);
        }
        AskForNearest();
        Ask(HostOperations.IsPlain(op.Code), OpCodes.Brfalse, otherwise);
        _il.MarkLabel(fine);
        _il.Emit(OpCodes.Ldloc, numbers[2]);
        _il.Emit(OpCodes.Call, HostOperations.FromDouble);
        Set(op.D);
        _il.Emit(OpCodes.Br, done);

        void AskForNearest()
        {
            if (!HostFloatRule.Asks(rule))
                return;
            Get(HostFloatRule.ControlOf(rule));
            Number(HostFloatRule.RoundingOf(rule));
            _il.Emit(OpCodes.And);
            Number(HostFloatRule.NearestOf(rule));
            _il.Emit(OpCodes.Bne_Un, otherwise);
        }

        void Ask(MethodInfo question, OpCode branch, EmitLabel label)
        {
            _il.Emit(OpCodes.Ldloc, numbers[0]);
            _il.Emit(OpCodes.Ldloc, numbers[1]);
            if (difference)
                _il.Emit(OpCodes.Neg);
            _il.Emit(OpCodes.Ldloc, numbers[2]);
            _il.Emit(OpCodes.Call, question);
            _il.Emit(branch, label);
        }
    }

    // ---- slots and state ------------------------------------------------------------------------------------------------

    private void Get(int slot)
    {
        if (_locals[slot] is { } local)
            _il.Emit(OpCodes.Ldloc, local);
        else
            LoadFrom(8 * slot, OpCodes.Ldind_I8);
    }

    /// <summary>Sets a slot to what is on the stack.</summary>
    private void Set(int slot)
    {
        if (_locals[slot] is { } local)
        {
            _il.Emit(OpCodes.Stloc, local);
            return;
        }
        _il.Emit(OpCodes.Stloc, _value);
        StoreSlot(slot, () => _il.Emit(OpCodes.Ldloc, _value));
    }

    private void StoreSlot(int slot, Action push) => StoreState(8 * slot, push);

    private void StoreState(int offset, Action push)
    {
        _il.Emit(OpCodes.Ldarg_0);
        Offset(offset);
        push();
        _il.Emit(OpCodes.Stind_I8);
    }

    private void LoadState(int offset) => LoadFrom(offset, OpCodes.Ldind_I8);

    /// <summary>The threshold as it is now: others set it, so that it must not be kept in a register around a loop.</summary>
    private void LoadThreshold()
    {
        _il.Emit(OpCodes.Ldarg_0);
        Offset(EngineFields.Threshold);
        _il.Emit(OpCodes.Volatile);
        _il.Emit(OpCodes.Ldind_I8);
    }

    private void LoadFrom(int offset, OpCode how)
    {
        _il.Emit(OpCodes.Ldarg_0);
        Offset(offset);
        _il.Emit(how);
    }

    private void PushSlotAddress(int slot)
    {
        _il.Emit(OpCodes.Ldarg_0);
        Offset(8 * slot);
    }

    private void Offset(int offset)
    {
        if (offset == 0)
            return;
        _il.Emit(OpCodes.Ldc_I4, offset);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Add);
    }

    private void Number(ulong value) => _il.Emit(OpCodes.Ldc_I8, (long)value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetMethodDescriptor")]
    private static extern RuntimeMethodHandle DescriptorOf(DynamicMethod method);

    /// <summary>Where the accesses of a block remember the page that was found last for addresses off a register.</summary>
    private enum PageMemory
    {
        /// <summary>Nowhere: each is looked up in the TLB.</summary>
        None,

        /// <summary>In locals, which the host may have registers for.</summary>
        Locals,

        /// <summary>In the state, beside the TLB.</summary>
        State,

        /// <summary>There is nothing to remember: every address is physical, and is taken for good.</summary>
        Flat,
    }

    /// <summary>An address that was looked up: the turn of the locals that hold it and its entry, the slot that it was computed from, and where that one's page is remembered.</summary>
    private readonly record struct Aim(int Turn, int Basis, PageMemory Memory);

    /// <summary>A look-up in the TLB, out of the way.</summary>
    private readonly record struct Probe(EmitLabel Label, EmitLabel Back, EmitLabel Leave, Aim Aim, int Bytes, bool Write);
}
