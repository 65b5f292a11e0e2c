namespace Emulator.Guests;

/// <summary>The guests, each with its arguments. What they do is said at the top of their sources.</summary>
public static class TestGuests
{
    private static readonly IReadOnlyList<Userland> X86 = [Userland.Amd64, Userland.I386];
    private static readonly IReadOnlyList<Userland> AllWithEv4 = [Userland.Amd64, Userland.I386, Userland.Alpha, Userland.AlphaEv4];
    private static readonly IReadOnlyList<Userland> Alphas = [Userland.Alpha, Userland.AlphaEv4];

    // Each ends as Linux ends it, by SIGSEGV or SIGILL or a refusal.
    private static readonly string[] Misbehaviours =
    [
        "jump-to-null", "jump-to-nowhere", "jump-to-kernel", "jump-to-data", "read-null", "read-kernel", "read-end-of-memory",
        "write-text", "write-constant", "recursion", "stack-pointer-to-nowhere", "illegal", "many-mmaps", "many-files", "vfork-chain",
        "handler-nowhere", "sigreturn-without-frame", "munmap-itself", "unmap-everything",
    ];

    private static readonly string[] Libraries = ["hello", "pthreads", "exceptions", "workout", "containers"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TestGuest> All { get; } =
    [
        new("arguments"),
        new("arguments", "one", "", "two words", "\u00e4"),
        new("integers") { Userlands = AllWithEv4 },
        new("bytes") { Userlands = AllWithEv4 },
        new("floats") { Userlands = AllWithEv4, SameEverywhere = false },     // x87
        new("strings-x86") { Userlands = X86, SameEverywhere = false },
        new("signals"),
        new("faults", GuestRun.Directory),
        new("faults-x86") { Userlands = X86, SameEverywhere = false },
        new("calls-x86", GuestRun.Directory) { Userlands = X86, SameEverywhere = false },
        new("faults-alpha") { Userlands = Alphas, SameEverywhere = false },
        new("processes"),
        new("exec", GuestRun.Directory),
        new("pipes"),
        new("memory", GuestRun.Directory),
        new("changing", GuestRun.Directory),
        new("threads"),
        new("hot"),
        new("hot", "exec"),
        new("files", GuestRun.Directory),
        new("locks", GuestRun.Directory),
        new("clocks"),
        new("system"),
        new("stack"),
        .. Misbehaviours.Select(how => new TestGuest("bad", how)),
        new("bad", "jump-into-zeros") { SameEverywhere = false },       // 00 00 is an instruction on x86, and a privileged one on alpha
        new("bad", "privileged") { SameEverywhere = false },            // SIGSEGV on x86, SIGILL on alpha
        new("bad", "huge-mmap"),
        new("bad", "fork-bomb") { Endless = true },
        new("bad", "infinite-loop") { Endless = true },
        new("bad", "infinite-calls") { Endless = true },
        new("bad", "infinite-output") { Endless = true },
        new("bad", "deadlock") { Endless = true },
        new("bad", "wait-for-itself") { Endless = true },
        new("bad", "exec-itself-for-ever") { Endless = true },
        .. Libraries.SelectMany(program => (TestGuest[])
        [
            // On alpha they die in __ctype_init(), of a thread's variable that is null in the program itself.
            new(program, GuestRun.Directory) { Kind = GuestKind.StaticLibrary, SameEverywhere = false },
            new(program, GuestRun.Directory) { Kind = GuestKind.DynamicLibrary },
        ]),
        .. BusyboxScripts.All.Select(script =>
            new TestGuest("busybox", "sh", "-c", script, "sh", GuestRun.Directory) { Kind = GuestKind.Busybox }),
    ];

    /// <summary>The program of that title.</summary>
    /// <param name="title">As in <see cref="TestGuest.Title"/>.</param>
    /// <returns>The program.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TestGuest Titled(string title) =>
        All.FirstOrDefault(guest => guest.Title == title) ?? throw new ArgumentException($"no test guest is called '{title}'", nameof(title));
}
