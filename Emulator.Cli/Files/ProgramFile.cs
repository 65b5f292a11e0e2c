using Emulator.Core.Elf;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;

namespace Emulator.Cli.Files;

/// <summary>PROGRAM, opened and looked at: which machine is it for?</summary>
internal sealed class ProgramFile : IDisposable
{
    private const int MaxScripts = 6;       // more than that no kernel follows
    private const int HeadBytes = 256;      // BINPRM_BUF_SIZE of the later era

    private ProgramFile(string path, GuestFile file, ElfImage? image, string? interpreter, string? obstacle)
    {
        Path = path;
        File = file;
        Image = image;
        Interpreter = interpreter;
        Obstacle = obstacle;
    }

    /// <summary>Path as typed.</summary>
    public string Path { get; }

    /// <summary>The file.</summary>
    public GuestFile File { get; }

    /// <summary>Headers of the program, or of the interpreter that a script leads to; null when a script leads nowhere.</summary>
    public ElfImage? Image { get; }

    /// <summary>The interpreter that a script leads to; null for an ELF file.</summary>
    public string? Interpreter { get; }

    /// <summary>Why a script leads nowhere, in words; else null.</summary>
    public string? Obstacle { get; }

    /// <summary>Opens PROGRAM and follows scripts to their interpreter.</summary>
    /// <param name="path">As typed.</param>
    /// <param name="guestPath">What the guest calls it.</param>
    /// <param name="around">Where files lie.</param>
    /// <exception cref="ProblemException">It cannot be read, or is neither ELF nor script.</exception>
    public static ProgramFile Open(string path, string guestPath, Surroundings around)
    {
        GuestFile file = OpenFile(path, guestPath, around);
        try
        {
            byte[] head = new byte[HeadBytes];
            int read = file.Read(0, head);
            if (ElfImage.HasMagic(head))
                return new ProgramFile(path, file, ReadImage(path, file), null, null);
            if (!head.AsSpan().StartsWith("#!"u8))
                throw ProblemException.Input($"{path}: neither ELF nor script: {Start(head.AsSpan(0, Math.Min(read, 4)))}");
            (ElfImage? image, string? interpreter, string? obstacle) = Follow(path, head, around);
            return new ProgramFile(path, file, image, interpreter, obstacle);
        }
        catch (IOException problem)
        {
            file.Dispose();
            throw ProblemException.Unreadable(path, problem);
        }
        catch (ProblemException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    private static GuestFile OpenFile(string path, string guestPath, Surroundings around)
    {
        if (path.Length == 0)
            throw ProblemException.Input("PROGRAM is an empty path");
        string hostPath = around.ProgramPath(path);
        if (Directory.Exists(hostPath))
            throw ProblemException.Input($"{path}: is a directory");
        if (!System.IO.File.Exists(hostPath))
            throw ProblemException.Input($"{path}: no such file");
        try
        {
            return HostFile.Open(hostPath, guestPath);
        }
        catch (UnauthorizedAccessException)
        {
            throw ProblemException.Input($"{path}: permission denied");
        }
        catch (IOException problem)
        {
            throw ProblemException.Unreadable(path, problem);
        }
    }

    private static ElfImage ReadImage(string path, GuestFile file) =>
        ElfImage.TryRead(file.Length, file.TryReadExactly, out ElfImage? image, out ElfFormatError? error)
            ? image
            : throw ProblemException.Input($"{path}: {error.Message}");

    private static string Start(ReadOnlySpan<byte> bytes)
    {
        const string Expected = "should be 7f 45 4c 47 or start with 23 21, found";
        string found = string.Join(' ', bytes.ToArray().Select(value => value.ToString("x2")));
        return bytes.IsEmpty ? $"bytes 0-3 {Expected} an empty file" : $"bytes 0-3 {Expected} {found}{(bytes.Length < 4 ? " and the end of the file" : "")}";
    }

    private static (ElfImage? Image, string? Interpreter, string? Obstacle) Follow(string path, byte[] head, Surroundings around)
    {
        HostFileSource files = new(around);
        string script = path;
        for (int depth = 0; depth < MaxScripts; depth++)
        {
            if (ScriptLine.Parse(head, later: false) is not { } line)
                return (null, null, $"the first line of {script} names no interpreter");
            string name = GuestText.ToHost(line.Interpreter);
            Errno error = files.Open(line.Interpreter, out GuestFile? file);
            if (error.Failed())
                return (null, null, $"its interpreter {name} cannot be opened ({error})");
            using (file!)
            {
                Array.Clear(head);
                file!.Read(0, head);
                if (ElfImage.HasMagic(head))
                {
                    return ElfImage.TryRead(file.Length, file.TryReadExactly, out ElfImage? image, out ElfFormatError? wrong)
                        ? (image, name, null)
                        : (null, null, $"its interpreter {name}: {wrong.Message}");
                }
                if (!head.AsSpan().StartsWith("#!"u8))
                    return (null, null, $"its interpreter {name} is neither ELF nor script");
            }
            script = name;
        }
        return (null, null, $"it is a script behind {MaxScripts} others");
    }
}
