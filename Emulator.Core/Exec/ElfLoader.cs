using System.Text;
using Emulator.Core.Elf;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Exec;

/// <summary>The part of <c>load_elf_binary()</c> that knows about files and segments.</summary>
/// <remarks>Source: fs/binfmt_elf.c, v2.6.32 and v6.1.192; where the two differ, the branch names the era's switch.</remarks>
internal sealed class ElfLoader(LinuxKernel kernel, BinaryParameters bprm, ElfLoader.Opener open)
{
    private const int PathMax = 4096;

    private ElfImage? _interpreterImage;
    private GuestFile? _interpreterFile;
    private ulong _loadBias;
    private ulong _fileEnd;     // elf_bss: highest end of file contents
    private ulong _memoryEnd;   // elf_brk: highest end of memory
    private ulong _headers;

    /// <summary>Opens an interpreter.</summary>
    public delegate Errno Opener(string path, out GuestFile? file);

    /// <summary>Headers of the program.</summary>
    public ElfImage Image { get; private set; } = null!;

    /// <summary>What PT_GNU_STACK says of execution; null without one.</summary>
    public bool? StackExecutable { get; private set; }

    /// <summary>READ_IMPLIES_EXEC of the new program.</summary>
    public bool ReadImpliesExec { get; set; }

    /// <summary>AT_BASE.</summary>
    public ulong InterpreterBase { get; private set; }

    /// <summary>AT_ENTRY.</summary>
    public ulong ProgramEntry { get; private set; }

    /// <summary>AT_PHDR.</summary>
    public ulong HeadersAddress { get; private set; }

    /// <summary>First instruction: the interpreter's, if there is one.</summary>
    public ulong EntryPoint { get; private set; }

    private AddressSpace Space => bprm.Space;

    private KernelEra Era => kernel.Profile.Era;

    private ulong PageMask => ~(Space.PageBytes - 1);

    // ---- before the point of no return ------------------------------------------------------------------------------

    /// <summary>All that may still return an error to the caller: headers, interpreter, machine.</summary>
    public ExecFailure? Check(out AbiProfile? profile)
    {
        profile = null;
        if (!ElfImage.TryRead(bprm.File.Length, bprm.File.TryReadExactly, out ElfImage? image, out ElfFormatError? error))
            return new ExecFailure(Errno.ENOEXEC, $"{bprm.Interpreter}: {error.Message}");
        Image = image;
        if (image.Type is not (ElfImage.TypeExecutable or ElfImage.TypeDynamic))
            return new ExecFailure(Errno.ENOEXEC, $"{bprm.Interpreter}: e_type should be 2 (EXEC) or 3 (DYN), found {image.Type}");
        profile = ProfileOf(image);
        if (profile is null)
            return new ExecFailure(Errno.ENOEXEC, $"{bprm.Interpreter}: this kernel runs no {image.Class}-bit program of machine {image.Machine}");
        if (CheckHeaderTable(image, bprm.Interpreter) is { } table)
            return table;
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type == ElfSegment.GnuStack)
                StackExecutable = segment.Executable;
        }
        int index = IndexOf(image, ElfSegment.Interpreter);
        return index < 0 ? null : CheckInterpreter(image.Segments[index], profile);
    }

    // ---- after it ---------------------------------------------------------------------------------------------------

    /// <summary>Maps program and interpreter.</summary>
    public ExecFailure? MapAll(AbiProfile profile, RandomDraws random)
    {
        if (MapProgram(profile, random) is { } failure)
            return failure;
        ProgramEntry = Image.Entry + _loadBias;
        HeadersAddress = _headers + (Era.BssPerSegment ? _loadBias : 0);
        EntryPoint = ProgramEntry;
        if (_interpreterImage is not null)
            return MapInterpreter(_interpreterImage, _interpreterFile!);
        return Era.BssPerSegment && IsBadAddress(EntryPoint)
            ? new ExecFailure(Errno.EINVAL, $"the entry point 0x{EntryPoint:x} lies outside the address space")
            : null;
    }

    /// <summary>mm->brk and its randomisation, at the end of the loader (v6.1) or of set_brk() (v2.6.32).</summary>
    public void SetBreak(AbiProfile profile, RandomDraws random)
    {
        ulong end = _memoryEnd + _loadBias;
        bool moved = Era.PieFromMmapBase && Image.Type == ElfImage.TypeDynamic && _interpreterImage is null;
        if (moved)
            end = profile.Layout.DynamicBase;
        end = (end + Space.PageBytes - 1) & PageMask;
        if (random.Active && profile.Layout.BrkRandomBytes != 0)
        {
            if (!moved && Era.PieFromMmapBase)
                end += Space.PageBytes;
            end += random.Draw("brk") % profile.Layout.BrkRandomBytes & PageMask;
        }
        Space.StartBrk = Space.BrkEnd = new VirtualAddress(end);
    }

    /// <summary>
    /// start_thread() of an ABI whose entry points are function descriptors: the kernel reads the code address from user memory.
    /// </summary>
    /// <remarks>Source: arch/powerpc/kernel/process.c, ELF ABI version 1. The page of the descriptor is faulted in by that.</remarks>
    public ExecFailure? ReadEntryDescriptor(AbiProfile profile)
    {
        if (!profile.EntryIsDescriptor)
            return null;
        Span<byte> words = stackalloc byte[16];
        if (Space.CopyIn(new VirtualAddress(EntryPoint), words).Failed())
            return null;    // the kernel ignores the failed read; the program then starts at an address of zero
        EntryPoint = profile.Abi.Order == ByteOrder.BigEndian
            ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(words) + (InterpreterBase != 0 ? InterpreterBase : _loadBias)
            : EntryPoint;
        return null;
    }

    private static int IndexOf(ElfImage image, uint type)
    {
        for (int i = 0; i < image.Segments.Length; i++)
        {
            if (image.Segments[i].Type == type)
                return i;
        }
        return -1;
    }

    private AbiProfile? ProfileOf(ElfImage image)
    {
        AbiProfile? found = kernel.Profile.Abis.FirstOrDefault(candidate =>
            candidate.Abi.ElfClass == image.Class && candidate.Abi.Order == image.Order && candidate.Abi.ElfMachines.Contains(image.Machine));
        if (found is null || (image.Flags & found.RefusedElfFlags) != 0)
            return null;
        return found.LowLayout is { } low && (image.Flags & found.LowElfFlags) != 0 ? found with { Layout = low } : found;
    }

    private ExecFailure? CheckHeaderTable(ElfImage image, string path)
    {
        if (image.HeaderEntryBytes != image.SegmentHeaderBytes)
            return new ExecFailure(Errno.ENOEXEC, $"{path}: e_phentsize should be {image.SegmentHeaderBytes}, found {image.HeaderEntryBytes}");
        int limit = Era.HeaderTableLimitBytes != 0 ? Era.HeaderTableLimitBytes : Math.Min(65536, (int)Space.PageBytes);
        int bytes = image.HeaderCount * image.SegmentHeaderBytes;
        return bytes == 0 || bytes > limit
            ? new ExecFailure(Errno.ENOEXEC, $"{path}: e_phnum should give 1 to {limit} bytes of program headers, found {image.HeaderCount} headers")
            : null;
    }

    private ExecFailure? CheckInterpreter(ElfSegment segment, AbiProfile profile)
    {
        if (segment.FileBytes is > PathMax or < 2)
            return new ExecFailure(Errno.ENOEXEC, $"PT_INTERP should have 2 to {PathMax} bytes, found {segment.FileBytes}");
        byte[] path = new byte[segment.FileBytes];
        if (segment.Offset > long.MaxValue || !bprm.File.TryReadExactly((long)segment.Offset, path))
            return new ExecFailure(Era.ShortReadError, $"PT_INTERP at 0x{segment.Offset:x} lies behind the end of the file");
        if (path[^1] != 0)
            return new ExecFailure(Errno.ENOEXEC, "PT_INTERP does not end in a NUL");
        string name = Encoding.Latin1.GetString(path.AsSpan(0, path.AsSpan().IndexOf((byte)0)));
        Errno error = open(name, out _interpreterFile);
        if (error.Failed())
            return new ExecFailure(error, $"the interpreter {name} cannot be opened");
        byte[] head = new byte[ElfImage.MaxHeaderBytes];
        if (_interpreterFile!.Read(0, head) < (profile.Abi.ElfClass == 64 ? 64 : 52))
            return new ExecFailure(Errno.EIO, $"the interpreter {name} is shorter than an ELF header");
        if (!ElfImage.TryRead(_interpreterFile.Length, _interpreterFile.TryReadExactly, out _interpreterImage, out ElfFormatError? why))
            return new ExecFailure(Errno.ELIBBAD, $"the interpreter {name}: {why.Message}");
        if (ProfileOf(_interpreterImage)?.Abi != profile.Abi)
            return new ExecFailure(Errno.ELIBBAD, $"the interpreter {name} is for another machine than the program");
        return CheckHeaderTable(_interpreterImage, name) is { } table ? table with { Error = Errno.ELIBBAD } : null;
    }

    private ExecFailure? MapProgram(AbiProfile profile, RandomDraws random)
    {
        bool first = true;
        foreach (ElfSegment segment in Image.Segments)
        {
            if (segment.Type != ElfSegment.Load)
                continue;
            if (!Era.BssPerSegment && _memoryEnd > _fileEnd && MapBss(_fileEnd + _loadBias, _memoryEnd + _loadBias, AreaFlags.None, clearTail: true) is var early && early.Failed())
                return new ExecFailure(early, "set_brk(): the bss between two segments cannot be mapped");
            MapFlags flags = MapFlags.Fixed;
            if (first && Place(segment, profile, random, out flags) is { } noPlace)
                return noPlace;
            ulong totalBytes = first && Era.FixedRefusesOverlap && Image.Type == ElfImage.TypeDynamic ? TotalBytes(Image) : 0;
            ulong wanted = unchecked(segment.VirtualAddress + _loadBias);
            Errno error = MapSegment(bprm.File, segment, wanted, flags, totalBytes, out ulong mapped);
            if (error.Failed())
                return new ExecFailure(error, Obstacle(segment, wanted));
            if (first)
            {
                first = false;
                if (!Era.BssPerSegment)
                    _headers = segment.VirtualAddress - segment.Offset + Image.HeadersOffset;
                if (Image.Type == ElfImage.TypeDynamic)
                    _loadBias = unchecked(_loadBias + mapped - (wanted & PageMask));
                if (!Era.BssPerSegment)
                    _headers = unchecked(_headers + _loadBias);
            }
            if (Era.BssPerSegment && segment.Offset <= Image.HeadersOffset && Image.HeadersOffset - segment.Offset < segment.FileBytes)
                _headers = Image.HeadersOffset - segment.Offset + segment.VirtualAddress;
            if (IsBadAddress(segment.VirtualAddress) || segment.FileBytes > segment.MemoryBytes || segment.MemoryBytes > Space.TaskSize
                || Space.TaskSize - segment.MemoryBytes < segment.VirtualAddress)
                return new ExecFailure(Errno.EINVAL, $"the segment at 0x{segment.VirtualAddress:x} with {segment.FileBytes} bytes in the file and {segment.MemoryBytes} in memory does not fit the address space");
            _fileEnd = Math.Max(_fileEnd, segment.VirtualAddress + segment.FileBytes);
            _memoryEnd = Math.Max(_memoryEnd, segment.VirtualAddress + segment.MemoryBytes);
        }
        if (Era.BssPerSegment)
            return null;
        Errno bss = MapBss(_fileEnd + _loadBias, _memoryEnd + _loadBias, AreaFlags.None, clearTail: false);
        if (bss.Failed())
            return new ExecFailure(bss, "set_brk(): the bss cannot be mapped");
        return _fileEnd != _memoryEnd && ClearTail(_fileEnd + _loadBias).Failed()
            ? new ExecFailure(Errno.EFAULT, "padzero(): the end of the last page of the file cannot be cleared", Signal.SIGSEGV)
            : null;
    }

    /// <summary>What is in the way of a segment: without an MMU, memory that somebody else has.</summary>
    private string Obstacle(ElfSegment segment, ulong wanted)
    {
        string what = $"the segment at 0x{segment.VirtualAddress:x}";
        if (Space.Tables is not null)
            return $"{what} cannot be mapped";
        ulong end = unchecked(wanted + Math.Max(segment.MemoryBytes, segment.FileBytes));
        string holder = Space.Find(new VirtualAddress(wanted)) is { } area && area.Start.Value < end
            ? $"0x{area.Start.Value:x}-0x{area.End.Value:x}, which {(area == bprm.Stack ? "the stack with the arguments has" : "another segment has")}"
            : "memory that is taken or not there";
        return $"{what} wants {holder}: without an MMU a program for fixed addresses runs only where memory is free";
    }

    /// <summary>Decides the load bias and how firmly the first segment is placed.</summary>
    private ExecFailure? Place(ElfSegment firstSegment, AbiProfile profile, RandomDraws random, out MapFlags flags)
    {
        flags = Era.FixedRefusesOverlap ? MapFlags.FixedNoReplace : MapFlags.Fixed;
        if (Image.Type == ElfImage.TypeExecutable)
            return null;
        ulong bias = profile.Layout.DynamicBase, alignment = MaximumAlignment();
        if (!Era.PieFromMmapBase)
        {
            flags = MapFlags.None;                              // v2.6.32: a wish, on x86 not even that
            _loadBias = profile.PieAtDynamicBase ? unchecked(bias - firstSegment.VirtualAddress) & PageMask : 0;
            return null;
        }
        if (_interpreterImage is not null)
        {
            bias += (random.Draw("mmap base") & profile.Layout.MmapRandomMask) << Space.PageShift;
            bias &= ~(alignment - 1);
        }
        else if (alignment > Space.PageBytes && Space.Tables is not null)
        {
            if (Space.FindRoom(default, TotalBytes(Image), out VirtualAddress room).Failed())
                return new ExecFailure(Errno.ENOMEM, "no room for the program in the mmap area");
            bias = room.Value & ~(alignment - 1);
        }
        else
        {
            bias = 0;
            flags = MapFlags.None;
        }
        _loadBias = unchecked(bias - firstSegment.VirtualAddress) & PageMask;
        return null;
    }

    private ulong MaximumAlignment()
    {
        ulong alignment = Space.PageBytes;
        foreach (ElfSegment segment in Image.Segments)
        {
            if (segment.Type == ElfSegment.Load && System.Numerics.BitOperations.IsPow2(segment.Alignment))
                alignment = Math.Max(alignment, segment.Alignment);
        }
        return alignment;
    }

    private ulong TotalBytes(ElfImage image)
    {
        ulong low = ulong.MaxValue, high = 0;
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type != ElfSegment.Load)
                continue;
            low = Math.Min(low, segment.VirtualAddress & PageMask);
            high = Math.Max(high, unchecked(segment.VirtualAddress + segment.MemoryBytes));
        }
        return high > low ? high - low : 0;
    }

    /// <summary>elf_load() (v6.1) or elf_map() alone (v2.6.32).</summary>
    private Errno MapSegment(GuestFile file, ElfSegment segment, ulong address, MapFlags flags, ulong totalBytes, out ulong mapped)
    {
        ulong inPage = segment.VirtualAddress & ~PageMask;
        mapped = address & PageMask;
        bool ownBss = Era.BssPerSegment && segment.MemoryBytes > segment.FileBytes;
        if (segment.FileBytes != 0 || !Era.BssPerSegment)
        {
            Errno error = MapFromFile(file, segment, address, flags, totalBytes, out mapped);
            if (error.Failed() || !ownBss)
                return error;
            _ = ClearTail(mapped + inPage + segment.FileBytes);     // failure is ignored there too
        }
        else if (!ownBss)
        {
            return Errno.None;
        }
        ulong start = mapped + inPage + segment.FileBytes, end = unchecked(mapped + inPage + segment.MemoryBytes);
        if (segment.FileBytes == 0)
            start = mapped;
        return MapBss(start, end, segment.Executable ? AreaFlags.Execute : AreaFlags.None, clearTail: false);
    }

    /// <summary>elf_map(): whole pages of the file, even where the segment begins or ends inside one.</summary>
    private Errno MapFromFile(GuestFile file, ElfSegment segment, ulong address, MapFlags flags, ulong totalBytes, out ulong mapped)
    {
        ulong inPage = segment.VirtualAddress & ~PageMask;
        mapped = address & PageMask;
        ulong bytes = unchecked(segment.FileBytes + inPage + Space.PageBytes - 1) & PageMask;
        if (bytes == 0)
            return segment.FileBytes == 0 ? Errno.None : Errno.ENOMEM;
        if (bytes < segment.FileBytes)
            return Errno.ENOMEM;
        AreaFlags protection = (segment.Readable ? AreaFlags.Read : 0) | (segment.Writable ? AreaFlags.Write : 0) | (segment.Executable ? AreaFlags.Execute : 0);
        if (ReadImpliesExec && segment.Readable)
            protection |= AreaFlags.Execute;
        ulong whole = (totalBytes + Space.PageBytes - 1) & PageMask;
        MapRequest request = new(new VirtualAddress(mapped), Math.Max(whole, bytes), protection, flags, file, unchecked(segment.Offset - inPage));
        Errno error = Space.Map(request, out VirtualAddress at);
        if (error.Failed())
            return error;
        if (whole > bytes && Space.Tables is not null)
            _ = Space.Unmap(at + bytes, whole - bytes);
        mapped = at.Value;
        return Errno.None;
    }

    /// <summary>Whole pages of zeros from the first page boundary on; with <paramref name="clearTail"/>, the rest of the last file page too.</summary>
    private Errno MapBss(ulong start, ulong end, AreaFlags extra, bool clearTail)
    {
        ulong from = (start + Space.PageBytes - 1) & PageMask, to = unchecked(end + Space.PageBytes - 1) & PageMask;
        if (to > from)
        {
            Errno error = Space.MapBreak(new VirtualAddress(from), to - from, extra);
            if (error.Failed())
                return error;
        }
        if (clearTail)
            _ = ClearTail(start);
        return Errno.None;
    }

    /// <summary>padzero().</summary>
    private Errno ClearTail(ulong from)
    {
        ulong inPage = from & ~PageMask;
        return inPage == 0 ? Errno.None : Space.Clear(new VirtualAddress(from), Space.PageBytes - inPage);
    }

    /// <summary>load_elf_interp().</summary>
    private ExecFailure? MapInterpreter(ElfImage image, GuestFile file)
    {
        if (image.Type is not (ElfImage.TypeExecutable or ElfImage.TypeDynamic))
            return new ExecFailure(Errno.EINVAL, "the interpreter is neither an executable nor a shared object", Signal.SIGSEGV);
        ulong totalBytes = TotalBytes(image), bias = 0, fileEnd = 0, memoryEnd = 0;
        bool placed = false, executableBss = false;
        if (totalBytes == 0)
            return new ExecFailure(Errno.EINVAL, "the interpreter has nothing to load", Signal.SIGSEGV);
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type != ElfSegment.Load)
                continue;
            bool fixedPlace = image.Type == ElfImage.TypeExecutable || placed;
            if (!fixedPlace)
                bias = _loadBias != 0 ? unchecked(0 - segment.VirtualAddress) : 0;
            ulong wanted = unchecked(bias + segment.VirtualAddress);
            Errno error = MapFromFile(file, segment, wanted, fixedPlace ? MapFlags.Fixed : MapFlags.None, totalBytes, out ulong mapped);
            if (error.Failed())
                return new ExecFailure(error, "the interpreter cannot be mapped", Signal.SIGSEGV);
            totalBytes = 0;
            if (!placed && image.Type == ElfImage.TypeDynamic)
            {
                bias = unchecked(mapped - (segment.VirtualAddress & PageMask));
                placed = true;
            }
            ulong at = unchecked(bias + segment.VirtualAddress);
            if (IsBadAddress(at) || segment.FileBytes > segment.MemoryBytes || segment.MemoryBytes > Space.TaskSize || Space.TaskSize - segment.MemoryBytes < at)
                return new ExecFailure(Errno.ENOMEM, "a segment of the interpreter does not fit the address space", Signal.SIGSEGV);
            fileEnd = Math.Max(fileEnd, at + segment.FileBytes);
            if (at + segment.MemoryBytes > memoryEnd)
            {
                memoryEnd = at + segment.MemoryBytes;
                executableBss = segment.Executable;
            }
        }
        if (memoryEnd > fileEnd && ClearTail(fileEnd).Failed())
            return new ExecFailure(Errno.EFAULT, "the interpreter's bss cannot be cleared", Signal.SIGSEGV);
        if (MapBss(fileEnd, memoryEnd, executableBss && Era.BssPerSegment ? AreaFlags.Execute : AreaFlags.None, clearTail: false) is var bss && bss.Failed())
            return new ExecFailure(bss, "the interpreter's bss cannot be mapped", Signal.SIGSEGV);
        InterpreterBase = bias;
        EntryPoint = unchecked(bias + image.Entry);
        return IsBadAddress(EntryPoint) ? new ExecFailure(Errno.EINVAL, $"the interpreter's entry point 0x{EntryPoint:x} lies outside the address space", Signal.SIGSEGV) : null;
    }

    private bool IsBadAddress(ulong address) => address >= Space.TaskSize;
}
