using System.Text;
using System.Text.Json;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>Whatever goes wrong ends in one line, the right exit code, and never a stack trace.</summary>
public class BadInputTests
{
    private static readonly ElfBuilder Amd64 = new();
    private static readonly ElfBuilder S390 = new() { Is64 = false, BigEndian = true, Machine = ElfNumbers.MachineS390 };

    private static readonly string Show = CommandLine.Bundled("x86_64/show");

    // ---- files ------------------------------------------------------------------------------------------------------

    [Fact]
    public void A_missing_file() => CommandLine.Run("compare", "no/such/file").IsRefused(3, "no/such/file: no such file");

    [Fact]
    public void An_empty_path() => CommandLine.Run("compare", "").IsRefused(3, "PROGRAM is an empty path");

    [Fact]
    public void A_directory() => CommandLine.Run("compare", "tests").IsRefused(3, "tests: is a directory");

    [Fact]
    public void A_device_that_never_ends() =>
        CommandLine.Run("compare", "/dev/zero").IsRefused(3, "/dev/zero: neither ELF nor script: bytes 0-3 should be 7f 45 4c 47 or start with 23 21, found an empty file");

    [Theory]
    [InlineData("504b0304aa", "bytes 0-3 should be 7f 45 4c 47 or start with 23 21, found 50 4b 03 04")]
    [InlineData("7f45", "bytes 0-3 should be 7f 45 4c 47 or start with 23 21, found 7f 45 and the end of the file")]
    [InlineData("", "bytes 0-3 should be 7f 45 4c 47 or start with 23 21, found an empty file")]
    public void Neither_elf_nor_script(string hex, string message)
    {
        using TemporaryDirectory directory = new();
        string file = directory.Write("a.zip", Convert.FromHexString(hex), TemporaryDirectory.Executable);

        CommandLine.Run("compare", file).IsRefused(3, $"{file}: neither ELF nor script: {message}");
    }

    [Theory]
    [InlineData(4, "the file ends at byte 4, inside the 16 bytes of identification")]
    [InlineData(15, "the file ends at byte 15, inside the 16 bytes of identification")]
    [InlineData(16, "the file ends at byte 16, inside the 64 bytes of the ELF header")]
    [InlineData(63, "the file ends at byte 63, inside the 64 bytes of the ELF header")]
    [InlineData(64, "the file ends at byte 64, but its 3 program headers lie at 0x40-0xe8")]
    [InlineData(120, "the file ends at byte 120, but its 3 program headers lie at 0x40-0xe8")]
    [InlineData(231, "the file ends at byte 231, but its 3 program headers lie at 0x40-0xe8")]
    public void A_64_bit_file_cut_short(int bytes, string message) => IsRefused(Amd64 with { FileBytes = bytes }, message);

    [Theory]
    [InlineData(16, "the file ends at byte 16, inside the 52 bytes of the ELF header")]
    [InlineData(51, "the file ends at byte 51, inside the 52 bytes of the ELF header")]
    [InlineData(52, "the file ends at byte 52, but its 3 program headers lie at 0x34-0x94")]
    [InlineData(147, "the file ends at byte 147, but its 3 program headers lie at 0x34-0x94")]
    public void A_32_bit_file_cut_short(int bytes, string message) => IsRefused(S390 with { FileBytes = bytes }, message);

    [Fact]
    public void Every_length_of_a_file_is_read_or_refused()
    {
        using TemporaryDirectory directory = new();
        byte[] whole = S390.Build();
        for (int length = 0; length <= whole.Length; length += length < 160 ? 1 : 16)
        {
            string file = directory.Write("cut", whole.AsSpan(0, length), TemporaryDirectory.Executable);
            CommandLine run = CommandLine.Run("compare", "--json", "-", file);
            Assert.Contains(run.Exit, length < 148 ? new[] { 3 } : [0, 1]);
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(4, 3, "byte 4 (class) should be 1 (32-bit) or 2 (64-bit), found 3")]
    [InlineData(5, 0, "byte 5 (byte order) should be 1 (little-endian) or 2 (big-endian), found 0")]
    [InlineData(6, 2, "byte 6 (version) should be 1, found 2")]
    public void A_wrong_identification(int offset, byte value, string message)
    {
        using TemporaryDirectory directory = new();
        byte[] bytes = Amd64.Build();
        bytes[offset] = value;
        string file = directory.Write("wrong", bytes, TemporaryDirectory.Executable);

        CommandLine.Run("compare", file).IsRefused(3, $"{file}: {message}");
    }

    [Fact]
    public void A_machine_that_no_plugin_knows() => IsRefused(Amd64 with { Machine = 0x1234 }, "no plugin knows a 64-bit little-endian program of machine 4660; there are amd64 (x86_64, i386), s390 (s390x, s390), sparc64 (sparc64, sparc32), ppc64 (ppc64, ppc32), alpha (alpha)");

    [Fact]
    public void A_class_that_no_plugin_knows() => IsRefused(Amd64 with { Is64 = false }, "no plugin knows a 32-bit little-endian program of machine 62; there are amd64 (x86_64, i386), s390 (s390x, s390), sparc64 (sparc64, sparc32), ppc64 (ppc64, ppc32), alpha (alpha)");

    [Fact]
    public void A_byte_order_that_no_plugin_knows() => IsRefused(Amd64 with { BigEndian = true }, "no plugin knows a 64-bit big-endian program of machine 62; there are amd64 (x86_64, i386), s390 (s390x, s390), sparc64 (sparc64, sparc32), ppc64 (ppc64, ppc32), alpha (alpha)");

    [Fact]
    public void An_architecture_that_the_file_disagrees_with() =>
        CommandLine.Run("compare", "--arch", "s390", Show).IsRefused(2, $"--arch s390 disagrees with {Show} which is for amd64 (x86_64)");

    [Fact]
    public void An_abi_that_the_file_disagrees_with() => CommandLine.Run("compare", "--abi", "i386", Show).IsRefused(2, $"--abi i386 disagrees with {Show} which is for x86_64");

    // ---- files that a plugin knows and the kernel refuses -----------------------------------------------------------

    [Theory]
    [InlineData("2.6.32")]
    [InlineData("6.1")]
    public void No_program_headers(string kernel) => IsModelled(Amd64 with { Headers = [] }, kernel, "ENOEXEC");

    [Fact]
    public void Program_headers_of_another_size() => IsModelled(Amd64 with { HeaderEntryBytes = 32 }, "6.1", "ENOEXEC");

    [Fact]
    public void Neither_executable_nor_dynamic() => IsModelled(Amd64 with { Type = 1 }, "6.1", "ENOEXEC");

    [Theory]
    [InlineData("2.6.32", 0ul)]
    [InlineData("6.1", 0ul)]
    [InlineData("6.1", 0x1000ul)]
    public void Segments_that_overlap_start_or_are_refused(string kernel, ulong shift) =>
        IsHonest(Amd64 with { Headers = [ProgramHeader.Code, ProgramHeader.Data with { Address = 0x400200 + shift }, ProgramHeader.Stack] }, kernel);

    [Theory]
    [InlineData("2.6.32", 1ul << 46)]
    [InlineData("6.1", 1ul << 46)]
    [InlineData("2.6.32", ulong.MaxValue)]
    [InlineData("6.1", ulong.MaxValue)]
    public void Huge_segments_start_or_are_refused(string kernel, ulong bytes) =>
        IsHonest(Amd64 with { Headers = [ProgramHeader.Code, ProgramHeader.Data with { MemoryBytes = bytes }, ProgramHeader.Stack] }, kernel);

    [Fact]
    public void A_huge_segment_without_an_mmu_is_out_of_memory() =>
        IsHonest(Amd64 with { Headers = [ProgramHeader.Code, ProgramHeader.Data with { MemoryBytes = 1ul << 40, FileBytes = 1ul << 40 }, ProgramHeader.Stack] }, "2.6.32", "--mmu", "none", "--memory", "8g");

    [Theory]
    [InlineData("2.6.32", 0ul)]
    [InlineData("6.1", 0x7000_0000ul)]
    public void An_entry_point_outside_every_segment_is_the_programs_business(string kernel, ulong entry)
    {
        JsonElement report = IsHonest(Amd64 with { Entry = entry }, kernel);

        Assert.Equal("ok", report.GetProperty("ways")[0].GetProperty("result").GetString());
    }

    [Fact]
    public void An_entry_point_outside_the_address_space_kills_in_the_later_era() => IsModelled(Amd64 with { Entry = ulong.MaxValue }, "6.1", "EINVAL");

    [Fact]
    public void A_missing_interpreter() => IsModelled(Amd64.Add(ProgramHeader.Interpreter("/no/such/ld.so")), "6.1", "ENOENT");

    [Fact]
    public void An_interpreter_that_is_a_directory() => IsModelled(Amd64.Add(ProgramHeader.Interpreter("/")), "6.1", "EACCES");

    [Fact]
    public void A_sparse_file_of_a_terabyte_needs_no_memory()
    {
        using TemporaryDirectory directory = new();
        string file = directory.Write("sparse", Amd64.Build(), TemporaryDirectory.Executable);
        using (FileStream stream = new(file, FileMode.Open))
            stream.SetLength(1L << 40);

        CommandLine run = CommandLine.Run("compare", "--json", "-", file);

        Assert.Equal((0, ""), (run.Exit, run.Error));
    }

    // ---- scripts ----------------------------------------------------------------------------------------------------

    [Fact]
    public void A_script_whose_interpreter_is_missing_needs_an_architecture()
    {
        using TemporaryDirectory directory = new();
        string file = Script(directory, "script", "/no/such/shell -x");

        CommandLine.Run("compare", file).IsRefused(3, $"{file}: its interpreter /no/such/shell cannot be opened (ENOENT), so nothing tells the architecture; name it with --arch");
        CommandLine.Run("compare", "--arch", "s390", "--json", "-", file).IsModelledFailure("ENOENT");
    }

    [Theory]
    [InlineData("2.6.32", "ENOEXEC")]
    [InlineData("6.1", "ELOOP")]
    public void A_script_that_is_its_own_interpreter(string kernel, string errno)
    {
        using TemporaryDirectory directory = new();
        string file = Script(directory, "loop", directory.PathOf("loop"));

        CommandLine.Run("compare", file).IsRefused(3, $"{file}: it is a script behind 6 others, so nothing tells the architecture; name it with --arch");
        CommandLine.Run("compare", "--arch", "amd64", "--kernel", kernel, "--json", "-", file).IsModelledFailure(errno);
    }

    [Fact]
    public void A_script_without_an_interpreter()
    {
        using TemporaryDirectory directory = new();
        string file = Script(directory, "empty", "");

        CommandLine.Run("compare", file).IsRefused(3, $"{file}: the first line of {file} names no interpreter, so nothing tells the architecture; name it with --arch");
        CommandLine.Run("compare", "--abi", "i386", "--json", "-", file).IsModelledFailure("ENOEXEC");
    }

    [Fact]
    public void A_nul_ends_the_first_line_of_a_script()
    {
        using TemporaryDirectory directory = new();
        string file = Script(directory, "script", $"{Repository.PathOf(CommandLine.Bundled("s390/show"))} one\0two");

        Assert.Equal(3, CommandLine.Run("compare", "--json", "-", file).Json.GetProperty("argc").GetInt32());     // show one script
    }

    [Fact]
    public void A_script_runs_its_interpreter_on_its_machine()
    {
        using TemporaryDirectory directory = new();
        string inner = Script(directory, "inner", $"{Repository.PathOf(CommandLine.Bundled("s390/show"))} one");
        string outer = Script(directory, "outer", inner);

        CommandLine run = CommandLine.Run("compare", "--json", "-", outer, "two");

        Assert.Equal(0, run.Exit);
        JsonElement report = run.Json;
        Assert.Equal("s390", report.GetProperty("abi").GetString());
        Assert.Equal(5, report.GetProperty("argc").GetInt32());     // show one inner outer two
    }

    // ---- options ----------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("--arch: \"vax\" should be amd64, s390, sparc64, ppc64 or alpha", "--arch", "vax")]
    [InlineData("amd64 has no kernel 9.9; use 2.6.32 or 6.1", "--kernel", "9.9")]
    [InlineData("--way: \"sideways\" should be fixed, in-place, staged, both or all, or a comma list of them", "--way", "sideways")]
    [InlineData("amd64 has no 65536-byte pages; use 4096", "--page-size", "64k")]
    [InlineData("amd64 has no MMU radix under kernel 2.6.32; use la48 or none", "--mmu", "radix")]
    [InlineData("amd64 has no MMU la57 under kernel 2.6.32; use la48 or none", "--mmu", "la57")]
    [InlineData("--abi: \"arm\" should be x86_64, i386, s390x, s390, sparc64, sparc32, ppc64, ppc32 or alpha", "--abi", "arm")]
    [InlineData("amd64 has no ABI s390; use x86_64 or i386", "--caller", "s390")]
    [InlineData("--new-mm: \"deep\" should be kernel or shallow", "--new-mm", "deep")]
    [InlineData("the stack top 0x123 should be a multiple of 4096 that the tables of amd64 reach: at most 0xffffffffffff + 1", "--stack-top-max", "0x123")]
    [InlineData("--personality: \"x\" should be addr-no-randomize, addr-limit-32bit, addr-limit-3gb, addr-compat-layout or read-implies-exec, or a comma list of them", "--personality", "addr-limit-3gb,x")]
    [InlineData("--seed: \"-1\" is no number; write decimal digits, or 0x and hexadecimal digits", "--seed", "-1")]
    [InlineData("--stack-rnd: \"many\" is no number; write decimal digits, or 0x and hexadecimal digits", "--stack-rnd", "many")]
    [InlineData("--vdso-pages: \"70000\" should be at most 65536", "--vdso-pages", "70000")]
    [InlineData("--arg-bytes: \"1x\" is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x", "--arg-bytes", "1x")]
    [InlineData("--arg-pages: \"20000000000g\" is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x", "--arg-pages", "20000000000g")]
    [InlineData("--arg-pages: 18014398509481984 pages of 4096 bytes are more than 64 bits can count", "--arg-pages", "16777216g")]
    [InlineData("--arg-string: 0 bytes leave no room for the NUL; give at least 1", "--arg-string", "0")]
    [InlineData("--arg-cap: \"lift\" should be kernel or none", "--arg-cap", "lift")]
    [InlineData("--env: \"PATH\" should be NAME=VALUE", "--env", "PATH")]
    [InlineData("--stack-limit: \"much\" is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x, or unlimited", "--stack-limit", "much")]
    [InlineData("--memory: \"\" is no size; write bytes, with k, m or g for powers of 1024, decimal or with 0x", "--memory", "")]
    [InlineData("--memory: 5000 bytes should be a multiple of 4096", "--memory", "5000")]
    [InlineData("--memory: 4096 bytes are too little: the kernel's own zero page needs a second page, 8192 bytes in all", "--memory", "4k")]
    [InlineData("--memory: 17592186044416 bytes are more than this program can model; at most 8796093018112 with pages of 4096 bytes", "--memory", "16384g")]
    [InlineData("amd64 has no CPU model z80; use max", "--cpu", "z80")]
    [InlineData("--hwcap: \"0xg\" is no number; write decimal digits, or 0x and hexadecimal digits", "--hwcap", "0xg")]
    [InlineData("--log-level: \"loud\" should be verbose, debug, information, warning, error or fatal", "--log-level", "loud")]
    [InlineData("--arg-bytes and --arg-pages say the same thing; give one of them", "--arg-bytes", "1", "--arg-pages", "1")]
    [InlineData("--way in-place needs an MMU; with --mmu none there is only staged", "--mmu", "none", "--way", "in-place")]
    [InlineData("--way in-place needs an MMU; with --mmu none there is only staged", "--mmu", "none", "--way", "both")]
    [InlineData("--way fixed needs an MMU; with --mmu none there is only staged", "--mmu", "none", "--way", "all")]
    [InlineData("compare: there is no option --kernle; did you mean --kernel?", "--kernle", "6.1")]
    [InlineData("compare: there is no option --frobnicate; see emulator compare --help", "--frobnicate")]
    public void A_wrong_option(string message, params string[] options) => CommandLine.Run(["compare", .. options, Show]).IsRefused(2, message);

    [Theory]
    [InlineData("a verb is missing: compare, run, walk, tables, maps, arch, lesson, batch, diff, serve or demo; see emulator --help")]
    [InlineData("there is no verb \"compar\"; did you mean compare?", "compar")]
    [InlineData("there is no verb \"explain\"; use compare, run, walk, tables, maps, arch, lesson, batch, diff, serve or demo", "explain")]
    [InlineData("compare: PROGRAM is missing; see emulator compare --help", "compare")]
    [InlineData("--kernel: its VERSION is missing", "compare", "--kernel")]
    [InlineData("batch: FILE is missing; see emulator batch --help", "batch")]
    [InlineData("arch: \"two\" is one operand too many; see emulator arch --help", "arch", "s390", "two")]
    [InlineData("arch: there is no architecture \"vax\"; there are amd64, s390, sparc64, ppc64 and alpha", "arch", "vax")]
    [InlineData("--jobs: nobody would do the work; give at least 1", "batch", "--jobs", "0", "-")]
    public void A_wrong_command_line(string message, params string[] args) => CommandLine.Run(args).IsRefused(2, message);

    [Theory]
    [InlineData("batch", "no/such/file")]
    [InlineData("maps", "no/such/file")]
    public void Other_verbs_miss_files_too(string verb, string file) => CommandLine.Run(verb, file).IsRefused(3, $"{file}: no such file");

    [Fact]
    public void A_report_that_cannot_be_written()
    {
        CommandLine run = CommandLine.Run("compare", "--json", "no/such/directory/report.json", Show);

        Assert.Equal(3, run.Exit);
        Assert.StartsWith("emulator: no/such/directory/report.json: cannot be written: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void A_string_with_a_nul() => CommandLine.Run("compare", Show, "a\0b").IsRefused(2, "argument 1: a string with a NUL inside cannot be passed to execve");

    [Fact]
    public void A_path_with_a_nul()
    {
        CommandLine.Run("compare", "a\0b").IsRefused(2, "PROGRAM: a string with a NUL inside cannot be passed to execve");
        CommandLine.Run("compare", "--json", "a\0b", Show).IsRefused(2, "a path with a NUL inside cannot be opened");
    }

    [Fact]
    public void Without_an_mmu_the_staged_way_is_the_only_one()
    {
        CommandLine run = CommandLine.Run("compare", "--mmu", "none", "--json", "-", CommandLine.Bundled("s390/show"));

        Assert.Equal(0, run.Exit);
        JsonElement report = run.Json;
        Assert.Equal("none", report.GetProperty("mmu").GetString());
        Assert.Equal("staged", Assert.Single(report.GetProperty("ways").EnumerateArray()).GetProperty("way").GetString());
    }

    [Theory]
    [InlineData("8192")]
    [InlineData("16k")]
    [InlineData("20k")]
    public void Too_little_memory_is_an_honest_failure_of_the_modelled_kernel(string memory)
    {
        CommandLine run = CommandLine.Run("compare", "--way", "all", "--memory", memory, "--json", "-", Show);

        Assert.Equal((1, ""), (run.Exit, run.Error));
        Assert.Contains(run.Json.GetProperty("ways").EnumerateArray(), way => way.GetProperty("result").GetString() == "ENOMEM");
    }

    [Fact]
    public void Every_amount_of_memory_gives_a_report()
    {
        for (int pages = 2; pages < 40; pages++)
        {
            CommandLine run = CommandLine.Run("compare", "--way", "all", "--memory", $"{pages * 4096}", "--arg-bytes", "9000", "--json", "-", CommandLine.Bundled("s390/show"));
            Assert.Equal("", run.Error);
            Assert.Contains(run.Exit, new[] { 0, 1 });
        }
    }

    // ---- the program's own -------------------------------------------------------------------------------------------

    [Fact]
    public void A_bug_is_one_line_without_a_stack_trace()
    {
        Surroundings broken = CommandLine.In() with { Input = () => throw new InvalidOperationException("first\nsecond") };

        CommandLine run = CommandLine.Run(broken, "batch", "-");

        run.IsRefused(4, "a bug of its own: InvalidOperationException: first second; please report it with this command line, the program file and the log that --log-level debug --log-file FILE writes");
    }

    [Fact]
    public void The_stack_trace_of_a_bug_goes_to_the_log()
    {
        using TemporaryDirectory directory = new();
        string log = directory.PathOf("log");
        Surroundings broken = CommandLine.In() with { Input = () => throw new InvalidOperationException("boom") };

        CommandLine run = CommandLine.Run(broken, "batch", "--log-level", "debug", "--log-file", log, "-");

        Assert.Equal(4, run.Exit);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Contains("   at ", File.ReadAllText(log), StringComparison.Ordinal);
    }

    private static string Script(TemporaryDirectory directory, string name, string interpreter) =>
        directory.Write(name, Encoding.UTF8.GetBytes($"#!{interpreter}\n"), TemporaryDirectory.Executable);

    private static void IsRefused(ElfBuilder elf, string message)
    {
        using TemporaryDirectory directory = new();
        string file = directory.Write("program", elf.Build(), TemporaryDirectory.Executable);

        CommandLine.Run("compare", file).IsRefused(3, $"{file}: {message}");
    }

    private static void IsModelled(ElfBuilder elf, string kernel, string errno)
    {
        using TemporaryDirectory directory = new();
        string file = directory.Write("program", elf.Build(), TemporaryDirectory.Executable);

        CommandLine.Run("compare", "--kernel", kernel, "--json", "-", file).IsModelledFailure(errno);
    }

    /// <summary>Holds that there is a report, of success or failure, and that the ways agree.</summary>
    private static JsonElement IsHonest(ElfBuilder elf, string kernel, params string[] options)
    {
        using TemporaryDirectory directory = new();
        string file = directory.Write("program", elf.Build(), TemporaryDirectory.Executable);

        CommandLine run = CommandLine.Run(["compare", "--kernel", kernel, .. options, "--json", "-", file]);

        Assert.Equal("", run.Error);
        JsonElement report = run.Json;
        Assert.True(report.GetProperty("same_user_view").GetBoolean());
        Assert.Equal(run.Exit == 0, report.GetProperty("ways").EnumerateArray().All(way => way.GetProperty("result").GetString() == "ok"));
        return report;
    }
}
