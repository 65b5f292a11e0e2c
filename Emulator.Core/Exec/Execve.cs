using System.Collections.Immutable;
using System.Text;
using Emulator.Core.Elf;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Exec;

/// <summary>execve(2): the order of <c>do_execve()</c> (v6.1: <c>do_execveat_common()</c>) and <c>load_elf_binary()</c>, whichever way the arguments wait.</summary>
/// <remarks>
/// Source: fs/exec.c, fs/compat.c, fs/binfmt_elf.c, fs/binfmt_script.c, v2.6.32 and v6.1. Not modelled: credentials,
/// binfmt_misc, other threads, files closed on exec.
/// </remarks>
public sealed class Execve
{
    private readonly LinuxKernel _kernel;
    private readonly ExecRequest _request;
    private readonly IExecStrategy _way;
    private readonly RandomDraws _random;
    private readonly ImmutableArray<ExecStage>.Builder _stages = ImmutableArray.CreateBuilder<ExecStage>(4);
    private readonly List<GuestFile> _opened = [];
    private BinaryParameters _bprm = null!;
    private bool _passedPointOfNoReturn;
    private ulong _stackTop;
    private AbiProfile? _profile;
    private ElfImage? _image;
    private StartState? _started;

    private Execve(LinuxKernel kernel, ExecRequest request, IExecStrategy way)
    {
        _kernel = kernel;
        _request = request;
        _way = way;
        _random = new RandomDraws(request.Personality.HasFlag(Personality.AddrNoRandomize) ? null : request.Seed);
    }

    private KernelEra Era => _kernel.Profile.Era;

    /// <summary>Runs one execve on a kernel.</summary>
    /// <param name="kernel">The kernel; its memory is what pages and tables are taken from.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="way">Where arguments wait; fresh for every call.</param>
    /// <returns>
    /// The books. On success <see cref="ExecResult.Started"/> holds the new address space, which the caller owns. On failure
    /// everything taken was given back; the caller's own address space was never touched before the point of no return.
    /// </returns>
    public static ExecResult Run(LinuxKernel kernel, ExecRequest request, IExecStrategy way)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(way);
        return new Execve(kernel, request, way).Run();
    }

    private ExecResult Run()
    {
        _kernel.Oops.Clear();
        try
        {
            if (NewAddressSpace() is { } noSpace)
                return new ExecResult { Way = _way.Name, Error = noSpace.Error, Reason = noSpace.Reason, StackTopMax = _kernel.Profile.StackTopMax };
            Press();
            ExecFailure? failure = CopyStrings() ?? LoadBinary();
            return failure is null ? Books(null) : Abandon(failure);
        }
        finally
        {
            foreach (GuestFile file in _opened)
            {
                if (_started is null)
                    file.Dispose();
                else
                    _started.Space.Keep(file);
            }
        }
    }

    /// <summary>bprm_mm_init(): a new address space, under the old program's personality.</summary>
    private ExecFailure? NewAddressSpace()
    {
        string caller = _request.CallerAbi ?? _kernel.Profile.Abis[0].Abi.Name;
        bool compat = _kernel.Profile.Abi(caller)?.Abi.WordBytes == 4;
        Errno error = _kernel.CreateAddressSpace(_request.StackLimitBytes, stackBytes: BinaryParameters.GuaranteedBytes, out AddressSpace? space);
        if (error.Failed())
            return new ExecFailure(error, "no memory for the top page table of the new address space");
        _bprm = new BinaryParameters(_request, _kernel, space!, compat);
        error = _way.Begin(_bprm);
        if (!error.Failed())
            return null;
        RecordFailure(error);
        space!.Destroy();
        return new ExecFailure(error, "the temporary stack could not be made");
    }

    /// <summary>Tells a machine whose memory may run out what this task is held to have, and lets others do what they are to do.</summary>
    private void Press()
    {
        if (_kernel.Pressure is not { } pressure)
            return;
        pressure.CallerPoints = OomPoints;
        if (!_request.Interventions.IsEmpty)
            _bprm.Meanwhile = new Interleaving(_kernel, _bprm, _way, _request.Interventions);
    }

    /// <summary>badness() of v2.6.32, oom_badness() of v6.1, of the task that calls execve: of its new address space, once that is its own.</summary>
    private long OomPoints()
    {
        AddressSpace space = _bprm.Space;
        if (!_passedPointOfNoReturn)
        {
            long waiting = _way.WaitingPages(_bprm);
            return !Era.ChargesArguments ? 0 : waiting > 0 ? waiting : (long)((_bprm.Stack?.Bytes ?? 0) >> space.PageShift);     // acct_arg_size()
        }
        return Era.OomCountsMemory
            ? space.ResidentPages + space.SwappedPages + (long)((space.Tables?.AccountedBytes(Era.AccountedTableLevels) ?? 0) >> space.PageShift)
            : (long)((space.MappedBytes - ((space as PagedAddressSpace)?.ExtendedBytes ?? 0)) >> space.PageShift);
    }

    /// <summary>Counts, limits, and the three pushes: file name, environment, arguments.</summary>
    private ExecFailure? CopyStrings()
    {
        _bprm.ArgumentCount = _request.Arguments.Count;
        _bprm.EnvironmentCount = _request.Environment.Count;
        if (Era.LimitsByPosition && _way is not FixedExec && SetLowestPosition() is { } tooMany)
            return tooMany;
        if (ArgumentCopy.Push(_bprm, _way, Encoding.Latin1.GetBytes(_request.FileName), "the file name") is { } name)
            return name;
        _bprm.Exec = _bprm.P;
        ExecFailure? strings = ArgumentCopy.Push(_bprm, _way, _request.Environment, "environment string")
            ?? ArgumentCopy.Push(_bprm, _way, _request.Arguments, "argument");
        if (strings is not null)
            return strings;
        if (Era.SuppliesEmptyArgv0 && _bprm.ArgumentCount == 0)
        {
            if (ArgumentCopy.Push(_bprm, _way, ReadOnlySpan<byte>.Empty, "the empty argv[0] that the kernel supplies") is { } empty)
                return empty;
            _bprm.ArgumentCount = 1;
        }
        Reach(ExecStageName.Copied);
        return null;
    }

    /// <summary>bprm_stack_limits(), v6.1: eight bytes a pointer are charged, for 32-bit programs too.</summary>
    private ExecFailure? SetLowestPosition()
    {
        ulong cap = _request.LiftArgumentCap ? ulong.MaxValue : Era.ArgumentCapBytes;
        ulong limit = Math.Max(Math.Min(cap, _request.StackLimitBytes / 4), BinaryParameters.GuaranteedBytes);
        ulong pointers = (ulong)(Math.Max(_bprm.ArgumentCount, 1) + _bprm.EnvironmentCount) * BinaryParameters.KernelPointerBytes;
        if (limit <= pointers)
            return new ExecFailure(Errno.E2BIG, $"{pointers} bytes of pointers alone reach the limit of {limit} bytes");
        limit -= pointers;
        _bprm.LowestP = _bprm.P > limit ? _bprm.P - limit : 0;
        return null;
    }

    /// <summary>search_binary_handler(): scripts lead to their interpreters, until something is ELF.</summary>
    private ExecFailure? LoadBinary()
    {
        Span<byte> head = new byte[Era.HeaderBytes];
        for (int depth = 1; ; depth++)
        {
            head.Clear();
            int read = _bprm.File.Read(0, head);
            if (ElfImage.HasMagic(head))
                return LoadElf();
            if (read < 2 || !head.StartsWith("#!"u8))
                return new ExecFailure(Errno.ENOEXEC, $"{_bprm.Interpreter} is neither ELF nor a script");
            if (depth >= Era.MaxScriptDepth)
                return new ExecFailure(Era.ScriptDepthError, $"{_bprm.Interpreter} is a script behind {depth - 1} others");
            if (ScriptLine.Parse(head, later: Era.LimitsByPosition) is not { } line)
                return new ExecFailure(Errno.ENOEXEC, $"the first line of {_bprm.Interpreter} names no interpreter that fits");
            if (EnterScript(line) is { } failure)
                return failure;
        }
    }

    /// <summary>load_script(): argv[0] makes way for interpreter, optional argument and script name.</summary>
    private ExecFailure? EnterScript(ScriptLine line)
    {
        ExecFailure? failure = ArgumentCopy.RemoveFirst(_bprm, _way)
            ?? ArgumentCopy.Push(_bprm, _way, Encoding.Latin1.GetBytes(_bprm.Interpreter), "the script's name");
        if (failure is not null)
            return failure;
        _bprm.ArgumentCount++;
        if (line.Argument is { } argument)
        {
            if (ArgumentCopy.Push(_bprm, _way, Encoding.Latin1.GetBytes(argument), "the interpreter's argument") is { } refused)
                return refused;
            _bprm.ArgumentCount++;
        }
        if (ArgumentCopy.Push(_bprm, _way, Encoding.Latin1.GetBytes(line.Interpreter), "the interpreter's name") is { } tooLong)
            return tooLong;
        _bprm.ArgumentCount++;
        Errno error = Open(line.Interpreter, out GuestFile? file);
        if (error.Failed())
            return new ExecFailure(error, $"the interpreter {line.Interpreter} of {_bprm.Interpreter} cannot be opened");
        _bprm.Interpreter = line.Interpreter;
        _bprm.File = file!;
        return null;
    }

    /// <summary>load_elf_binary(), in its order.</summary>
    private ExecFailure? LoadElf()
    {
        ElfLoader loader = new(_kernel, _bprm, Open);
        if (loader.Check(out AbiProfile? profile) is { } refused)
            return refused;
        _image = loader.Image;
        _profile = profile!;

        _passedPointOfNoReturn = true;      // begin_new_exec(): the old address space is gone, errors kill from here on
        _request.PassedPointOfNoReturn?.Invoke();
        _bprm.Space.AdoptArguments();
        AreaFlags stackFlags = StackFlags(loader);
        SetUpNewSpace();
        Reach(ExecStageName.SetupIn);
        if (SetUpArgumentPages(stackFlags) is { } stackFailure)
            return stackFailure;
        Reach(ExecStageName.SetupOut);
        if (loader.MapAll(_profile, _random) is { } mapFailure)
            return mapFailure;
        if (MapVdso(out ulong vdso) is { } vdsoFailure)
            return vdsoFailure;
        StartStack stack = new(_bprm, _profile, _random, loader, vdso);
        if (stack.Write() is { } tableFailure)
            return tableFailure;
        loader.SetBreak(_profile, _random);
        if (loader.ReadEntryDescriptor(_profile) is { } descriptorFailure)
            return descriptorFailure;
        Start(loader, stack);
        Reach(ExecStageName.Start);
        return null;
    }

    /// <summary>VM_STACK_FLAGS as the new personality and PT_GNU_STACK want them.</summary>
    private AreaFlags StackFlags(ElfLoader loader)
    {
        bool readImpliesExec = _request.Personality.HasFlag(Personality.ReadImpliesExec) || (loader.StackExecutable is null && _profile!.NoStackHeaderImpliesExec);
        loader.ReadImpliesExec = readImpliesExec;
        bool executable = loader.StackExecutable ?? (readImpliesExec || _profile!.StackExecutableByDefault);
        return AreaFlags.Read | AreaFlags.Write | AreaFlags.GrowsDown | AreaFlags.Account | (executable ? AreaFlags.Execute : 0);
    }

    /// <summary>setup_new_exec(): arch_pick_mmap_layout() under the new personality.</summary>
    private void SetUpNewSpace()
    {
        AddressLayout layout = _profile!.Layout;
        AddressSpace space = _bprm.Space;
        space.TaskSize = layout.TaskSizeWhileLoading != 0 ? layout.TaskSizeWhileLoading : layout.TaskSize;
        ulong random = (_random.Draw("mmap base") & layout.MmapRandomMask) << space.PageShift;
        bool unlimited = _request.StackLimitBytes == ulong.MaxValue;
        bool legacy = layout.BottomUp || (layout.BottomUpWhenUnlimited && unlimited) || _request.Personality.HasFlag(Personality.AddrCompatLayout);
        space.BreakFlags = _profile.DataExecutable ? AreaFlags.Execute : AreaFlags.None;
        space.MapWindow = layout.MapWindow;
        space.FileAlignMask = layout.FileAlignMask;
        space.UnmappedBase = new VirtualAddress(layout.UnmappedBase);
        space.TopDown = !legacy;
        if (legacy)
        {
            space.MmapBase = new VirtualAddress(layout.UnmappedBase + (Era.LimitsByPosition ? random : 0));
            return;
        }
        ulong stackRandom = _random.Active ? layout.StackRandomMask << space.PageShift : 0, least = layout.MmapGapMin;
        ulong gap = unlimited ? ulong.MaxValue : _request.StackLimitBytes;
        if (layout.MmapPad == 0)
            least += stackRandom;                       // v2.6.32: MIN_GAP
        else if (gap + layout.MmapPad + stackRandom > gap)
            gap += layout.MmapPad + stackRandom;        // v6.1: on top of the limit, with the guard gap
        gap = Math.Clamp(gap, least, layout.MmapTop / 6 * 5);
        space.MmapBase = new VirtualAddress(layout.MmapTop - gap - random).AlignUp(space.PageBytes);
    }

    /// <summary>setup_arg_pages(randomize_stack_top(STACK_TOP)).</summary>
    private ExecFailure? SetUpArgumentPages(AreaFlags flags)
    {
        AddressLayout layout = _profile!.Layout;
        AddressSpace space = _bprm.Space;
        ulong draw = _request.StackRandomPages ?? _random.Draw("stack top");
        ulong top = layout.StackTop - ((draw & layout.StackRandomMask) << space.PageShift);
        top = StartStack.Align(layout, top, _request.StackRandomPages is null ? _random : new RandomDraws(null), "stack top alignment");
        VirtualAddress stackTop = new VirtualAddress(top).AlignUp(space.PageBytes);
        _stackTop = layout.StackTop;
        if (stackTop.Value > _kernel.Profile.StackTopMax && _kernel.Profile.HasMmu)
            // A what-if only (--stack-top-max). The shift is below zero then, and "ensure there are no vmas between where we want to go and where we are" finds none at all.
            return new ExecFailure(Errno.EFAULT, $"shift_arg_pages(): the stack's top 0x{stackTop.Value:x} lies above STACK_TOP_MAX 0x{_kernel.Profile.StackTopMax:x}, and the kernel moves a stack downwards only");
        if (Era.ChecksStackRoom && (stackTop.Value < KernelProfileDefaults.MmapMinAddress || StackBytes() >= stackTop.Value - KernelProfileDefaults.MmapMinAddress))
            return new ExecFailure(Errno.ENOMEM, "setup_arg_pages(): the arguments do not fit below the top of the stack");
        if (_way.Commit(_bprm, stackTop, flags) is var error && error.Failed())
            return new ExecFailure(error, "setup_arg_pages(): the stack could not be put where it belongs");
        _kernel.Recorder?.Record(new TraceEvent(TraceEventKind.StageReached, 0, stackTop, default, (ulong)_bprm.Space.AnonymousPages, Detail: (ulong)ExecStageName.SetupOut));
        return ExecFailure.When(ExpandForProgram(), "setup_arg_pages(): the stack may not grow by the room that the program gets");
    }

    private ulong StackBytes()
    {
        ulong page = _bprm.PageBytes, top = _way is FixedExec ? FixedExec.MaxPages * page : _kernel.Profile.StackTopMax;
        return top - _bprm.P / page * page;
    }

    /// <summary>The room below the arguments: 20 pages in 2.6.32, 128 KiB within the limit later.</summary>
    private Errno ExpandForProgram()
    {
        if (!_kernel.Profile.HasMmu)
            return Errno.None;      // the block was made with its room
        VirtualMemoryArea stack = _bprm.Stack!;
        ulong expand = Era.StackExpansionBytes != 0 ? Era.StackExpansionBytes : Era.StackExpansionPages * _bprm.PageBytes;
        ulong limit = _request.StackLimitBytes & ~(_bprm.PageBytes - 1);
        VirtualAddress to = Era.StackExpansionClamped && (stack.Bytes + expand > limit) ? stack.End - limit : stack.Start - expand;
        return _bprm.Space.ExpandStack(stack, to).Failed() ? Errno.EFAULT : Errno.None;
    }

    private ExecFailure? MapVdso(out ulong address)
    {
        address = 0;
        int pages = _profile!.VvarPages + _profile.VdsoPages;
        AddressSpace space = _bprm.Space;
        if (_profile.Vdso == VdsoPlace.None || pages == 0 || !_kernel.Profile.HasMmu)
            return null;
        ulong bytes = (ulong)pages * space.PageBytes;
        ulong align = Math.Max(_profile.VdsoAlignment, space.PageBytes);
        Errno error = space.FindRoom(VdsoWish(bytes), bytes + align - space.PageBytes, out VirtualAddress at);
        if (error.Failed())
            return new ExecFailure(error, "no room for the vdso");
        at = at.AlignUp(align);
        PhysicalAddress[] frames = [.. Enumerable.Repeat(_kernel.ZeroPage, pages)];
        if (_profile.VvarPages > 0)
            space.MapSpecial("[vvar]", at, frames[.._profile.VvarPages], AreaFlags.Read);
        VirtualAddress text = at + (ulong)_profile.VvarPages * space.PageBytes;
        space.MapSpecial("[vdso]", text, frames[_profile.VvarPages..], AreaFlags.Read | AreaFlags.Execute);
        address = text.Value;
        return null;
    }

    /// <summary>vdso_addr() of x86 (arch/x86/entry/vdso/vma.c) and s390 (arch/s390/kernel/vdso.c).</summary>
    private VirtualAddress VdsoWish(ulong bytes)
    {
        AbiProfile profile = _profile!;
        ulong page = _bprm.PageBytes;
        if (profile.Vdso == VdsoPlace.Anywhere)
            return default;
        if (profile.Vdso == VdsoPlace.AtLimit && !_random.Active)
            return new VirtualAddress(profile.VdsoLimit);
        ulong start = profile.Vdso == VdsoPlace.AtLimit ? _bprm.P + page : _bprm.P;
        start = (start + page - 1) & ~(page - 1);
        ulong span = 1UL << _kernel.Profile.Tree[0].TableShift;
        ulong end = Math.Min((start + bytes + span - 1) & ~(span - 1), profile.VdsoLimit) - bytes;
        if (end <= start)
            return new VirtualAddress(start);
        return new VirtualAddress(start + _random.Draw("vdso") % ((end - start) / page + 1) * page);
    }

    /// <summary>start_thread(): registers, and on s390 in 2.6.32 the levels that a 31-bit program does not need.</summary>
    private void Start(ElfLoader loader, StartStack stack)
    {
        AddressLayout layout = _profile!.Layout;
        _bprm.Space.TaskSize = layout.TaskSize;
        if (layout.DepthAtStart != 0 && _bprm.Space is PagedAddressSpace paged)
            paged.ReduceDepth(layout.DepthAtStart);
        _bprm.Space.StartStack = new VirtualAddress(stack.Bottom);
        _started = new StartState(_bprm.Space, stack.Bottom - _profile.StackPointerOffset, stack.Bottom, _bprm.Stack!.End.Value, loader.EntryPoint,
            stack.Argv, stack.Envp, stack.AuxvAt, stack.Argv0, stack.Auxv, _profile);
    }

    private Errno Open(string path, out GuestFile? file)
    {
        Errno error = _request.Files.Open(path, out file);
        if (file is not null)
            _opened.Add(file);
        return error;
    }

    private void Reach(ExecStageName name)
    {
        AddressSpace space = _bprm.Space;
        PageTables? tables = space.Tables;
        _stages.Add(new ExecStage
        {
            Name = name,
            P = _bprm.P,
            Allocated = tables?.Allocated ?? default,
            Freed = tables?.Freed ?? default,
            PgtablesBytes = tables?.AccountedBytes(Era.AccountedTableLevels) ?? 0,
            TableBytes = tables?.TableBytes ?? 0,
            PeakTableBytes = tables?.PeakTableBytes ?? 0,
            Depth = tables?.Depth ?? 0,
            Faults = space.Faults,
            AnonymousPages = space.AnonymousPages,
            WaitingPages = _way.WaitingPages(_bprm),
            OomPoints = OomPoints(),
            SwappedPages = space.SwappedPages,
            Maps = [.. space.Areas.Select(area => MapsLine.Format(space, area))],
            FragmentPages = tables?.FragmentPages.Sum() ?? 0,
            FragmentPagesOfPmd = tables?.FragmentPages[1] ?? 0,
        });
        if (name != ExecStageName.SetupOut)
            _kernel.Recorder?.Record(new TraceEvent(TraceEventKind.StageReached, 0, new VirtualAddress(_bprm.P), default, (ulong)space.AnonymousPages, Detail: (ulong)name));
        _bprm.Meanwhile?.Reach(new ExecPoint(name switch
        {
            ExecStageName.Copied => ExecPointKind.Copied,
            ExecStageName.SetupIn => ExecPointKind.SetupIn,
            ExecStageName.SetupOut => ExecPointKind.SetupOut,
            _ => ExecPointKind.Start,
        }));
    }

    private ExecResult Abandon(ExecFailure failure)
    {
        ExecResult books = Books(failure);
        RecordFailure(books.Error);
        _way.Abandon(_bprm);
        _bprm.Space.Destroy();
        return books;
    }

    private void RecordFailure(Errno error) => _kernel.Recorder?.Record(new TraceEvent(TraceEventKind.Failed, 0, default, default, Detail: (ulong)error));

    private ExecResult Books(ExecFailure? failure)
    {
        PageTables? tables = _bprm.Space.Tables;
        KernelBug? bug = failure is null ? null : _kernel.Oops.Bug;
        MemoryPressure? pressure = _kernel.Pressure;
        Signal fatal = pressure is { CallerIsKilled: true } ? Signal.SIGKILL : failure is null || bug is not null || !_passedPointOfNoReturn ? Signal.None : failure.Kill != Signal.None ? failure.Kill : Era.FatalSignal;
        long waiting = (_way as StagedExec)?.ChunkPages ?? 0;
        return new ExecResult
        {
            Way = _way.Name,
            Error = bug is null ? failure?.Error ?? Errno.None : Errno.None,
            Bug = bug,
            Reason = bug is null ? failure?.Reason : bug.ToString(),
            Killed = fatal,
            Stages = _stages.ToImmutable(),
            ShiftBytes = _bprm.ShiftBytes,
            Moves = tables?.Moves ?? default,
            Flushes = tables?.Flushes ?? default,
            ProtectionFlushes = (_bprm.Space as PagedAddressSpace)?.ProtectionFlushes ?? 0,
            ProtectedEntries = (_bprm.Space as PagedAddressSpace)?.ProtectedEntries ?? 0,
            PeakTableBytes = tables?.PeakTableBytes ?? 0,
            FinalTableBytes = tables?.TableBytes ?? 0,
            StagingPages = waiting,
            ArgumentPages = _stages.Count > 0 ? Math.Max(_stages[0].WaitingPages, _stages[0].AnonymousPages + _stages[0].SwappedPages) : 0,
            Pressure = pressure is null ? null : new PressureBooks
            {
                SwappedOut = pressure.SwappedOut,
                OthersSwappedOut = pressure.OthersSwappedOut,
                SwappedIn = pressure.SwappedIn,
                Kills = [.. pressure.Kills],
                EntriesLeftBehind = pressure.Migration.LeftBehind,
            },
            Interventions = _bprm.Meanwhile?.Results ?? [],
            ArgumentCount = _bprm.ArgumentCount,
            StackTopMax = _kernel.Profile.StackTopMax,
            StackTop = _stackTop,
            Abi = _profile?.Abi,
            Image = _image,
            Started = _started,
        };
    }
}
