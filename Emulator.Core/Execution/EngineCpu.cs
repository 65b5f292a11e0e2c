using System.Runtime.InteropServices;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>A CPU closed over how its machine's accesses go. Between blocks that are linked nothing of this class is run.</summary>
internal sealed unsafe class EngineCpu : Cpu
{
    private const int HotAt = 200, CoveredHeat = -2_000, MostWaiting = 16;

    // Regions of one block that differ in where their other pages lie: programs that take turns have theirs at the same addresses.
    private const int MostVariants = 4;

    // What has to be translated again, because it changes or goes on elsewhere, waits each time twice as long, up to some tens of milliseconds; and a
    // page that has made so many regions void is left out of those that begin elsewhere.
    private const int MostDoublings = 12, ChangesOften = 3;

    private readonly CpuMode _kind;
    private readonly EngineState* _state;
    private readonly SlowAccess _access;
    private readonly BlockCache _blocks;
    private readonly StateFunctions _functions = new();
    private readonly BlockBuilder _builder;
    private readonly PhysicalMemory _memory;
    private readonly ulong _pageBytes;
    private readonly Dictionary<ulong, List<Region>> _regions = [];     // by physical page
    private readonly Translator _translator;
    private readonly HashSet<nint> _asked = [];     // entries of regions that are being translated
    private readonly Dictionary<ulong, int> _losses = [];       // by physical page: how often a region was void because its code changed
    private readonly List<Region> _named = [];      // those that a profile names
    private CodeSpace _space = new();
    private ulong _lastEpoch;
    private volatile bool _interrupted;
    private Block* _resumeBlock;        // a fault left this block at this operation; the program counter is in the state
    private MicroOp* _resumeOp;
    private ulong _resumePc;
    private MicroOp* _link;             // the exit that was taken last, to be linked to the block that is found for it
    private long _retired, _made, _decoded, _operations, _lookups, _codeStores, _translatedRegions, _generation;
    private EngineMode _mode = EngineMode.Tiered;
    private ulong? _breakpoint;
    private bool _disposed;

    /// <summary>Makes a CPU; its registers are 0.</summary>
    /// <param name="kind">How its accesses go.</param>
    /// <param name="instructions">Its instruction set.</param>
    /// <param name="memory">Guest memory; outlives it.</param>
    /// <param name="pageShift">log2 of the bytes in a page.</param>
    /// <param name="translator">Whom to ask for translations.</param>
    public EngineCpu(CpuMode kind, InstructionSet instructions, PhysicalMemory memory, int pageShift, IAddressTranslator translator)
        : base(instructions)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _kind = kind;
        _memory = memory;
        _pageBytes = 1UL << pageShift;
        if (sizeof(EngineState) > EngineState.NearOf(0))
            throw new InvalidOperationException($"the engine's state is {sizeof(EngineState)} bytes, and what lies behind it begins at {EngineState.NearOf(0)}");
        // What the TLB does not grow into is never touched, so that the host has no memory for it.
        _state = (EngineState*)NativeMemory.AlignedAlloc((nuint)(EngineState.TlbAt + (sizeof(TlbEntry) << EngineState.LargestTlbShift)), 4096);
        new Span<byte>(_state, EngineState.TlbAt).Clear();
        _state->Tlb = (TlbEntry*)((byte*)_state + EngineState.TlbAt);
        _state->Jumps = (JumpTarget*)NativeMemory.AllocZeroed((nuint)(sizeof(JumpTarget) << EngineState.JumpShift));
        _state->PageMask = ~(_pageBytes - 1);
        _state->Memory = memory.Vouched.HostAddressOf(default);
        _state->SlotShift = pageShift - TlbEntry.Log2Bytes;
        _state->Functions = _functions.Table;
        _state->Threshold = Block.MaxInstructions;
        _access = new SlowAccess(memory, translator, _state, pageShift);
        _access.Flush();
        _blocks = new BlockCache(memory, _pageBytes);
        _builder = new BlockBuilder(_functions);
        _translator = new Translator(Translate, AskForHearing);
        _state->Hot = HotAt;
        memory.Watched.Changing += Forget;
        Enter(_space);
    }

    /// <inheritdoc/>
    public override ulong Pc
    {
        get => _state->Pc;
        set
        {
            _state->Pc = _kind.Wrap(value);
            _resumeBlock = null;
        }
    }

    /// <inheritdoc/>
    public override Span<ulong> Registers
    {
        get
        {
            _resumeBlock = null;    // what the rest of that block knows of registers may be true no longer
            return new(_state->Slots, EngineState.FirstScratch);
        }
    }

    /// <inheritdoc/>
    public override ulong this[Slot slot]
    {
        get => new ReadOnlySpan<ulong>(_state->Slots, EngineState.FirstScratch)[slot.Number];
        set => Registers[slot.Number] = value;
    }

    /// <inheritdoc/>
    public override long Retired => _retired;

    /// <inheritdoc/>
    public override EngineStatistics Statistics => new(_retired, _made, _decoded, _operations, _blocks.Dropped, _lookups, _access.Misses, _codeStores,
        _state->Translated, _translatedRegions, _translator.Time, Exits);

    /// <inheritdoc/>
    public override bool IsInTranslatedCode => !_disposed && Volatile.Read(ref _state->InRegion) != 0;

    /// <inheritdoc/>
    public override EngineMode Mode
    {
        get => _mode;
        set
        {
            _mode = value;
            _state->Hot = value is EngineMode.Tiered or EngineMode.Flat ? HotAt : 0;
            Clear();
        }
    }

    /// <inheritdoc/>
    public override ulong? Breakpoint
    {
        get => _breakpoint;
        set
        {
            if (_breakpoint == value)
                return;
            _breakpoint = value;
            Clear();
        }
    }

    /// <inheritdoc/>
    public override Func<ulong, string>? CodeName { get; set; }

    /// <inheritdoc/>
    public override CpuStop Run(long instructions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(instructions);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _state->Remaining = instructions;
        _state->Limit = _retired + instructions;
        CpuStop stop = Dispatch();
        _retired += instructions - _state->Remaining;
        return stop with { Pc = _state->Pc };
    }

    /// <inheritdoc/>
    public override void Interrupt()
    {
        _interrupted = true;
        AskForHearing();
    }

    /// <inheritdoc/>
    public override void Enter(CodeSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (space.Epoch == 0)
            space.Epoch = ++_lastEpoch;
        _space = space;
        _state->Epoch = space.Epoch;
        _access.Flush();
    }

    /// <inheritdoc/>
    public override void Flush(VirtualAddress va)
    {
        _access.Flush(va.Value);
        if (_space.Pages.Contains(va.Value & _state->PageMask))
            BeginEpoch();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        _access.Flush();
        BeginEpoch();
    }

    /// <inheritdoc/>
    public override void Observe(IAccessObserver? observer)
    {
        _access.Observer = observer;
        if (_builder.IsObserved == observer is not null)
            return;
        _builder.IsObserved = observer is not null;
        Clear();
    }

    /// <inheritdoc/>
    public override bool ChecksAlignment
    {
        get => _builder.ChecksAlignment;
        set
        {
            if (_builder.ChecksAlignment == value)
                return;
            _builder.ChecksAlignment = value;
            Clear();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        _memory.Watched.Changing -= Forget;
        _translator.Dispose();
        Clear();
        _blocks.Dispose();
        _functions.Dispose();
        NativeMemory.Free(_state->Jumps);
        NativeMemory.AlignedFree(_state);
    }

    private CpuStop Dispatch()
    {
        _link = null;
        for (; ; )
        {
            if (Volatile.Read(ref _state->Threshold) == long.MaxValue)
            {
                Volatile.Write(ref _state->Threshold, Block.MaxInstructions);
                while (_translator.TryTake(out Region region))
                    Install(region);
            }
            if (_interrupted)
            {
                _interrupted = false;
                return new CpuStop(CpuStopKind.Interrupted, 0, 0, 0, default);
            }
            if (_state->Remaining <= 0)
                return new CpuStop(CpuStopKind.Budget, 0, 0, 0, default);
            Block* block;
            MicroOp* op;
            if (_resumeBlock != null && _resumePc == _state->Pc && !_resumeBlock->Dropped
                && _state->Remaining >= _resumeBlock->Instructions - _resumeBlock->InstructionOf(_resumeOp))
            {
                block = _resumeBlock;
                int done = block->InstructionOf(_resumeOp);
                op = block->Ops + block->Marks[done].FirstOp;
                _state->Remaining += done;      // the block's exits count them again
            }
            else if (TryFind(_state->Pc, out block))
            {
                if (_link != null && block->CanBeLinked)
                    Link(_link, block);
                op = block->Start;
            }
            else
            {
                return _state->Stop;
            }
            _resumeBlock = null;
            _kind.Interpret(_state, _access, block, op);
            _link = null;
            switch (_state->Left)
            {
                case Leaving.Link:
                    _link = _state->AtBlock->Dropped ? null : _state->AtOp;
                    break;
                case Leaving.Raise:
                    return _state->Stop;
                case Leaving.Raised:
                    GoBack();
                    CpuStop raised = new(_state->Raised, 0, _state->RaisedCode, _state->RaisedAddress, default);
                    _state->Raised = CpuStopKind.None;
                    return raised;
                case Leaving.Fault:
                    GoBack();
                    _access.ObserveFault(_state->Stop);
                    Remember();
                    return _state->Stop;
                case Leaving.Poll:
                    GoBack();
                    break;
                case Leaving.CodeStore:
                    GoBack();
                    _codeStores++;
                    if (_regions.TryGetValue(_access.CodePage.Value, out List<Region>? lost) && lost.Count > 0)
                        NoteLoss(_access.CodePage.Value);
                    _memory.Watched.Change(_access.CodePage);
                    _access.BeginRepeat();
                    bool goesOn = TryRunOne(out CpuStop stop);
                    _access.EndRepeat();
                    if (!goesOn)
                        return stop;
                    break;
            }
        }
    }

    /// <summary>After a store to code: does that one instruction from a block that nobody finds, so that the page stays unwatched meanwhile.</summary>
    private bool TryRunOne(out CpuStop stop)
    {
        for (; ; )
        {
            stop = default;
            if (!TryMake(_state->Pc, most: 1, keep: false, out Block* block))
            {
                stop = _state->Stop;
                return false;
            }
            _kind.Interpret(_state, _access, block, block->Ops);
            switch (_state->Left)
            {
                case Leaving.CodeStore:     // it stores to another page of code, too
                    GoBack();
                    _memory.Watched.Change(_access.CodePage);
                    _access.BeginRepeat();
                    continue;
                case Leaving.Raise:
                    stop = _state->Stop;
                    return false;
                case Leaving.Raised:
                    GoBack();
                    stop = new(_state->Raised, 0, _state->RaisedCode, _state->RaisedAddress, default);
                    _state->Raised = CpuStopKind.None;
                    return false;
                case Leaving.Fault:
                    GoBack();
                    _access.ObserveFault(_state->Stop);
                    stop = _state->Stop;
                    return false;
                case Leaving.Poll:
                    GoBack();
                    return true;
                default:
                    return true;
            }
        }
    }

    /// <summary>The present instruction has done nothing: those before it in the block are counted, and it is next.</summary>
    private void GoBack()
    {
        Block* block = _state->AtBlock;
        int instruction = block->InstructionOf(_state->AtOp);
        _state->Remaining -= instruction;
        _state->Pc = block->Marks[instruction].Pc;
    }

    private void Remember()
    {
        _resumeBlock = _state->AtBlock;
        _resumeOp = _state->AtOp;
        _resumePc = _state->Pc;
    }

    private bool TryFind(ulong pc, out Block* block)
    {
        block = null;
        _lookups++;
        if ((pc & (ulong)(Instructions.InstructionAlignment - 1)) != 0)
        {
            _state->Stop = new CpuStop(CpuStopKind.Unaligned, 0, (int)AccessKind.Fetch, pc, default);
            return false;
        }
        if (!_access.TryFetch(pc, out PhysicalAddress physical))
        {
            _access.Observe(pc, AccessKind.Fetch, 1);       // no block can tell of it
            return false;
        }
        if ((!_blocks.TryFind(physical, pc, out block) || !IsWhole(block)) && !TryMake(pc, Block.MaxInstructions, keep: true, out block))
            return false;
        if (block->Instructions > _state->Remaining)
            return TryMake(pc, (int)_state->Remaining, keep: false, out block);
        if (!block->CanBeLinked)
            return true;
        if (_mode != EngineMode.Interpret && !_builder.IsObserved && !_builder.ChecksAlignment)
            Warm(block);
        _space.Pages.Add(pc & _state->PageMask);
        if (block->SecondPage != 0)
            _space.Pages.Add(NextPage(pc));
        _state->Jumps[JumpTarget.SlotOf(pc)] = new JumpTarget { Pc = pc, Epoch = _state->Epoch, Block = block };
        return true;
    }

    /// <summary>Whether the second page of a block that lies on two is where it was.</summary>
    private bool IsWhole(Block* block) =>
        block->SecondPage == 0 || (_access.TryFetch(NextPage(block->Pc), out PhysicalAddress second) && second.Value == block->SecondPage);

    private ulong NextPage(ulong pc) => _kind.Wrap((pc & _state->PageMask) + _pageBytes);

    /// <summary>Makes a block of the code at an address.</summary>
    /// <param name="pc">The address.</param>
    /// <param name="most">Most instructions.</param>
    /// <param name="keep">To be found again.</param>
    /// <param name="block">The block.</param>
    private bool TryMake(ulong pc, int most, bool keep, out Block* block)
    {
        block = null;
        if (_blocks.IsFull)
            Clear();
        if (!_access.TryFetch(pc, out PhysicalAddress first))
            return false;
        int room = (int)(_pageBytes - (pc & (_pageBytes - 1)));
        ReadOnlySpan<byte> code = _memory.Slice(first, room);
        _builder.BeginBlock(pc, _state->PageMask, Instructions.LongestInstruction);
        Instructions.BeginBlock();
        int bytes = 0;
        bool ended = false;
        while (!ended && _builder.Instructions < most && bytes < room)
        {
            _builder.BeginInstruction(_kind.Wrap(pc + (ulong)bytes));
            if (_builder.Pc == _breakpoint)
            {
                _builder.StopAt(CpuStopKind.Breakpoint, 0);
                return TryStopHere(pc, first, bytes, keep, out block);
            }
            Emitted emitted = Instructions.Emit(_builder, code.Slice(bytes, Math.Min(room - bytes, Instructions.LongestInstruction)));
            if (emitted.Bytes == 0)
            {
                if (_builder.Instructions > 1)
                {
                    _builder.DropInstruction();
                    break;
                }
                return TryMakeAcross(pc, first, code, keep, out block);
            }
            _builder.EndInstruction(emitted.Bytes);
            bytes += emitted.Bytes;
            ended = emitted.EndsBlock;
        }
        block = Finish(pc, first, bytes, ended, keep);
        return true;
    }

    /// <summary>The block ends before an instruction: what it begins with is put down already.</summary>
    private bool TryStopHere(ulong pc, PhysicalAddress first, int bytes, bool keep, out Block* block)
    {
        _builder.EndInstruction(1);
        block = Finish(pc, first, Math.Max(bytes, 1), ended: true, keep);
        return true;
    }

    /// <summary>One instruction that begins on one page and ends on the next. What leads to it is good in one epoch, because either page may come to lie elsewhere.</summary>
    private bool TryMakeAcross(ulong pc, PhysicalAddress first, ReadOnlySpan<byte> head, bool keep, out Block* block)
    {
        block = null;
        ulong next = _kind.Wrap(pc + (ulong)head.Length);
        if (!_access.TryFetch(next, out PhysicalAddress second))
        {
            _access.Observe(pc, AccessKind.Fetch, head.Length + 1);
            return false;
        }
        Span<byte> code = stackalloc byte[Instructions.LongestInstruction];
        head.CopyTo(code);
        _memory.Slice(second, code.Length - head.Length).CopyTo(code[head.Length..]);
        _builder.BeginBlock(pc, _state->PageMask, Instructions.LongestInstruction);
        Instructions.BeginBlock();
        _builder.BeginInstruction(pc);
        Emitted emitted = Instructions.Emit(_builder, code);
        if (emitted.Bytes == 0)
            throw new InvalidOperationException($"{Instructions.Name}: the instruction at 0x{pc:x} is longer than {Instructions.LongestInstruction} bytes");
        _builder.EndInstruction(emitted.Bytes);
        block = Finish(pc, first, emitted.Bytes, emitted.EndsBlock, keep, second);
        return true;
    }

    private Block* Finish(ulong pc, PhysicalAddress first, int bytes, bool ended, bool keep, PhysicalAddress second = default)
    {
        if (!ended)
            _builder.Exit(_kind.Wrap(pc + (ulong)bytes));
        Block* block = _blocks.Add(_builder, first, second, bytes, keep);
        if (keep)
        {
            if (_losses.TryGetValue(first.Value & _state->PageMask, out int losses))
                block->Heat = HeatAfter(losses);
            Watch(first.AlignDown(_pageBytes));
            if (second != default)
                Watch(second);
        }
        _made++;
        _decoded += block->Instructions;
        _operations += block->OpCount;
        return block;
    }

    private void Watch(PhysicalAddress page)
    {
        if (_memory.Watched.Contains(page))
            return;
        _memory.Watched.Add(page);
        _access.ForgetStores(page);
    }

    private void Link(MicroOp* exit, Block* target)
    {
        if (exit->Code == MicroCode.ExitFar)
        {
            if (exit->Immediate != 0)
                Unlink(exit);
            exit[3].Immediate = _state->Epoch;
        }
        if (exit->Immediate == (ulong)target)
            return;
        exit->Immediate = (ulong)target;
        exit[2].Immediate = (ulong)target->Incoming;
        target->Incoming = exit;
    }

    private static void Unlink(MicroOp* exit)
    {
        Block* target = (Block*)exit->Immediate;
        ulong* from = (ulong*)&target->Incoming;
        while (*from != (ulong)exit)
            from = &((MicroOp*)*from)[2].Immediate;
        *from = exit[2].Immediate;
        exit->Immediate = 0;
        exit[2].Immediate = 0;
    }

    private void BeginEpoch()
    {
        _space.Epoch = ++_lastEpoch;
        _space.Pages.Clear();
        _state->Epoch = _space.Epoch;
    }

    private void Forget(PhysicalAddress page)
    {
        _blocks.Drop(page, _state->Jumps);
        if (!_regions.Remove(page.Value, out List<Region>? regions))
            return;
        foreach (Region region in regions)
            Drop(region);
    }

    // ---- regions --------------------------------------------------------------------------------------------------------

    private Region Translate(RegionPlan plan) =>
        RegionEmitter.Translate(plan, _kind, _functions, _state->PageMask, _state->SlotShift, _mode == EngineMode.Flat);

    private RegionExits Exits => new(Left(RegionExit.Direct), Left(RegionExit.Indirect), Left(RegionExit.Access), Left(RegionExit.Poll), Left(RegionExit.SystemCall), Left(RegionExit.Other));

    private long Left(RegionExit cause) => _state->RegionExits[(int)cause];

    private void AskForHearing()
    {
        if (!_disposed)
            Volatile.Write(ref _state->Threshold, long.MaxValue);
    }

    /// <summary>A block was looked up: it may be hot, or have a region whose pages were looked at in another epoch.</summary>
    private void Warm(Block* block)
    {
        if (block->Start != block->Ops)
        {
            if (block->RegionEpoch.Immediate == _state->Epoch || TryBeginRegion(block))
                return;
            block->Start = block->Ops;      // in this epoch its code is followed by other code
        }
        if (_mode == EngineMode.Translate)
        {
            Install(Translate(Named(RegionPlan.Make(block, _state->Epoch, _generation, _state->PageMask, _ => true, mostBlocks: 1))));
        }
        else if (block->Heat >= HotAt && _translator.Waiting < MostWaiting)
        {
            // A short loop is hot again before the translator is done with it. Its neighbours may begin regions of their own when they are entered often:
            // a procedure that returns to many places is left and entered at all of them.
            block->Heat = CoveredHeat;
            if (!_asked.Contains((nint)block) && !TryBeginRegion(block))
                AskFor(block);
        }
    }

    // By itself: what a method's lambdas capture is made when the method begins, and this one's would be made for every block that is looked up.
    private void AskFor(Block* block)
    {
        ulong home = block->PhysicalPc & _state->PageMask;
        RegionPlan plan = RegionPlan.Make(block, _state->Epoch, _generation, _state->PageMask,
            page => Lies(page) && (page.Physical == home || _losses.GetValueOrDefault(page.Physical) < ChangesOften));
        foreach (RegionBlock covered in plan.Blocks)
            ((Block*)covered.Block)->Heat = CoveredHeat;
        _asked.Add((nint)block);
        _translator.Ask(Named(plan));
    }

    /// <summary>Each region that a block had in vain, or that is good for other programs only, doubles what it has to be entered for the next.</summary>
    private static int HeatAfter(int regions) => HotAt - (HotAt << Math.Min(regions, MostDoublings));

    private void NoteLoss(ulong page) => _losses[page] = _losses.GetValueOrDefault(page) + 1;

    private bool Lies(RegionPage page) => _access.TryFetch(page.Virtual, out PhysicalAddress found) && found.Value == page.Physical;

    private RegionPlan Named(RegionPlan plan)
    {
        if (CodeName is { } name)
            plan.Name = name(plan.Blocks[0].Pc);
        return plan;
    }

    private void Install(Region region)
    {
        _translatedRegions++;
        if (CodeName is not null)
            _named.Add(region);
        _asked.Remove(region.Plan.Blocks[0].Block);
        bool valid = region.Plan.Generation == _generation;
        if (valid && region.Plan.Blocks.FirstOrDefault(block => ((Block*)block.Block)->Dropped) is { } changed)
        {
            NoteLoss(((Block*)changed.Block)->PhysicalPc & _state->PageMask);
            valid = false;
        }
        if (!valid)
        {
            region.Dispose();
            return;
        }
        foreach (RegionPage page in region.Plan.Pages)
        {
            if (!_regions.TryGetValue(page.Physical, out List<Region>? regions))
                _regions.Add(page.Physical, regions = []);
            regions.Add(region);
        }
        foreach (RegionBlock block in region.Plan.Blocks)
            ((Block*)block.Block)->Heat = CoveredHeat;
        Region[] variants = [.. _regions[region.Plan.Pages[0].Physical].Where(other => other.Plan.Blocks[0].Block == region.Plan.Blocks[0].Block)];
        if (variants.Length > MostVariants)
            Drop(variants[0]);
        Block* entry = (Block*)region.Plan.Blocks[0].Block;
        entry->Heat = HeatAfter(++entry->Regions);
        entry->EnterRegion.Immediate = (ulong)region.Function;
        entry->RegionEpoch.Immediate = 0;       // no epoch: the pages are looked at when it is entered first
        entry->Start = &entry->EnterRegion;
    }

    /// <summary>In this epoch a block begins that one of its regions whose pages lie where they lay.</summary>
    private bool TryBeginRegion(Block* entry)
    {
        if (!_regions.TryGetValue(entry->PhysicalPc & _state->PageMask, out List<Region>? regions))
            return false;
        foreach (Region region in regions)
        {
            if (region.Plan.Blocks[0].Block != (nint)entry || region.IsDropped || !region.Plan.Pages.All(Lies))
                continue;
            foreach (RegionPage page in region.Plan.Pages)
                _space.Pages.Add(page.Virtual);
            entry->EnterRegion.Immediate = (ulong)region.Function;
            entry->RegionEpoch.Immediate = _state->Epoch;
            entry->Start = &entry->EnterRegion;
            return true;
        }
        return false;
    }

    private void Drop(Region region)
    {
        if (region.IsDropped)
            return;
        region.IsDropped = true;
        Block* entry = (Block*)region.Plan.Blocks[0].Block;
        if (entry->EnterRegion.Immediate == (ulong)region.Function)
            entry->Start = entry->Ops;
        foreach (RegionPage page in region.Plan.Pages)
        {
            if (_regions.TryGetValue(page.Physical, out List<Region>? others))
                others.Remove(region);
        }
        region.Dispose();
    }

    private void Clear()
    {
        _generation++;
        foreach (Region region in _regions.Values.SelectMany(regions => regions).Distinct().ToArray())
            region.Dispose();
        _regions.Clear();
        _losses.Clear();
        _blocks.Clear();
        _resumeBlock = null;
        _link = null;
        new Span<JumpTarget>(_state->Jumps, 1 << EngineState.JumpShift).Clear();
    }
}
