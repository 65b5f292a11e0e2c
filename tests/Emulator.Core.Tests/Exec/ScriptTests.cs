using System.Text;
using Emulator.Contract;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Tests.Kernel;
using Xunit;

namespace Emulator.Core.Tests.Exec;

/// <summary>Scripts, as fs/binfmt_script.c reads their first line.</summary>
public class ScriptTests
{
    private const string Both = "2.6.32 6.1";

    /// <summary>First line, era, and the arguments that the interpreter gets before the script's own; null for ENOEXEC.</summary>
    public static TheoryData<string, string, string[]?> Lines { get; } = new()
    {
        { "#!/i\n", Both, ["/i", "/s"] },
        { "#!/i", Both, ["/i", "/s"] },
        { "#! \t /i \t \n", Both, ["/i", "/s"] },
        { "#!/i a\n", Both, ["/i", "a", "/s"] },
        { "#!/i  a b\tc  \nrest", Both, ["/i", "a b\tc", "/s"] },
        { "#!\n", Both, null },
        { "#!", "2.6.32", null },
        { "#! \t \n/i\n", Both, null },
        { "#!\0/i\n", "2.6.32", null },
        // A NUL ends the name and the argument, whatever comes behind it.
        { "#!/i\0 a\n", Both, ["/i", "/s"] },
        { "#!/i a\0b\n", Both, ["/i", "a", "/s"] },
        // Without a newline nothing is cut off the end: the blanks belong to the argument.
        { "#!/i a  ", Both, ["/i", "a  ", "/s"] },
        { "#!/i  ", "2.6.32", ["/i", "/s"] },
        { "#!/i  ", "6.1", ["/i", "", "/s"] },      // next_non_spacetab() stops at the NUL behind the blanks, which is an argument
        { "#!/i a  \0\n", Both, ["/i", "a  ", "/s"] },
        // The name fills the buffer, or goes over its end.
        { "#!/i" + new string(' ', 124) + "x\n", "2.6.32", ["/i", "/s"] },
        { "#!" + new string('/', 124) + "i\n", "2.6.32", [new string('/', 124) + "i", "/s"] },
        { "#!" + new string('/', 124) + "ii\n", "2.6.32", [new string('/', 124) + "i", "/s"] },
        { "#!" + new string('/', 252) + "i\n", "6.1", [new string('/', 252) + "i", "/s"] },
        { "#!" + new string('/', 252) + "ii\n", "6.1", null },
        { "#!" + new string('/', 252) + "i ", "6.1", [new string('/', 252) + "i", "/s"] },
        { "#!/i " + new string('a', 300) + "\n", "6.1", ["/i", new string('a', 250), "/s"] },
        { "#!/i " + new string('a', 300) + "\n", "2.6.32", ["/i", new string('a', 122), "/s"] },
        { "#!" + new string(' ', 300) + "/i\n", Both, null },
        { "hello\n", Both, null },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void The_first_line_gives_the_interpreter_its_arguments(string line, string eras, string[]? expected)
    {
        foreach (KernelEra era in TestKernel.Eras.Where(era => eras.Split(' ').Contains(era.Version)))
        {
            GuestFiles files = new GuestFiles().Add("/s", Encoding.Latin1.GetBytes(line));
            if (expected is not null)
                files.Add(expected[0], GuestPrograms.Static(TestKernel.Wide).Build());
            foreach (string way in ExecWays.Names)
            {
                using LinuxKernel kernel = TestKernel.Create(era);

                ExecResult result = Run(kernel, files, "/s", way, "zero", "one");

                if (expected is null)
                {
                    Assert.Equal((Errno.ENOEXEC, Signal.None), (result.Error, result.Killed));
                    continue;
                }
                Assert.True(result.Succeeded, $"{era} {way}: {result.Error} {result.Reason}");
                Assert.Equal([.. expected, "one"], Arguments(result.Started!));
            }
        }
    }

    [Theory]
    [InlineData("2.6.32", 5, Errno.ENOEXEC)]    // bprm->recursion_depth > BINPRM_MAX_RECURSION (4) at the sixth
    [InlineData("6.1", 5, Errno.ELOOP)]         // exec_binprm(): depth > 5 after the sixth rewrite
    public void Five_scripts_may_lead_to_a_program_and_six_may_not(string version, int most, Errno beyond)
    {
        KernelEra era = TestKernel.Eras.Single(candidate => candidate.Version == version);
        for (int scripts = 1; scripts <= most + 2; scripts++)
        {
            GuestFiles files = new GuestFiles().Add($"/s{scripts}", GuestPrograms.Static(TestKernel.Wide).Build());
            for (int i = 0; i < scripts; i++)
                files.Add($"/s{i}", Encoding.ASCII.GetBytes($"#!/s{i + 1} arg{i}\n"));
            using LinuxKernel kernel = TestKernel.Create(era);

            ExecResult result = Run(kernel, files, "/s0", "in-place", "zero", "one");

            Assert.Equal(scripts <= most ? Errno.None : beyond, result.Error);
            if (!result.Succeeded)
                continue;
            IEnumerable<string> expected = Enumerable.Range(0, scripts).SelectMany(i => new[] { $"/s{scripts - i}", $"arg{scripts - i - 1}" });
            Assert.Equal([.. expected, "/s0", "one"], Arguments(result.Started!));
        }
    }

    [Fact]
    public void A_script_that_is_its_own_interpreter_is_refused_and_leaves_nothing()
    {
        foreach (KernelEra era in TestKernel.Eras)
        {
            foreach (string way in ExecWays.Names)
            {
                using LinuxKernel kernel = TestKernel.Create(era);
                FrameBooks books = new(kernel.Frames);
                GuestFiles files = new GuestFiles().Add("/s", "#!/s\n"u8.ToArray());

                ExecResult result = Run(kernel, files, "/s", way, "zero");

                Assert.Equal((era.ScriptDepthError, Signal.None), (result.Error, result.Killed));
                kernel.PageCache.Drop();
                books.AssertBalanced(way);
                Assert.Equal(0, files.OpenCount);
            }
        }
    }

    [Fact]
    public void A_first_argument_over_several_pages_makes_way_for_the_interpreter()
    {
        foreach (KernelEra era in TestKernel.Eras)
        {
            foreach (int length in (int[])[0, 4000, 4094, 4095, 4096, 8191, 8192, 30000, 120000])
            {
                foreach (string way in ExecWays.Names)
                {
                    using LinuxKernel kernel = TestKernel.Create(era);
                    FrameBooks books = new(kernel.Frames);
                    GuestFiles files = new GuestFiles().Add("/s", "#!/i\n"u8.ToArray()).Add("/i", GuestPrograms.Static(TestKernel.Wide).Build());

                    ExecResult result = Run(kernel, files, "/s", way, new string('z', length), "one", "two");

                    Assert.True(result.Succeeded, $"{era} {way} {length}: {result.Error} {result.Reason}");
                    Assert.Equal(["/i", "/s", "one", "two"], Arguments(result.Started!));
                    AssertNoPageOutsideAreas(result.Started!.Space);
                    result.Started.Space.Destroy();
                    kernel.PageCache.Drop();
                    books.AssertBalanced(way);
                }
            }
        }
    }

    [Fact]
    public void A_script_without_arguments_gets_what_its_kernel_gives()
    {
        foreach (KernelEra era in TestKernel.Eras)
        {
            using LinuxKernel kernel = TestKernel.Create(era);
            GuestFiles files = new GuestFiles().Add("/s", "#!/i\n"u8.ToArray()).Add("/i", GuestPrograms.Static(TestKernel.Wide).Build());

            ExecResult result = Run(kernel, files, "/s", "staged");

            Assert.Equal(["/i", "/s"], Arguments(result.Started!));     // the empty argv[0] of later kernels makes way too
        }
    }

    [Fact]
    public void An_interpreter_that_is_not_there_is_ENOENT_before_the_point_of_no_return()
    {
        using LinuxKernel kernel = TestKernel.Create(KernelEra.V6_1);

        ExecResult result = Run(kernel, new GuestFiles().Add("/s", "#!/nowhere\n"u8.ToArray()), "/s", "in-place", "zero");

        Assert.Equal((Errno.ENOENT, Signal.None), (result.Error, result.Killed));
        Assert.Contains("/nowhere", result.Reason, StringComparison.Ordinal);
    }

    private static ExecResult Run(LinuxKernel kernel, GuestFiles files, string path, string way, params string[] arguments) => Execve.Run(kernel, new ExecRequest
    {
        Program = files[path],
        FileName = path,
        Arguments = [.. arguments.Select(Encoding.Latin1.GetBytes)],
        Files = files,
    }, ExecWays.Create(way));

    private static IEnumerable<string> Arguments(StartState started)
    {
        AddressSpace space = started.Space;
        byte[] word = new byte[8];
        for (ulong at = started.Argv; ; at += 8)
        {
            Assert.Equal(Errno.None, space.CopyIn(new VirtualAddress(at), word));
            ulong pointer = BitConverter.ToUInt64(word);
            if (pointer == 0)
                yield break;
            Assert.Equal(Errno.None, space.StringLength(new VirtualAddress(pointer), 1 << 20, out ulong bytes));
            byte[] text = new byte[bytes - 1];
            Assert.Equal(Errno.None, space.CopyIn(new VirtualAddress(pointer), text));
            yield return Encoding.Latin1.GetString(text);
        }
    }

    private static void AssertNoPageOutsideAreas(AddressSpace space)
    {
        VirtualAddress from = default;
        while (space.Tables!.TryNextLeaf(from, new VirtualAddress(ulong.MaxValue), out Emulator.Core.Paging.LeafView leaf))
        {
            Assert.True(space.Find(leaf.Address)?.Contains(leaf.Address), $"the page at {leaf.Address} belongs to no area");
            from = leaf.Address + 4096;
        }
    }
}
