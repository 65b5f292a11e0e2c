using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Emulator.Judges;

/// <summary>
/// GDB's remote serial protocol as QEMU's stub speaks it (gdb manual, appendix "GDB Remote Serial Protocol").
/// Registers are named as in the stub's target description; a register number runs on across the included files. A stub without
/// description knows no single registers: the whole <c>g</c> packet is read and written then.
/// </summary>
public sealed partial class GdbClient : IDisposable
{
    // The stub of 7.2 takes packets of 4096 characters, two a byte.
    private const int PacketBytes = 1024;

    private readonly Socket _socket;
    private readonly bool _bigEndian;
    private readonly IReadOnlyDictionary<string, int>? _packetRegisters;
    private readonly byte[] _received = new byte[16 << 10];
    private readonly Dictionary<string, (int Number, int Bits)> _registers = [];
    private int _start;
    private int _end;

    internal GdbClient(Socket socket, bool bigEndian, IReadOnlyDictionary<string, int>? packetRegisters)
    {
        _socket = socket;
        _bigEndian = bigEndian;
        _packetRegisters = packetRegisters;
        Command("qSupported:xmlRegisters=i386");
        if (packetRegisters is not null)
        {
            foreach ((string name, int place) in packetRegisters)
                _registers.Add(name, (place, 64));
            return;
        }
        string target = Description("target.xml");
        int number = 0;
        foreach (Match include in IncludeElement().Matches(target))
        {
            // i386-64bit.xml has registers inside comments, which do not count.
            string part = Comment().Replace(Description(include.Groups[1].Value), "");
            foreach (Match register in RegisterElement().Matches(part))
            {
                Dictionary<string, string> attributes = Attribute().Matches(register.Value)
                    .ToDictionary(a => a.Groups[1].Value, a => a.Groups[2].Value);
                if (attributes.TryGetValue("regnum", out string? explicitNumber))
                    number = int.Parse(explicitNumber);
                _registers.TryAdd(attributes["name"], (number++, int.Parse(attributes["bitsize"])));
            }
        }
    }

    /// <summary>The names of all registers.</summary>
    public IReadOnlyCollection<string> RegisterNames => _registers.Keys;

    /// <summary>Reads a register of at most 64 bits.</summary>
    /// <param name="name">The name in the target description.</param>
    /// <returns>The value, zero extended.</returns>
    /// <exception cref="JudgeException">No such register, or no answer.</exception>
    public ulong ReadRegister(string name)
    {
        (int number, int bits) = Register(name);
        if (_packetRegisters is not null)
        {
            ReadOnlySpan<byte> place = Convert.FromHexString(Command("g")).AsSpan(number * sizeof(ulong));
            return _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(place) : BinaryPrimitives.ReadUInt64LittleEndian(place);
        }
        byte[] raw = Convert.FromHexString(Command($"p{number:x}"));
        Span<byte> wide = stackalloc byte[8];
        raw.CopyTo(_bigEndian ? wide[(8 - (bits / 8))..] : wide);
        return _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(wide) : BinaryPrimitives.ReadUInt64LittleEndian(wide);
    }

    /// <summary>Writes a register of at most 64 bits.</summary>
    /// <param name="name">The name in the target description.</param>
    /// <param name="value">The value; bits beyond the register's size are dropped.</param>
    /// <exception cref="JudgeException">No such register, or the stub refuses.</exception>
    public void WriteRegister(string name, ulong value)
    {
        (int number, int bits) = Register(name);
        Span<byte> wide = stackalloc byte[8];
        if (_bigEndian)
            BinaryPrimitives.WriteUInt64BigEndian(wide, value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
        if (_packetRegisters is not null)
        {
            byte[] all = Convert.FromHexString(Command("g"));
            wide.CopyTo(all.AsSpan(number * sizeof(ulong)));
            Expect("OK", $"G{Convert.ToHexStringLower(all)}");
            return;
        }
        Span<byte> raw = _bigEndian ? wide[(8 - (bits / 8))..] : wide[..(bits / 8)];
        Expect("OK", $"P{number:x}={Convert.ToHexStringLower(raw)}");
    }

    /// <summary>Chooses whether memory commands take physical addresses, which is QEMU's extension, or virtual ones.</summary>
    /// <param name="physical">True for physical addresses.</param>
    public void UsePhysicalMemory(bool physical) => Expect("OK", $"Qqemu.PhyMemMode:{(physical ? 1 : 0)}");

    /// <summary>Reads memory in the mode of <see cref="UsePhysicalMemory"/>.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="count">How many bytes.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="JudgeException">The stub cannot read there.</exception>
    public byte[] ReadMemory(ulong address, int count)
    {
        List<byte> bytes = new(count);
        while (bytes.Count < count)
        {
            int part = Math.Min(PacketBytes, count - bytes.Count);
            string answer = Command($"m{address + (ulong)bytes.Count:x},{part:x}");
            if (answer.Length != 2 * part)
                throw new JudgeException($"gdb stub cannot read {part} bytes at {address + (ulong)bytes.Count:x16}: {answer}");
            bytes.AddRange(Convert.FromHexString(answer));
        }
        return [.. bytes];
    }

    /// <summary>Writes memory in the mode of <see cref="UsePhysicalMemory"/>; QEMU notices changed instructions.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="JudgeException">The stub cannot write there.</exception>
    public void WriteMemory(ulong address, ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at += PacketBytes)
        {
            ReadOnlySpan<byte> part = bytes.Slice(at, Math.Min(PacketBytes, bytes.Length - at));
            Expect("OK", $"M{address + (ulong)at:x},{part.Length:x}:{Convert.ToHexStringLower(part)}");
        }
    }

    /// <summary>Sets a software breakpoint at a virtual address.</summary>
    /// <param name="address">The address of the instruction.</param>
    /// <param name="bytes">The "kind": length of the breakpoint instruction, 1 on x86, 2 on s390x.</param>
    public void SetBreakpoint(ulong address, int bytes) => Expect("OK", $"Z0,{address:x},{bytes:x}");

    /// <summary>Removes a software breakpoint.</summary>
    /// <param name="address">The address given to <see cref="SetBreakpoint"/>.</param>
    /// <param name="bytes">The kind given to <see cref="SetBreakpoint"/>.</param>
    public void RemoveBreakpoint(ulong address, int bytes) => Expect("OK", $"z0,{address:x},{bytes:x}");

    /// <summary>Lets the machine run until it stops by itself, at a breakpoint for instance.</summary>
    /// <param name="limit">How long to wait.</param>
    /// <returns>False when the time is over; the machine is then still running.</returns>
    /// <exception cref="JudgeException">The machine ended.</exception>
    public bool TryContinue(TimeSpan limit)
    {
        Send("c");
        string? stop = Receive(limit);
        if (stop is null)
            return false;
        return stop[0] is 'T' or 'S' ? true : throw new JudgeException($"the machine did not stop at a breakpoint: {stop}");
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    [GeneratedRegex("xi:include href=\"([^\"]+)\"")]
    private static partial Regex IncludeElement();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"<reg\s[^>]*>", RegexOptions.Singleline)]
    private static partial Regex RegisterElement();

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Attribute();

    private (int Number, int Bits) Register(string name) => _registers.TryGetValue(name, out (int, int) register)
        ? register
        : throw new JudgeException($"the gdb stub has no register {name}; it has {string.Join(' ', _registers.Keys)}");

    private string Description(string annex)
    {
        StringBuilder text = new();
        while (true)
        {
            string part = Command($"qXfer:features:read:{annex}:{text.Length:x},ffb");
            if (part.Length == 0 || part[0] is not ('l' or 'm'))
                throw new JudgeException($"the gdb stub does not describe {annex}: {part}");
            for (int i = 1; i < part.Length; i++)
                text.Append(part[i] == '}' ? (char)(part[++i] ^ 0x20) : part[i]);
            if (part[0] == 'l')
                return text.ToString();
        }
    }

    private void Expect(string wanted, string command)
    {
        string answer = Command(command);
        if (answer != wanted)
            throw new JudgeException($"the gdb stub answered '{answer}' to {command[..Math.Min(40, command.Length)]}");
    }

    private string Command(string packet)
    {
        Send(packet);
        return Receive(TimeSpan.FromSeconds(20))
            ?? throw new JudgeException($"the gdb stub gave no answer to {packet[..Math.Min(40, packet.Length)]}");
    }

    private void Send(string packet)
    {
        byte[] body = Encoding.Latin1.GetBytes(packet);
        byte sum = 0;
        foreach (byte b in body)
            sum += b;
        byte[] whole = [(byte)'$', .. body, (byte)'#', .. Encoding.Latin1.GetBytes($"{sum:x2}")];
        try
        {
            _socket.Send(whole);
        }
        catch (SocketException closed)
        {
            throw new JudgeException("the gdb connection is closed", closed);
        }
    }

    private string? Receive(TimeSpan limit)
    {
        long deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (NextByte(deadline) is int start)
        {
            if (start != '$')                                   // acknowledgements
                continue;
            StringBuilder body = new();
            byte sum = 0;
            while (NextByte(deadline) is int next)
            {
                if (next == '#')
                    break;
                sum += (byte)next;
                body.Append((char)next);
            }
            if (NextByte(deadline) is not int high || NextByte(deadline) is not int low)
                return null;
            if (byte.Parse($"{(char)high}{(char)low}", NumberStyles.HexNumber) != sum)
                throw new JudgeException($"a packet of the gdb stub has a wrong checksum: {body}");
            _socket.Send("+"u8);
            return body.ToString();
        }
        return null;
    }

    private int? NextByte(long deadline)
    {
        if (_start == _end)
        {
            long left = Math.Max(0, deadline - Environment.TickCount64);
            if (!_socket.Poll(TimeSpan.FromMilliseconds(left), SelectMode.SelectRead))
                return null;
            (_start, _end) = (0, _socket.Receive(_received));
            if (_end == 0)
                throw new JudgeException("QEMU closed its gdb connection: the machine reset (triple fault) or ended");
        }
        return _received[_start++];
    }
}
