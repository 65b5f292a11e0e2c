using Emulator.Core.Exec;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;

namespace Emulator.Contract;

/// <summary>Reads argc, argv, envp and auxv as a program would: through the MMU, knowing only the stack pointer.</summary>
public sealed class StartStackReader
{
    private readonly Machine _machine;
    private readonly int _wordBytes;
    private readonly bool _bigEndian;

    /// <summary>Reads the start stack of a program that is about to start.</summary>
    public StartStackReader(Machine machine, StartState started)
    {
        _machine = machine;
        _wordBytes = started.Profile.Abi.WordBytes;
        _bigEndian = started.Profile.Abi.Order == ByteOrder.BigEndian;
        machine.Activate(started.Space);
        ulong at = started.StackPointer + started.Profile.StackPointerOffset;
        ulong count = Word(ref at);
        Arguments = Strings(ref at);
        ArgumentCountAgrees = count == (ulong)Arguments.Count;
        Environment = Strings(ref at);
        List<AuxEntry> auxv = [];
        do
            auxv.Add(new AuxEntry((int)Word(ref at), Word(ref at)));
        while (auxv[^1].Type != 0);
        Auxv = auxv;
    }

    /// <summary>Whether argc is the number of pointers before the first null.</summary>
    public bool ArgumentCountAgrees { get; }

    /// <summary>The argument strings.</summary>
    public IReadOnlyList<byte[]> Arguments { get; }

    /// <summary>The environment strings.</summary>
    public IReadOnlyList<byte[]> Environment { get; }

    /// <summary>The auxiliary vector, AT_NULL included.</summary>
    public IReadOnlyList<AuxEntry> Auxv { get; }

    /// <summary>The string at an address, without its NUL.</summary>
    public byte[] StringAt(ulong at)
    {
        List<byte> text = [];
        while (true)
        {
            ReadOnlySpan<byte> rest = RestOfPage(at);
            int nul = rest.IndexOf((byte)0);
            text.AddRange(nul < 0 ? rest : rest[..nul]);
            if (nul >= 0)
                return [.. text];
            at += (ulong)rest.Length;
        }
    }

    private List<byte[]> Strings(ref ulong at)
    {
        List<byte[]> strings = [];
        for (ulong pointer; (pointer = Word(ref at)) != 0;)
            strings.Add(StringAt(pointer));
        return strings;
    }

    private ulong Word(ref ulong at)
    {
        ulong value = 0;
        for (int i = 0; i < _wordBytes; i++)
            value |= (ulong)Byte(at + (ulong)i) << (8 * (_bigEndian ? _wordBytes - 1 - i : i));
        at += (ulong)_wordBytes;
        return value;
    }

    private byte Byte(ulong at) => RestOfPage(at)[0];

    private ReadOnlySpan<byte> RestOfPage(ulong at) => _machine.TryTranslate(new VirtualAddress(at), AccessKind.Read, out PhysicalAddress physical, out PageFault fault)
        ? _machine.Kernel.Memory.Slice(physical, (int)(4096 - at % 4096))
        : throw new InvalidOperationException($"the start stack cannot be read: {fault}");
}
