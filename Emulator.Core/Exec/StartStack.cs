using System.Collections.Immutable;
using System.Text;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Exec;

/// <summary>What lies between the strings and the stack pointer (<c>create_elf_tables()</c>, fs/binfmt_elf.c, v2.6.32 and v6.1).</summary>
/// <remarks>
/// From high to low: 8 zero bytes, file name, environment, arguments (all pushed before), then platform strings, 16 random
/// bytes, the auxiliary vector, envp, argv, argc.
/// </remarks>
internal sealed class StartStack(BinaryParameters bprm, AbiProfile profile, RandomDraws random, ElfLoader loader, ulong vdso)
{
    private readonly ImmutableArray<AuxEntry>.Builder _auxv = ImmutableArray.CreateBuilder<AuxEntry>(32);
    private AddressSpace Space => bprm.Space;

    public ulong Bottom { get; private set; }

    public ulong Argv { get; private set; }

    public ulong Argv0 { get; private set; }

    public ulong Envp { get; private set; }

    public ulong AuxvAt { get; private set; }

    public ImmutableArray<AuxEntry> Auxv => _auxv.ToImmutable();

    private int WordBytes => profile.Abi.WordBytes;

    /// <summary>arch_align_stack(): a few random bytes off, then down to 16, where the architecture does either.</summary>
    public static ulong Align(AddressLayout layout, ulong address, RandomDraws random, string purpose)
    {
        if (layout.AlignStackRandomBytes != 0 && random.Active)
            address -= random.Draw(purpose) % layout.AlignStackRandomBytes;
        return layout.AlignsStack ? address & ~15ul : address;
    }

    public ExecFailure? Write()
    {
        Space.ArgStart = new VirtualAddress(bprm.P);
        ulong p = Align(profile.Layout, bprm.P, bprm.Request.StackRandomPages is null ? random : new RandomDraws(null), "stack alignment");
        if (PushBytes(ref p, Text(profile.Platform), out ulong platform) is { } first)
            return first;
        if (PushBytes(ref p, Text(profile.BasePlatform), out ulong basePlatform) is { } second)
            return second;
        byte[] seedBytes = new byte[16];
        random.Fill(seedBytes, "AT_RANDOM");
        if (PushBytes(ref p, seedBytes, out ulong randomBytes) is { } third)
            return third;
        FillAuxv(platform, basePlatform, randomBytes);

        ulong words = (ulong)(_auxv.Count * 2), items = (ulong)(bprm.ArgumentCount + 1 + bprm.EnvironmentCount + 1 + 1);
        bprm.P = ((p & ~(ulong)(WordBytes - 1)) - (words + items) * (ulong)WordBytes) & ~15ul;
        Bottom = bprm.P;
        if (Space.ExpandStack(bprm.Stack!, new VirtualAddress(Bottom)).Failed())
            return new ExecFailure(Errno.EFAULT, $"create_elf_tables(): the stack may not grow down to 0x{Bottom:x}");
        return ExecFailure.When(WriteTables(), "create_elf_tables(): the start stack cannot be written");
    }

    private static byte[] Text(string? text) => text is null ? [] : [.. Encoding.ASCII.GetBytes(text), 0];

    private ExecFailure? PushBytes(ref ulong p, byte[] bytes, out ulong at)
    {
        at = 0;
        if (bytes.Length == 0)
            return null;
        at = p -= (ulong)bytes.Length;
        return ExecFailure.When(Space.CopyOut(new VirtualAddress(p), bytes), $"create_elf_tables(): {bytes.Length} bytes at 0x{p:x} cannot be written");
    }

    private void FillAuxv(ulong platform, ulong basePlatform, ulong randomBytes)
    {
        void Add(int type, ulong value) => _auxv.Add(new AuxEntry(type, value));
        foreach (AuxTemplate entry in profile.ArchitectureEntries)
        {
            if (!entry.FromVdso || vdso != 0)
                Add(entry.Type, entry.FromVdso ? vdso + entry.Value : entry.Value);
        }
        Add(16, profile.Hwcap);
        Add(6, profile.PageSizeTold != 0 ? profile.PageSizeTold : Space.PageBytes);
        Add(17, profile.ClockTicks);
        Add(3, loader.HeadersAddress);
        Add(4, (ulong)loader.Image.SegmentHeaderBytes);
        Add(5, loader.Image.HeaderCount);
        Add(7, loader.InterpreterBase);
        Add(8, 0);
        Add(9, loader.ProgramEntry);
        Add(11, 0);
        Add(12, 0);
        Add(13, 0);
        Add(14, 0);
        Add(23, 0);
        Add(25, randomBytes);
        if (profile.Hwcap2 is { } hwcap2)
            Add(26, hwcap2);
        Add(31, bprm.Exec);
        if (platform != 0)
            Add(15, platform);
        if (basePlatform != 0)
            Add(24, basePlatform);
        Add(0, 0);
    }

    /// <summary>argc, argv, envp, auxv, upwards; the strings are measured in user memory as the kernel does.</summary>
    private Errno WriteTables()
    {
        WordWriter words = new(Space, Bottom, WordBytes, profile.Abi.Order);
        words.Put((ulong)bprm.ArgumentCount);
        Argv = words.At;
        ulong text = Space.ArgStart.Value;
        Argv0 = bprm.ArgumentCount > 0 ? text : 0;
        if (PutStrings(words, bprm.ArgumentCount, ref text) is var badArgument && badArgument.Failed())
            return badArgument;
        Envp = words.At;
        if (PutStrings(words, bprm.EnvironmentCount, ref text) is var badVariable && badVariable.Failed())
            return badVariable;
        AuxvAt = words.At;
        foreach (AuxEntry entry in _auxv)
        {
            words.Put((ulong)entry.Type);
            words.Put(entry.Value);
        }
        return words.Flush();
    }

    private Errno PutStrings(WordWriter words, int count, ref ulong text)
    {
        for (int i = 0; i < count; i++)
        {
            words.Put(text);
            Errno error = Space.StringLength(new VirtualAddress(text), BinaryParameters.MaxStringPages * bprm.PageBytes, out ulong bytes);
            if (error.Failed())
                return error;
            text += bytes;
        }
        words.Put(0);
        return Errno.None;
    }

    /// <summary>Collects words and writes them in blocks, lowest address first.</summary>
    private sealed class WordWriter(AddressSpace space, ulong at, int wordBytes, ByteOrder order)
    {
        private readonly byte[] _block = new byte[4096];
        private int _used;
        private Errno _error;

        public ulong At => at + (ulong)_used;

        public void Put(ulong value)
        {
            if (_used == _block.Length)
                _ = Flush();
            for (int i = 0; i < wordBytes; i++)
                _block[_used + i] = (byte)(value >> (8 * (order == ByteOrder.LittleEndian ? i : wordBytes - 1 - i)));
            _used += wordBytes;
        }

        public Errno Flush()
        {
            if (!_error.Failed())
                _error = space.CopyOut(new VirtualAddress(at), _block.AsSpan(0, _used));
            at += (ulong)_used;
            _used = 0;
            return _error;
        }
    }
}
