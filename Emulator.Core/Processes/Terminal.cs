using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes;

/// <summary>The terminal that the program was started from, as far as ioctl() goes: modes are kept and shown, echo and editing are the host's.</summary>
internal sealed class Terminal
{
    // TCGETS and its like, include/uapi/asm-generic/ioctls.h.
    private const uint GetModes = 0x5401, SetModes = 0x5402, SetModesDrained = 0x5403, SetModesFlushed = 0x5404, SendBreak = 0x5409, FlowControl = 0x540a, Flush = 0x540b,
        TakeTerminal = 0x540e, GetForeground = 0x540f, SetForeground = 0x5410, GetWindow = 0x5413, SetWindow = 0x5414, GetSession = 0x5429;

    private ulong _input = 0x500, _output = 5, _control, _local = 0x8a3b;       // ICRNL IXON, OPOST ONLCR, usual local modes
    private byte[]? _characters;
    private (ushort Rows, ushort Columns)? _window;

    /// <summary>Process group in the foreground.</summary>
    public int Foreground { get; set; }

    public CallResult Control(CallContext call, HostStream stream, uint request, ulong argument)
    {
        switch (request)
        {
            case GetModes:
                return Get(call, argument);
            case SetModes or SetModesDrained or SetModesFlushed:
                return Set(call, argument);
            case SendBreak or FlowControl or Flush or TakeTerminal:
                return 0;
            case GetForeground:
                return call.WriteNumber(argument, 4, (ulong)Foreground);
            case SetForeground:
                if (call.ReadNumber(argument, 4, out ulong group) is var error && error.Failed())
                    return error;
                Foreground = (int)group;
                return 0;
            case GetSession:
                return call.WriteNumber(argument, 4, (ulong)call.Task.Group.Session);
            case GetWindow:
                return GetSize(call, stream, argument);
            case SetWindow:
                return SetSize(call, argument);
            default:
                return Errno.ENOTTY;
        }
    }

    private CallResult GetSize(CallContext call, HostStream stream, ulong argument)
    {
        (int columns, int rows) = _window is { } set ? (set.Columns, set.Rows) : stream.WindowSize;
        Span<byte> size = stackalloc byte[8];
        size.Clear();
        GuestNumbers.Write(size[..2], call.Layout.Order, (ulong)rows);
        GuestNumbers.Write(size.Slice(2, 2), call.Layout.Order, (ulong)columns);
        return call.CopyOut(argument, size);
    }

    private CallResult SetSize(CallContext call, ulong argument)
    {
        Span<byte> size = stackalloc byte[8];
        if (call.CopyIn(argument, size) is var error && error.Failed())
            return error;
        _window = ((ushort)GuestNumbers.Read(size[..2], call.Layout.Order), (ushort)GuestNumbers.Read(size.Slice(2, 2), call.Layout.Order));
        return 0;
    }

    private CallResult Get(CallContext call, ulong argument)
    {
        GuestLayout layout = call.Layout;
        Span<byte> bytes = new byte[layout.Termios.Bytes];
        GuestRecord modes = layout.Termios.At(bytes, layout.Order);
        modes["iflag"] = layout.InputModes.ToGuest(_input);
        modes["oflag"] = layout.OutputModes.ToGuest(_output);
        modes["cflag"] = _control == 0 ? layout.ControlModes : _control;
        modes["lflag"] = layout.LocalModes.ToGuest(_local);
        ReadOnlySpan<byte> characters = _characters ?? layout.ControlCharacters.Span;
        characters[..Math.Min(characters.Length, 19)].CopyTo(bytes[layout.Termios.OffsetOf("cc")..]);
        return call.CopyOut(argument, bytes);
    }

    private CallResult Set(CallContext call, ulong argument)
    {
        GuestLayout layout = call.Layout;
        Span<byte> bytes = new byte[layout.Termios.Bytes];
        if (call.CopyIn(argument, bytes) is var error && error.Failed())
            return error;
        GuestRecord modes = layout.Termios.At(bytes, layout.Order);
        (_input, _output) = (layout.InputModes.ToGeneric(modes["iflag"]), layout.OutputModes.ToGeneric(modes["oflag"]));
        (_control, _local) = (modes["cflag"], layout.LocalModes.ToGeneric(modes["lflag"]));
        _characters = bytes.Slice(layout.Termios.OffsetOf("cc"), 19).ToArray();
        return 0;
    }
}
