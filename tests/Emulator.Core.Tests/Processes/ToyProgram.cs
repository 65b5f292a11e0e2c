using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Testing;

namespace Emulator.Core.Tests.Processes;

/// <summary>A program of the toy, put together instruction by instruction. Labels are names; data has names too.</summary>
internal sealed class ToyProgram(UserAbi abi)
{
    public const ulong CodeAt = 0x401000, DataAt = 0x480000;

    /// <summary>Where values are kept that calls return.</summary>
    public const int Result = 0;

    private readonly List<byte> _code = [], _data = [];
    private readonly Dictionary<string, ulong> _labels = [];
    private readonly List<(int At, string Label)> _fixes = [];
    private int _names;

    /// <summary>Bytes of memory behind the data that begin as zeros.</summary>
    public int ZeroBytes { get; set; } = 1 << 16;

    /// <summary>Names the place of the next instruction.</summary>
    public ToyProgram Label(string name)
    {
        _labels.Add(name, CodeAt + (ulong)_code.Count);
        return this;
    }

    /// <summary>Where a name is.</summary>
    public ulong AddressOf(string name) => _labels[name];

    /// <summary>Puts bytes into the data, with a NUL behind them.</summary>
    public ToyProgram Data(string name, string text) => Data(name, Encoding.Latin1.GetBytes(text + "\0"));

    public ToyProgram Data(string name, byte[] bytes)
    {
        while (_data.Count % 16 != 0)
            _data.Add(0);
        _labels.Add(name, DataAt + (ulong)_data.Count);
        _data.AddRange(bytes);
        return this;
    }

    /// <summary>Puts words into the data; names are addresses.</summary>
    public ToyProgram Words(string name, params object[] words)
    {
        byte[] bytes = new byte[words.Length * abi.WordBytes];
        for (int i = 0; i < words.Length; i++)
            Core.Processes.Abi.GuestNumbers.Write(bytes.AsSpan(i * abi.WordBytes, abi.WordBytes), abi.Order, words[i] is string label ? _labels[label] : Convert.ToUInt64(words[i], CultureInfo.InvariantCulture));
        return Data(name, bytes);
    }

    /// <summary>Room in the data, of zeros.</summary>
    public ToyProgram Room(string name, int bytes) => Data(name, new byte[bytes]);

    public ToyProgram Set(int register, object value)
    {
        if (value is Register from)
            return Emit(ToyOperation.AddNumber, register, from.Number, 0, 0);
        Emit(ToyOperation.Set, register, 0, 0);
        return Number(value);
    }

    public ToyProgram AddNumber(int to, int from, int number) => Emit(ToyOperation.AddNumber, to, from, 0, number);

    public ToyProgram Add(int to, int a, int b) => Emit(ToyOperation.Add, to, a, b);

    public ToyProgram Subtract(int to, int a, int b) => Emit(ToyOperation.Subtract, to, a, b);

    public ToyProgram Load(int to, int address, int offset = 0, int bytes = 0) => Emit(ToyOperation.Load, to, address, Log2(bytes), offset);

    public ToyProgram Store(int from, int address, int offset = 0, int bytes = 0) => Emit(ToyOperation.Store, from, address, Log2(bytes), offset);

    public ToyProgram LoadFrom(int to, string name, int bytes = 0) => Set(12, name).Load(to, 12, 0, bytes);

    public ToyProgram StoreTo(int from, string name, int bytes = 0) => Set(12, name).Store(from, 12, 0, bytes);

    public ToyProgram Jump(string label)
    {
        Emit(ToyOperation.Jump, 0, 0, 0);
        return Number(label);
    }

    public ToyProgram CallLabel(string label)
    {
        Emit(ToyOperation.Call, 0, 0, 0);
        return Number(label);
    }

    public ToyProgram JumpTo(int register) => Emit(ToyOperation.JumpTo, register, 0, 0);

    public ToyProgram Return() => JumpTo(ToyInstructionSet.Link);

    public ToyProgram IfEqual(int a, object b, string label) => Branch(ToyOperation.BranchEqual, a, b, label);

    public ToyProgram IfUnequal(int a, object b, string label) => Branch(ToyOperation.BranchUnequal, a, b, label);

    public ToyProgram Illegal() => Emit(ToyOperation.Illegal, 0, 0, 0);

    public ToyProgram Divide() => Emit(ToyOperation.Divide, 0, 0, 0);

    /// <summary>Calls the system; arguments are numbers, names, or registers, which must not be those of earlier arguments.</summary>
    public ToyProgram Call(string name, params object[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
            Set(i + 1, arguments[i]);
        Set(0, ToyCalls.NumberOf(name));
        return Emit(ToyOperation.System, 0, 0, 0);
    }

    /// <summary>Writes a text to a descriptor.</summary>
    public ToyProgram Print(string text, int descriptor = 1)
    {
        string name = $"text {_names++}";
        Data(name, text);
        return Call("write", descriptor, name, text.Length);
    }

    /// <summary>Ends the program with 99 and a text when the last result is not what it should be.</summary>
    public ToyProgram Expect(int value, string complaint = "")
    {
        string ok = $"ok {_names++}";
        IfEqual(0, value, ok);
        Print($"{complaint}: expected {value}\n", 2);
        Call("exit_group", 99);
        return Label(ok);
    }

    public ToyProgram Expect(Errno error, string complaint = "") => Expect(-(int)error, complaint);

    public ToyProgram Exit(object code) => Call("exit_group", code);

    /// <summary>A function that a handler of signals returns to.</summary>
    public ToyProgram Restorer() => Label("restorer").Call("rt_sigreturn");

    /// <summary>A struct sigaction with a handler and flags, which returns to <see cref="Restorer"/>.</summary>
    public ToyProgram Action(string name, string handler, uint flags = 0, ulong mask = 0)
    {
        Room(name, 3 * abi.WordBytes + 8);
        Set(11, handler).StoreTo(11, name);
        Set(11, (int)(flags | 0x04000000)).Set(12, name).Store(11, 12, abi.WordBytes);
        Set(11, "restorer").Set(12, name).Store(11, 12, 2 * abi.WordBytes);
        return Set(11, (int)mask).Set(12, name).Store(11, 12, 3 * abi.WordBytes + (abi.Order == ByteOrder.BigEndian ? 4 : 0), 4);
    }

    public byte[] Build()
    {
        byte[] code = [.. _code];
        foreach ((int at, string label) in _fixes)
        {
            if (!_labels.TryGetValue(label, out ulong address))
                throw new InvalidOperationException($"there is no label \"{label}\"");
            BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(at), (int)address);
        }
        return new ElfBuilder
        {
            Is64 = abi.WordBytes == 8,
            BigEndian = abi.Order == ByteOrder.BigEndian,
            Machine = abi.ElfMachines[0],
            Headers =
            [
                ProgramHeader.Load(CodeAt, ElfNumbers.Read | ElfNumbers.Execute, code) with { Align = 4096 },
                ProgramHeader.Load(DataAt, ElfNumbers.Read | ElfNumbers.Write, _data.ToArray()) with { Align = 4096, MemoryBytes = (ulong)(_data.Count + ZeroBytes) },
                ProgramHeader.Stack,
            ],
        }.Build();
    }

    private ToyProgram Branch(ToyOperation operation, int a, object b, string label)
    {
        int register = 10;
        if (b is Register other)
            register = other.Number;
        else
            Set(register, b);
        Emit(operation, a, register, 0);
        return Number(label);
    }

    private int Log2(int bytes) => (bytes == 0 ? abi.WordBytes : bytes) switch { 1 => 0, 2 => 1, 4 => 2, _ => 3 };

    private ToyProgram Emit(ToyOperation operation, int a, int b, int c, int number)
    {
        Emit(operation, a, b, c);
        return Number(number);
    }

    private ToyProgram Emit(ToyOperation operation, int a, int b, int c)
    {
        _code.AddRange([(byte)operation, (byte)a, (byte)b, (byte)c]);
        return this;
    }

    private ToyProgram Number(object value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (value is string label)
        {
            _fixes.Add((_code.Count, label));
            bytes.Clear();
        }
        else
        {
            long number = value is ulong unsigned ? (long)unsigned : Convert.ToInt64(value, CultureInfo.InvariantCulture);
            BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)number);
        }
        _code.AddRange(bytes);
        return this;
    }

    /// <summary>A register as an argument.</summary>
    public readonly record struct Register(int Number);
}
