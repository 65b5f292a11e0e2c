using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>mmap(), brk() and what else is done to an address space.</summary>
internal static class MemoryCalls
{
    // MAP_* and PROT_*, include/uapi/asm-generic/mman-common.h and mman.h.
    private const uint Shared = 1, Private = 2, SharedValidate = 3, TypeMask = 15, Fixed = 0x10, Anonymous = 0x20, GrowsDown = 0x100, NoReserve = 0x4000, Populate = 0x8000,
        FixedNoReplace = 0x100000;

    private const uint ReadRight = 1, WriteRight = 2, ExecuteRight = 4;

    public static CallResult Break(CallContext call)
    {
        VirtualAddress wanted = call.Pointer(0), now = call.Space.BrkEnd;
        if (wanted > now && !call.Space.MayCharge(wanted - now))
            return (long)now.Value;
        return (long)call.Space.SetBreak(wanted).Value;
    }

    public static CallResult Map(CallContext call) => Map(call, call[0], call[1], call.UInt(2), call.UInt(3), call.Int(4), call[5]);

    /// <summary>mmap2(): the offset counts pages of 4 KiB.</summary>
    public static CallResult MapPages(CallContext call) => Map(call, call[0], call[1], call.UInt(2), call.UInt(3), call.Int(4), (ulong)call.UInt(5) << 12);

    /// <summary>mmap() of old: all arguments in a structure.</summary>
    public static CallResult OldMap(CallContext call)
    {
        ulong word = (ulong)call.Layout.WordBytes;
        Span<ulong> arguments = stackalloc ulong[6];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (call.ReadWord(call[0] + (ulong)i * word, out arguments[i]) is var error && error.Failed())
                return error;
        }
        return Map(call, arguments[0], arguments[1], (uint)arguments[2], (uint)arguments[3], (int)arguments[4], arguments[5]);
    }

    public static CallResult Unmap(CallContext call) => call.Space.Unmap(call.Pointer(0), call[1]);

    public static CallResult Protect(CallContext call)
    {
        const uint GrowsDownFlag = 0x0100_0000, GrowsUpFlag = 0x0200_0000, Known = ReadRight | WriteRight | ExecuteRight | 8 | GrowsDownFlag;
        uint protection = call.UInt(2);
        if ((protection & ~Known) != 0 || (protection & GrowsUpFlag) != 0)
            return Errno.EINVAL;
        VirtualAddress start = call.Pointer(0);
        ulong bytes = call[1];
        if ((protection & GrowsDownFlag) != 0 && call.Space.Find(start) is { } area)
        {
            if (!area.Flags.HasFlag(AreaFlags.GrowsDown))
                return Errno.EINVAL;
            bytes += start - area.Start;
            start = area.Start;
        }
        return call.Space.Protect(start, bytes, RightsOf(call, protection));
    }

    public static CallResult Remap(CallContext call)
    {
        const uint MayMove = 1, FixedPlace = 2;
        uint flags = call.UInt(3);
        if ((flags & ~(MayMove | FixedPlace)) != 0 || flags == FixedPlace)
            return Errno.EINVAL;
        if (call[2] > call[1] && !call.Space.MayCharge(call[2] - call[1]))
            return Errno.ENOMEM;
        Errno error = call.Space.Remap(call.Pointer(0), call[1], call[2], (flags & MayMove) != 0, (flags & FixedPlace) != 0 ? call.Pointer(4) : null, out VirtualAddress at);
        return error.Failed() ? error : (long)at.Value;
    }

    public static CallResult Advise(CallContext call)
    {
        // MADV_*
        const int DontNeed = 4, Free = 8, Remove = 9, DontFork = 10, DoFork = 11, WipeOnFork = 18, KeepOnFork = 19, Last = 25;
        int advice = call.Layout.Advice.ToGeneric(call.Int(2));
        (VirtualAddress start, ulong bytes) = (call.Pointer(0), call[1]);
        if (start.Value % call.Space.PageBytes != 0)
            return Errno.EINVAL;
        return advice switch
        {
            DontNeed => call.Space.Discard(start, bytes),
            DontFork => call.Space.Advise(start, bytes, AreaFlags.NotForked, AreaFlags.None),
            DoFork => call.Space.Advise(start, bytes, AreaFlags.None, AreaFlags.NotForked),
            WipeOnFork when call.Space.Era.ChargesAgainstAllMemory => call.Space.Advise(start, bytes, AreaFlags.WipedOnFork, AreaFlags.None),
            KeepOnFork when call.Space.Era.ChargesAgainstAllMemory => call.Space.Advise(start, bytes, AreaFlags.None, AreaFlags.WipedOnFork),
            < 0 or 5 or 6 or 7 or Remove or > Last => Errno.EINVAL,
            Free when !call.Space.Era.ChargesAgainstAllMemory => Errno.EINVAL,
            _ => call.Space.Advise(start, bytes, AreaFlags.None, AreaFlags.None),       // nothing but a look whether it is mapped
        };
    }

    public static CallResult Synchronize(CallContext call)
    {
        const int Asynchronous = 1, Invalidate = 2, Now = 4;
        int flags = call.Int(2);
        if ((flags & ~(Asynchronous | Invalidate | Now)) != 0 || (flags & (Asynchronous | Now)) == (Asynchronous | Now))
            return Errno.EINVAL;
        return call.Space.Synchronize(call.Pointer(0), call[1]);
    }

    public static CallResult Resident(CallContext call)
    {
        AddressSpace space = call.Space;
        VirtualAddress start = call.Pointer(0);
        if (start.Value % space.PageBytes != 0)
            return Errno.EINVAL;
        ulong pages = (call[1] + space.PageBytes - 1) >> space.PageShift;
        if (pages > space.TaskSize >> space.PageShift)
            return Errno.ENOMEM;
        Span<byte> one = stackalloc byte[1];
        for (ulong page = 0; page < pages; page++)
        {
            VirtualAddress va = start + (page << space.PageShift);
            if (space.Find(va) is not { } area || !area.Contains(va))
                return Errno.ENOMEM;
            one[0] = space.TryPeek(va, out _) ? (byte)1 : (byte)0;
            if (call.CopyOut(call[2] + page, one) is var error && error.Failed())
                return error;
        }
        return 0;
    }

    /// <summary>Calls that ask for what is so anyway: nothing is ever swapped out.</summary>
    public static CallResult Accept(CallContext call) => 0;

    private static AreaFlags RightsOf(CallContext call, uint protection)
    {
        AreaFlags rights = ((protection & ReadRight) != 0 ? AreaFlags.Read : 0) | ((protection & WriteRight) != 0 ? AreaFlags.Write : 0)
            | ((protection & ExecuteRight) != 0 ? AreaFlags.Execute : 0);
        return rights.HasFlag(AreaFlags.Read) && call.Task.Group.Personality.HasFlag(Personality.ReadImpliesExec) ? rights | AreaFlags.Execute : rights;
    }

    private static CallResult Map(CallContext call, ulong address, ulong bytes, uint protection, uint guestFlags, int descriptor, ulong offset)
    {
        AddressSpace space = call.Space;
        uint flags = (uint)call.Layout.MapFlags.ToGeneric(guestFlags), type = flags & TypeMask;
        if (type is not (Shared or Private or SharedValidate) || bytes == 0 || (offset & (space.PageBytes - 1)) != 0)
            return Errno.EINVAL;
        bool shared = type != Private;
        AreaFlags rights = RightsOf(call, protection);
        MapFlags wanted = shared ? MapFlags.Shared : MapFlags.None;
        GuestFile? file = null;
        if ((flags & Anonymous) == 0)
        {
            if (Open(call, descriptor, shared, rights, ref wanted, out file) is var error && error.Failed())
                return error;
        }
        else
        {
            offset = 0;
        }
        wanted |= (flags & Fixed) != 0 ? MapFlags.Fixed : 0;
        wanted |= (flags & FixedNoReplace) != 0 && space.Era.FixedRefusesOverlap ? MapFlags.FixedNoReplace : 0;
        wanted |= (flags & GrowsDown) != 0 ? MapFlags.GrowsDown : 0;
        wanted |= (flags & NoReserve) != 0 ? MapFlags.NoReserve : 0;
        bool charged = rights.HasFlag(AreaFlags.Write) && (flags & NoReserve) == 0 && (!shared || file is null);
        if (charged && !space.MayCharge(bytes))
            return Errno.ENOMEM;
        Errno mapped = space.Map(new MapRequest(new VirtualAddress(address), bytes, rights, wanted, file, offset), out VirtualAddress at);
        if (mapped.Failed())
            return mapped;
        if ((flags & Populate) != 0)
        {
            for (ulong done = 0; done < bytes && !space.GetPage(at + done, rights.HasFlag(AreaFlags.Write), out _).Failed();)
                done += space.PageBytes;
        }
        return (long)at.Value;
    }

    private static Errno Open(CallContext call, int descriptor, bool shared, AreaFlags rights, ref MapFlags flags, out GuestFile? pages)
    {
        pages = null;
        if (call.File(descriptor, out OpenFile file) is var bad && bad.Failed())
            return bad;
        if (!file.MayRead)
            return Errno.EACCES;
        if (shared && !file.MayWrite)
        {
            if (rights.HasFlag(AreaFlags.Write))
                return Errno.EACCES;
            flags |= MapFlags.ReadOnlyFile;
        }
        if (file is MemoryDevice { MapsZeros: true })
            return Errno.None;
        return file.Map(out pages);
    }
}
