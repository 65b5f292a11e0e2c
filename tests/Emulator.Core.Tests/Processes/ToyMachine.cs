using System.Text;
using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Processes;
using Emulator.Core.Processes.Files;
using Emulator.Core.Processes.Strace;
using Emulator.Core.Tests.Kernel;
using Emulator.Core.Tests.Paging;
using Xunit;

namespace Emulator.Core.Tests.Processes;

/// <summary>A system of the test kernel with the toy's programs on it; its frames are counted at the end.</summary>
internal sealed class ToyMachine : IDisposable
{
    private readonly LinuxKernel<TestEntry> _kernel;
    private readonly FrameBooks _books;
    private readonly StringBuilder _strace = new();

    public ToyMachine(KernelEra era, string input = "", ulong memoryBytes = 32 << 20, Func<SystemOptions, SystemOptions>? with = null)
    {
        _kernel = TestKernel.Create(era, memoryBytes);
        _books = new FrameBooks(_kernel.Frames);
        Input = new ToyStream(input);
        SystemOptions options = new()
        {
            Userlands = abi => new ToyUserland(abi),
            Input = Input,
            Output = Output,
            Error = Error,
            StackLimitBytes = 1 << 20,
            Strace = new CallPrinter(line => _strace.Append(line)),
        };
        System = new LinuxSystem(_kernel, new Port(_kernel), with?.Invoke(options) ?? options);
    }

    public LinuxSystem System { get; }

    public ToyStream Input { get; }

    public ToyStream Output { get; } = new();

    public ToyStream Error { get; } = new();

    public string Strace => _strace.ToString();

    public FrameAllocator Frames => _kernel.Frames;

    /// <summary>Puts a program into the tree.</summary>
    public ToyMachine Add(string path, ToyProgram program, int permissions = 0x1ed) => Add(path, program.Build(), permissions);

    public ToyMachine Add(string path, byte[] bytes, int permissions = 0x1ed)
    {
        System.Place(path, new Fixed(bytes, permissions));
        return this;
    }

    public ExecResult Start(string path, params string[] arguments)
    {
        Assert.Equal(Errno.None, System.Find(path, out RegularNode? file));
        return System.Start(new ExecRequest
        {
            Program = file!.PagesAs(path),
            FileName = path,
            Arguments = [Encoding.Latin1.GetBytes(path), .. arguments.Select(Encoding.Latin1.GetBytes)],
            Environment = ["HOME=/"u8.ToArray()],
            Files = System.Files,
            StackLimitBytes = 1 << 20,
        }, file);
    }

    /// <summary>Starts a program and runs it to its end.</summary>
    /// <returns>Its exit code.</returns>
    public int Run(ToyProgram program, long instructions = 50_000_000)
    {
        Add("/program", program);
        ExecResult result = Start("/program");
        Assert.True(result.Succeeded, result.Reason);
        RunStop stop = System.Run(instructions);
        Assert.True(stop == RunStop.Ended, $"{stop}\n{(Strace.Length > 1500 ? Strace[^1500..] : Strace)}\n{Error.Written}");
        AssertBalanced();
        return System.First!.ExitCode;
    }

    public void AssertBalanced()
    {
        _kernel.PageCache.Drop();
        _books.AssertBalanced("all have ended");
    }

    public void Dispose()
    {
        System.Dispose();
        _kernel.Dispose();
    }

    private sealed class Port(LinuxKernel kernel) : IUserMmu
    {
        private readonly Mmu<TestEntry> _mmu = new(kernel.Memory, kernel.Profile.Tree);

        public void Activate(AddressSpace space) => _mmu.LoadRoot(space.Tables!.RootRegister, default);

        public void Flush(VirtualAddress va) => _mmu.Flush(va);

        public void Flush() => _mmu.Flush();

        public bool TryTranslate(VirtualAddress va, AccessKind access, out PhysicalAddress found, out PageFault fault) => _mmu.TryTranslate(va, access, out found, out fault);
    }

    private sealed class Fixed(byte[] bytes, int permissions) : RegularNode
    {
        public override long Length => bytes.Length;

        public override int Permissions => permissions;

        public override bool IsWritable => false;

        public override int Read(long offset, Span<byte> into)
        {
            int count = offset >= bytes.Length ? 0 : (int)Math.Min(into.Length, bytes.Length - offset);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(into);
            return count;
        }

        public override Errno Write(long offset, ReadOnlySpan<byte> from, out int count)
        {
            count = 0;
            return Errno.EROFS;
        }

        public override Errno Truncate(long length) => Errno.EROFS;
    }
}
