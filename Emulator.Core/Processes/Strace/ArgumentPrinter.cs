using System.Text;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Calls;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Signals;

namespace Emulator.Core.Processes.Strace;

/// <summary>
/// The arguments of one call, by the words of <see cref="SystemCall.Parameters"/>. Those that the call fills in are read when it is done;
/// so are all behind them.
/// </summary>
/// <remarks>A word of the form <c>e:NAME=1,OTHER=0x2</c> is a number with names.</remarks>
internal sealed class ArgumentPrinter(CallContext call)
{
    // F_GETLK, F_GETLK64 and F_OFD_GETLK: what they are given is what they fill in.
    private const int GetLock = 5, GetLock64 = 12, GetOpenFileLock = 36;

    private readonly SystemCall _call = call.Call!;
    private readonly string[] _words = call.Call!.Run is null && call.Call.Parameters.Length == 0 ? ["x", "x", "x", "x", "x", "x"] : call.Call.Parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    private int _printed;
    private bool _first = true;
    private SavedArguments _saved;

    private GuestLayout Layout => call.Layout;

    /// <summary>Arguments up to the first that the call fills in.</summary>
    public string Before()
    {
        _saved = SavedArguments.Of(call);
        StringBuilder text = new();
        for (; _printed < _words.Length && !IsFilled(_words[_printed], _printed); _printed++)
            Add(text, _words[_printed], _printed, default);
        if (_printed < _words.Length && !_first)
        {
            text.Append(", ");
            _first = true;
        }
        return text.ToString();
    }

    /// <summary>The rest.</summary>
    public string After(in CallResult result)
    {
        StringBuilder text = new();
        for (; _printed < _words.Length; _printed++)
            Add(text, _words[_printed], _printed, result);
        return text.ToString();
    }

    public string Result(in CallResult result)
    {
        long value = result.Value;
        switch (_call.Name)
        {
            case "brk" or "mmap" or "mmap2" or "mremap" or "signal" or "shmat" or "old_mmap":
                return value == 0 ? "NULL" : Hex((ulong)value);
            case "umask":
                return value == 0 ? "000" : "0" + Convert.ToString(value, 8);
            case "fcntl" or "fcntl64":
                return ControlResult(value);
            case "poll":
                return value == 0 ? "0 (Timeout)" : $"{value} ({Polled(revents: true)})";
            case "ppoll" or "ppoll_time64":
                string left = Raw(2) == 0 ? "" : $", left {Time(Raw(2), _call.Name == "ppoll" ? Layout.TimeSpec : Layout.TimeSpec64)}";
                return value == 0 ? "0 (Timeout)" : $"{value} ({Polled(revents: true)}{left})";
            case "sigreturn" or "rt_sigreturn":
                return Restored();
            case "rt_sigtimedwait":
                return $"{value} ({FlagNames.Signal(Layout.Signals.ToGeneric((int)value))})";
            case "select" or "pselect6" or "_newselect":
                return value == 0 ? "0 (Timeout)" : $"{value} ({Selected()})";
            case "time":
                return value.ToString();
            default:
                return result.Second is { } second && _call.Name.StartsWith("getx", StringComparison.Ordinal) ? $"{value} (second {second})" : value.ToString();
        }
    }

    /// <summary>What a register has again that results are in: after a signal it is the program's business.</summary>
    private string Restored()
    {
        long value = (long)call.Task.Userland.ReadCall(call.Task.Registers, default).Number;
        value = Layout.WordBytes == 8 ? value : (int)value;
        return value is >= -4095 and < 0 ? ErrorText.Of((Errno)Layout.Errors.ToGeneric((int)-value)) : value.ToString();
    }

    public static string Pointer(ulong value) => value == 0 ? "NULL" : Hex(value);

    private static string Hex(ulong value) => $"0x{value:x}";

    private bool IsFilled(string word, int index) => word == "farg" ? Command(index) is GetLock or GetLock64 or GetOpenFileLock : word.StartsWith('o') && word is not ("oflags" or "omode");

    private ulong Raw(int index) => _saved[index];

    private void Add(StringBuilder text, string word, int index, in CallResult result)
    {
        if (word is "omode" && (Layout.OpenFlags.ToGeneric(Raw(index - 1)) & 0x400040) == 0)
            return;
        if (word is "farg" && (Command(index) is 1 or 3 or 9 or 11 or 1032))
            return;
        if (word is "mremapnew" && (Raw(3) & 2) == 0)
            return;
        if (word is "device" && !IsDevice(Raw(index - 1)))
            return;
        if (word is "futext" or "p" or "x" && _call.Name.StartsWith("futex", StringComparison.Ordinal) && !FutexHas(index))
            return;
        string part = Print(word, index, result);
        if (part.Length == 0)
            return;
        text.Append(_first ? "" : ", ").Append(part);
        _first = false;
    }

    private string Print(string word, int index, in CallResult result)
    {
        ulong raw = Raw(index);
        if (result.Failed && IsFilled(word, index) && word is not ("ostatus" or "ots" or "oclone" or "ocloneb" or "osigframe"))
            return Pointer(raw);
        return word switch
        {
            "d" or "fd" => $"{(int)raw}",
            "fdn" => $"{(int)raw}",
            "u" => $"{(uint)raw}",
            "lu" => $"{raw}",
            "ld" => $"{Signed(raw)}",
            "lld" => $"{_saved.Wide(index)}",
            "x" or "x0" => raw == 0 ? "0" : Hex(raw),
            "xpages" => raw == 0 ? "0" : Hex(raw << 12),
            "p" or "futexp" => Pointer(raw),
            "at" => (int)raw == FileCalls.CurrentDirectory ? "AT_FDCWD" : $"{(int)raw}",
            "path" or "str" => Path(raw),
            "buf" => Buffer(raw, Raw(index + 1)),
            "obuf" => Buffer(raw, (ulong)Math.Max(0, result.Value)),
            "ocwd" => Buffer(raw, (ulong)Math.Max(1, result.Value) - 1),
            "orandom" => Buffer(raw, (ulong)Math.Max(0, result.Value), hex: true),
            "iov" => Vectors(raw, Raw(index + 1), ulong.MaxValue),
            "oiov" => Vectors(raw, Raw(index + 1), (ulong)Math.Max(0, result.Value)),
            "oflags" => OpenFlags(raw),
            "fdflags" => FlagNames.Flags(FlagNames.Open, Layout.OpenFlags.ToGeneric((uint)raw), "0", "O"),
            "oentries" => Entries(raw, result.Value, 2 * Layout.WordBytes),
            "oentries64" => Entries(raw, result.Value, 16),
            "omode" or "mode" => Octal(raw),
            "nodemode" => NodeMode(raw),
            "device" => $"makedev({Hex0(raw >> 8 & 0xfff)}, {Hex0((raw & 0xff) | (raw >> 12 & 0xfff00))})",
            "whence" => FlagNames.One(FlagNames.Whence, (int)raw, "SEEK"),
            "fcmd" => FlagNames.FileCommands.TryGetValue(Layout.FileCommands.ToGeneric((int)raw), out string? command) ? command : $"{(int)raw}",
            "farg" => ControlArgument(index),
            "ioctl" => Request((uint)raw),
            "oiarg" => RequestArgument(index, result),
            "ostat" => Status(raw, Layout.Stat),
            "ostat64" => Status(raw, Layout.Stat64),
            "atflags" => FlagNames.Flags(FlagNames.At, raw, "0", "AT"),
            "accmode" => FlagNames.Flags(FlagNames.Access, raw, "F_OK", "?"),
            "pollfds" => Polled(revents: false),
            "its" or "ots" => result.Failed && result.Error < Errno.EINTR ? Pointer(raw) : Time(raw, Layout.TimeSpec),
            "its64" or "ots64" => Time(raw, Layout.TimeSpec64),
            "itv" or "otv" => Time(raw, Layout.TimeVal),
            "iitv" or "oitv" => Interval(raw),
            "isigset" or "osigset" => _call.Name == "rt_sigprocmask" && Raw(3) != 8 ? Pointer(raw) : Signals(raw),
            "osiginfo" => Information(raw),
            "lockop" => FlagNames.Flags(FlagNames.WholeLock, raw, "0", "LOCK"),
            "msync" => FlagNames.Flags(FlagNames.Synchronize, raw, "0", "MS"),
            "fdset" => Set(raw),
            "prot" => FlagNames.Flags(FlagNames.Protection, raw, "PROT_NONE", "PROT"),
            "mflags" => MapFlags(raw),
            "mremap" => FlagNames.Flags(FlagNames.Remap, raw, "0", "MREMAP"),
            "mremapnew" => Pointer(raw),
            "advice" => FlagNames.One(FlagNames.Advice, Layout.Advice.ToGeneric((int)raw), "MADV"),
            "oclone" => Clone(Raw(3), Raw(4), result),
            "ocloneb" => Clone(Raw(4), Raw(3), result),
            "argv" => Strings(raw),
            "envp" => Environment(raw),
            "ostatus" => WaitStatus(raw, result),
            "waitopts" => FlagNames.Flags(FlagNames.Wait, (uint)raw, "0", "W"),
            "orusage" => Usage(raw, result),
            "idtype" => FlagNames.One(["P_ALL", "P_PID", "P_PGID", "P_PIDFD"], (int)raw, "P"),
            "outsname" => Names(raw),
            "rlimit" => FlagNames.One(FlagNames.Resources, Layout.Resources.ToGeneric((int)raw), "RLIMIT"),
            "irlim" or "orlim" => Limits(raw, Layout.WordBytes, Layout.NoLimit),
            "irlim64" or "orlim64" => Limits(raw, 8, ulong.MaxValue),
            "grnd" => FlagNames.Flags(FlagNames.Random, raw, "0", "GRND"),
            "sig" => FlagNames.Signal(Layout.Signals.ToGeneric((int)raw)),
            "iact" or "oact" => Action(raw),
            "sighow" => FlagNames.One(FlagNames.MaskCommands, Layout.MaskCommands.ToGeneric((int)raw), "SIG"),
            "istack" or "ostack" => Stack(raw),
            "osigframe" => $"{{mask={SignalSets.Text(call.Task.Blocked)}}}",
            "restart" => "",
            "clock" => FlagNames.One(FlagNames.Clocks, (int)raw, "CLOCK"),
            "timerflags" => raw == 1 ? "TIMER_ABSTIME" : raw == 0 ? "0" : Hex(raw),
            "itimer" => FlagNames.One(FlagNames.Timers, (int)raw, "ITIMER"),
            "rusage" => (int)raw switch { 0 => "RUSAGE_SELF", -1 => "RUSAGE_CHILDREN", 1 => "RUSAGE_THREAD", _ => $"{(int)raw}" },
            "futexop" => Futex((uint)raw),
            "futext" => FutexTime(raw),
            "ofds" => Descriptors(raw),
            "ioff" => Offset(raw, Layout.WordBytes),
            "ioff64" => Offset(raw, 8),
            _ when word.StartsWith("e:", StringComparison.Ordinal) => Named(word[2..], raw),
            _ => Hex(raw),
        };
    }

    // ---- numbers -----------------------------------------------------------------------------------------------------------

    private long Signed(ulong raw) => Layout.WordBytes == 8 ? (long)raw : (int)raw;

    private static string Octal(ulong value) => value == 0 ? "000" : "0" + Convert.ToString((long)(value & 0xffff), 8);

    private static string Named(string names, ulong value)
    {
        foreach (string pair in names.Split(','))
        {
            string[] parts = pair.Split('=');
            ulong number = parts[1].StartsWith("0x", StringComparison.Ordinal) ? Convert.ToUInt64(parts[1][2..], 16) : ulong.Parse(parts[1]);
            if (number == value)
                return parts[0];
        }
        return Hex(value);
    }

    private string OpenFlags(ulong guest)
    {
        ulong flags = Layout.OpenFlags.ToGeneric((uint)guest);
        string access = (flags & 3) switch { 0 => "O_RDONLY", 1 => "O_WRONLY", 2 => "O_RDWR", _ => "O_ACCMODE" };
        string rest = FlagNames.Flags(FlagNames.Open, flags & ~3UL, "", "O");
        return rest.Length == 0 ? access : $"{access}|{rest}";
    }

    private string MapFlags(ulong guest)
    {
        ulong flags = Layout.MapFlags.ToGeneric((uint)guest);
        string type = (flags & 15) switch { 1 => "MAP_SHARED", 2 => "MAP_PRIVATE", 3 => "MAP_SHARED_VALIDATE", 0 => "MAP_FILE", _ => Hex(flags & 15) };
        string rest = FlagNames.Flags(FlagNames.Map, flags & ~15UL, "", "MAP");
        return rest.Length == 0 ? type : $"{type}|{rest}";
    }

    private int Command(int argumentIndex) => Layout.FileCommands.ToGeneric((int)Raw(argumentIndex - 1));

    private string ControlArgument(int index) => Command(index) switch
    {
        2 => (Raw(index) & 1) != 0 ? "FD_CLOEXEC" : Hex0(Raw(index)),
        4 => OpenFlags(Raw(index)),
        0 or 1030 or 1031 or 8 or 10 => $"{(int)Raw(index)}",
        GetLock or 6 or 7 => Lock(Raw(index), Layout.FileLock, Command(index) == GetLock),
        GetLock64 or 13 or 14 or GetOpenFileLock or 37 or 38 => Lock(Raw(index), Layout.FileLock64, Command(index) is GetLock64 or GetOpenFileLock),
        _ => Pointer(Raw(index)),
    };

    private string Lock(ulong at, GuestStruct shape, bool tellsProcess)
    {
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (at == 0 || !TryRead(at, bytes))
            return Pointer(at);
        GuestRecord held = shape.At(bytes, Layout.Order);
        int own = (int)held["type"], kind = Layout.LockKinds.ToGeneric(own);
        string type = Layout.LockKinds.ToGuest(kind) == own && kind is >= 0 and <= 2 ? ((string[])["F_RDLCK", "F_WRLCK", "F_UNLCK"])[kind] : $"{Hex0(held["type"])} /* F_??? */";
        string process = tellsProcess ? $", l_pid={(int)held["pid"]}" : "";
        return $"{{l_type={type}, l_whence={FlagNames.One(FlagNames.Whence, (int)held["whence"], "SEEK")}, l_start={held.Signed("start")}, l_len={held.Signed("len")}{process}}}";
    }

    private string ControlResult(long value) => Layout.FileCommands.ToGeneric((int)Raw(1)) switch
    {
        1 => value == 0 ? "0" : "0x1 (flags FD_CLOEXEC)",
        3 => $"{Hex0((ulong)value)} (flags {OpenFlags((ulong)value)})",
        _ => value.ToString(),
    };

    private static string Hex0(ulong value) => value == 0 ? "0" : Hex(value);

    private string Request(uint guest)
    {
        uint request = guest;
        foreach ((uint generic, uint own) in Layout.Requests)
            request = own == guest ? generic : request;
        return FlagNames.Requests.TryGetValue(request, out string? name) ? name : Hex(guest);
    }

    private string RequestArgument(int index, in CallResult result)
    {
        ulong raw = Raw(index);
        return Request((uint)Raw(index - 1)) switch
        {
            "TIOCGPGRP" or "TIOCSPGRP" or "FIONREAD" or "TIOCGSID" => result.Failed ? Pointer(raw) : Number(raw, 4) is { } value ? $"[{(int)value}]" : Pointer(raw),
            _ => Pointer(raw),
        };
    }

    private static string Futex(uint operation)
    {
        string name = FlagNames.One(FlagNames.Futex, (int)(operation & 0x7f), "FUTEX");
        return name + ((operation & 0x80) != 0 ? "_PRIVATE" : "") + ((operation & 0x100) != 0 ? "|FUTEX_CLOCK_REALTIME" : "");
    }

    /// <summary>Which of the arguments from the fourth on an operation has.</summary>
    private bool FutexHas(int index) => ((uint)Raw(1) & 0x7f) switch
    {
        0 => index <= 3,
        1 => index <= 2,
        3 => index <= 4,
        9 => index != 4,
        10 => index is <= 2 or 5,
        _ => true,
    };

    private string FutexTime(ulong raw) => ((uint)Raw(1) & 0x7f) is 0 or 9 ? Time(raw, Layout.TimeSpec) : $"{(uint)raw}";

    private string Clone(ulong childTid, ulong tls, in CallResult result)
    {
        ulong flags = Raw(0);
        string text = $"child_stack={Pointer(Raw(1))}, flags={CloneFlagText(flags)}";
        if ((flags & (ulong)CloneFlags.ParentSetTid) != 0)
            text += $", parent_tid={(!result.Failed && Number(Raw(2), 4) is { } task ? $"[{(int)task}]" : Pointer(Raw(2)))}";
        if ((flags & (ulong)CloneFlags.SetThreadPointer) != 0)
            text += $", tls={Pointer(tls)}";
        if ((flags & (ulong)(CloneFlags.ChildSetTid | CloneFlags.ChildClearTid)) != 0)
            text += $", child_tidptr={Pointer(childTid)}";
        return text;
    }

    private string CloneFlagText(ulong flags)
    {
        int signal = Layout.Signals.ToGeneric((int)(flags & 0xff));
        string rest = FlagNames.Flags(FlagNames.Clone, (uint)flags & ~0xffUL, "", "CLONE");
        return signal == 0 ? rest.Length == 0 ? "0" : rest : rest.Length == 0 ? FlagNames.Signal(signal) : $"{rest}|{FlagNames.Signal(signal)}";
    }

    // ---- the program's memory ------------------------------------------------------------------------------------------------

    private bool TryRead(ulong at, Span<byte> bytes) => !call.Task.HasLeftMemory && !call.CopyIn(at, bytes).Failed();

    private ulong? Number(ulong at, int bytes)
    {
        Span<byte> raw = stackalloc byte[8];
        return at != 0 && TryRead(at, raw[..bytes]) ? GuestNumbers.Read(raw[..bytes], Layout.Order) : null;
    }

    private string Path(ulong at)
    {
        if (at == 0)
            return "NULL";
        return call.ReadPath(at, out string path).Failed() ? Hex(at) : QuotedText.Of(Encoding.Latin1.GetBytes(path), cut: false);
    }

    private string Buffer(ulong at, ulong bytes, bool hex = false)
    {
        if (at == 0)
            return "NULL";
        Span<byte> text = stackalloc byte[QuotedText.Most];
        text = text[..(int)Math.Min(bytes, QuotedText.Most)];
        if (!TryRead(at, text))
            return Hex(at);
        return hex ? QuotedText.Hex(text, bytes > QuotedText.Most) : QuotedText.Of(text, bytes > QuotedText.Most);
    }

    private string Vectors(ulong at, ulong count, ulong bytes)
    {
        const int Most = 32;
        StringBuilder text = new("[");
        for (ulong i = 0; i < count; i++)
        {
            if (i == Most)
                return text.Append(", ...]").ToString();
            ulong entry = at + i * (ulong)(2 * Layout.WordBytes);
            if (Number(entry, Layout.WordBytes) is not { } start || Number(entry + (ulong)Layout.WordBytes, Layout.WordBytes) is not { } length)
                return Hex(at);
            ulong shown = Math.Min(length, bytes);
            bytes -= bytes == ulong.MaxValue ? 0 : shown;
            text.Append(i == 0 ? "" : ", ").Append($"{{iov_base={Buffer(start, shown)}, iov_len={length}}}");
        }
        return text.Append(']').ToString();
    }

    private string Strings(ulong at)
    {
        const int Most = 32;
        if (at == 0)
            return "NULL";
        StringBuilder text = new("[");
        for (int i = 0; ; i++)
        {
            if (Number(at + (ulong)(i * Layout.WordBytes), Layout.WordBytes) is not { } pointer)
                return Hex(at);
            if (pointer == 0)
                return text.Append(']').ToString();
            if (i == Most)
                return text.Append(", ...]").ToString();
            text.Append(i == 0 ? "" : ", ").Append(String(pointer));
        }
    }

    private string String(ulong at)
    {
        Errno error = call.Space.StringLength(new VirtualAddress(at), 1 << 17, out ulong bytes);
        return error.Failed() ? Hex(at) : Buffer(at, bytes - 1);
    }

    private string Environment(ulong at)
    {
        int count = 0;
        while (Number(at + (ulong)(count * Layout.WordBytes), Layout.WordBytes) is > 0)
            count++;
        return at == 0 ? "NULL" : $"{Hex(at)} /* {count} var{(count == 1 ? "" : "s")} */";
    }

    private string Time(ulong at, GuestStruct shape)
    {
        if (at == 0)
            return "NULL";
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (!TryRead(at, bytes))
            return Hex(at);
        GuestRecord time = shape.At(bytes, Layout.Order);
        return shape.Has("usec") ? $"{{tv_sec={time.Signed("sec")}, tv_usec={time.Signed("usec")}}}" : $"{{tv_sec={time.Signed("sec")}, tv_nsec={time.Signed("nsec")}}}";
    }

    private string Interval(ulong at)
    {
        if (at == 0)
            return "NULL";
        Span<byte> bytes = stackalloc byte[Layout.IntervalTimer.Bytes];
        if (!TryRead(at, bytes))
            return Hex(at);
        GuestRecord timer = Layout.IntervalTimer.At(bytes, Layout.Order);
        return $"{{it_interval={{tv_sec={timer.Signed("interval_sec")}, tv_usec={timer.Signed("interval_usec")}}}, it_value={{tv_sec={timer.Signed("value_sec")}, tv_usec={timer.Signed("value_usec")}}}}}";
    }

    private string Status(ulong at, GuestStruct shape)
    {
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (!TryRead(at, bytes))
            return Pointer(at);
        GuestRecord status = shape.At(bytes, Layout.Order);
        ulong mode = status["mode"];
        string kind = (FileKind)(mode & 0xf000) switch
        {
            FileKind.Pipe => "S_IFIFO",
            FileKind.CharacterDevice => "S_IFCHR",
            FileKind.Directory => "S_IFDIR",
            FileKind.Regular => "S_IFREG",
            FileKind.Link => "S_IFLNK",
            _ => "S_IFSOCK",
        };
        string rest = kind == "S_IFCHR" ? $"st_rdev=makedev({Hex0(status["rdev"] >> 8)}, {Hex0(status["rdev"] & 0xff)})" : $"st_size={status["size"]}";
        return $"{{st_mode={kind}|{Permissions(mode)}, {rest}, ...}}";
    }

    private static bool IsDevice(ulong mode) => (mode & 0xf000) is 0x2000 or 0x6000;

    private static string NodeMode(ulong mode)
    {
        string kind = (mode & 0xf000) switch { 0x1000 => "S_IFIFO|", 0x2000 => "S_IFCHR|", 0x4000 => "S_IFDIR|", 0x6000 => "S_IFBLK|", 0x8000 => "S_IFREG|", 0xa000 => "S_IFLNK|", 0xc000 => "S_IFSOCK|", _ => "" };
        return kind + Permissions(mode);
    }

    private static string Permissions(ulong mode)
    {
        string special = ((mode & 0x800) != 0 ? "S_ISUID|" : "") + ((mode & 0x400) != 0 ? "S_ISGID|" : "") + ((mode & 0x200) != 0 ? "S_ISVTX|" : "");
        return special + "0" + Convert.ToString((long)(mode & 0x1ff), 8).PadLeft(3, '0');
    }

    private string Signals(ulong at) => at == 0 ? "NULL" : Number(at, 8) is { } set ? SignalSets.Text(Layout.ToGeneric(set)) : Hex(at);

    private string Information(ulong at)
    {
        Span<byte> bytes = stackalloc byte[SignalInfoFormat.Bytes];
        if (at == 0 || !TryRead(at, bytes))
            return Pointer(at);
        SignalInfo info = SignalInfoFormat.Read(bytes, Layout);
        if (info is { Signal: Signal.SIGCHLD, Code: > 0 })
            info = info with { Status = info.Code == SignalInfo.ChildExited ? (int)info.Value : Layout.Signals.ToGeneric((int)info.Value) };
        return SignalText.Details(info);
    }

    private string Action(ulong at)
    {
        if (at == 0)
            return "NULL";
        GuestStruct shape = Layout.SignalAction;
        Span<byte> bytes = stackalloc byte[shape.Bytes];
        if (!TryRead(at, bytes))
            return Hex(at);
        GuestRecord action = shape.At(bytes, Layout.Order);
        ulong flags = Layout.ActionFlags.ToGeneric(action["flags"]), handler = action["handler"];
        string text = $"{{sa_handler={(handler == 0 ? "SIG_DFL" : handler == 1 ? "SIG_IGN" : Hex(handler))}, sa_mask={SignalSets.Text(Layout.ToGeneric(action["mask"]))}, "
            + $"sa_flags={FlagNames.Flags(FlagNames.SignalAction, flags & uint.MaxValue, "0", "SA")}";
        return (flags & (ulong)SignalActionFlags.Restorer) != 0 && shape.Has("restorer") ? $"{text}, sa_restorer={Pointer(action["restorer"])}}}" : text + "}";
    }

    private string Stack(ulong at)
    {
        if (at == 0)
            return "NULL";
        Span<byte> bytes = stackalloc byte[Layout.SignalStack.Bytes];
        if (!TryRead(at, bytes))
            return Hex(at);
        GuestRecord stack = Layout.SignalStack.At(bytes, Layout.Order);
        string flags = FlagNames.Flags(FlagNames.SignalStack, (uint)stack["flags"], "0", "SS");
        return $"{{ss_sp={Pointer(stack["sp"])}, ss_flags={flags}, ss_size={stack["size"]}}}";
    }

    private string WaitStatus(ulong at, in CallResult result)
    {
        if (at == 0)
            return "NULL";
        if (result.Failed || result.Value <= 0 || Number(at, 4) is not { } status)
            return Hex(at);
        if (status == 0xffff)
            return "[{WIFCONTINUED(s)}]";
        if ((status & 0xff) == 0x7f)
            return $"[{{WIFSTOPPED(s) && WSTOPSIG(s) == {FlagNames.Signal(Layout.Signals.ToGeneric((int)(status >> 8 & 0xff)))}}}]";
        if ((status & 0x7f) == 0)
            return $"[{{WIFEXITED(s) && WEXITSTATUS(s) == {status >> 8 & 0xff}}}]";
        string signal = FlagNames.Signal(Layout.Signals.ToGeneric((int)(status & 0x7f)));
        return $"[{{WIFSIGNALED(s) && WTERMSIG(s) == {signal}{((status & 0x80) != 0 ? " && WCOREDUMP(s)" : "")}}}]";
    }

    private string Usage(ulong at, in CallResult result)
    {
        Span<byte> bytes = stackalloc byte[Layout.Usage.Bytes];
        if (at == 0 || result.Failed || !TryRead(at, bytes))
            return Pointer(at);
        GuestRecord usage = Layout.Usage.At(bytes, Layout.Order);
        return $"{{ru_utime={{tv_sec={usage["user_sec"]}, tv_usec={usage["user_usec"]}}}, ru_stime={{tv_sec={usage["system_sec"]}, tv_usec={usage["system_usec"]}}}, ...}}";
    }

    private string Names(ulong at)
    {
        string system = call.ReadString(at, 65, out string name).Failed() ? "" : name, node = call.ReadString(at + 65, 65, out string host).Failed() ? "" : host;
        return $"{{sysname=\"{system}\", nodename=\"{node}\", ...}}";
    }

    private string Limits(ulong at, int bytes, ulong none)
    {
        if (at == 0)
            return "NULL";
        if (Number(at, bytes) is not { } current || Number(at + (ulong)bytes, bytes) is not { } most)
            return Hex(at);
        string Limit(ulong limit) => limit >= none ? bytes == 8 && none == ulong.MaxValue ? "RLIM64_INFINITY" : "RLIM_INFINITY"
            : limit > 1024 && limit % 1024 == 0 ? $"{limit / 1024}*1024" : limit.ToString();
        return $"{{rlim_cur={Limit(current)}, rlim_max={Limit(most)}}}";
    }

    /// <summary>Entries of a directory, of which only the number is told.</summary>
    private string Entries(ulong at, long bytes, int lengthOffset)
    {
        int count = 0;
        for (long done = 0; done < bytes && Number(at + (ulong)(done + lengthOffset), 2) is { } length and > 0; done += (long)length)
            count++;
        return $"{Pointer(at)} /* {count} entr{(count == 1 ? "y" : "ies")} */";
    }

    private string Descriptors(ulong at) => Number(at, 4) is { } first && Number(at + 4, 4) is { } second ? $"[{(int)first}, {(int)second}]" : Pointer(at);

    private string Offset(ulong at, int bytes) => at == 0 ? "NULL" : Number(at, bytes) is { } value ? $"[{value}]" : Hex(at);

    private string Polled(bool revents)
    {
        StringBuilder text = new("[");
        for (ulong i = 0; i < Math.Min(Raw(1), 32); i++)
        {
            ulong at = Raw(0) + 8 * i;
            if (Number(at, 4) is not { } descriptor || Number(at + (revents ? 6u : 4u), 2) is not { } events)
                return Hex(Raw(0));
            if (revents && events == 0)
                continue;
            string name = revents ? "revents" : "events";
            text.Append(text.Length > 1 ? ", " : "").Append($"{{fd={(int)descriptor}, {name}={FlagNames.Flags(FlagNames.Poll, events, "0", "POLL")}}}");
        }
        return text.Append(']').ToString();
    }

    private string Set(ulong at) => at == 0 ? "NULL" : $"[{string.Join(' ', Members(at))}]";

    private string Selected()
    {
        StringBuilder text = new();
        string[] names = ["in", "out", "except"];
        for (int set = 0; set < names.Length; set++)
        {
            if (Raw(set + 1) != 0 && Members(Raw(set + 1)).Count > 0)
                text.Append(text.Length > 0 ? ", " : "").Append($"{names[set]} {Set(Raw(set + 1))}");
        }
        return Raw(4) == 0 ? text.ToString() : $"{text}, left {Time(Raw(4), _call.Name == "pselect6" ? Layout.TimeSpec : Layout.TimeVal)}";
    }

    private List<int> Members(ulong at)
    {
        List<int> members = [];
        int bits = 8 * Layout.WordBytes;
        for (int descriptor = 0; descriptor < (int)Math.Min(Raw(0), 1024); descriptor++)
        {
            if (Number(at + (ulong)(descriptor / bits * Layout.WordBytes), Layout.WordBytes) is { } word && (word >> (descriptor % bits) & 1) != 0)
                members.Add(descriptor);
        }
        return members;
    }

    /// <summary>Arguments as they were made: execve and sigreturn change what they could be read from.</summary>
    private readonly struct SavedArguments
    {
        private readonly ulong[] _values;
        private readonly long[] _wide;

        private SavedArguments(ulong[] values, long[] wide) => (_values, _wide) = (values, wide);

        public ulong this[int index] => index < _values.Length ? _values[index] : 0;

        public long Wide(int index) => _wide[index];

        public static SavedArguments Of(CallContext call)
        {
            ulong[] values = new ulong[6];
            long[] wide = new long[6];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = call[i];
                wide[i] = i < 5 || call.Layout.WordBytes == 8 ? call.Wide(i) : 0;
            }
            return new SavedArguments(values, wide);
        }
    }
}
