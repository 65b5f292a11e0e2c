using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Core.Machines;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>Architectures out of files that this program was not built with.</summary>
public sealed class PluginTests : IDisposable
{
    private const string Builtin = "amd64, s390, sparc64, ppc64 and alpha";

    /// <summary>What docs/adding-an-architecture.md led to, where its build puts it.</summary>
    private static readonly string Sixth = AppContext.BaseDirectory.Replace("Emulator.Cli.Tests", "Emulator.Arch.Sixth", StringComparison.Ordinal) + "Emulator.Arch.Sixth.dll";

    private static readonly ElfBuilder Riscv = new() { Machine = 243 };

    private readonly TemporaryDirectory _directory = new();
    private readonly string _program;

    public PluginTests() => _program = _directory.Write("program", Riscv.Build(), TemporaryDirectory.Executable);

    // ---- what a plugin adds -----------------------------------------------------------------------------------------

    [Fact]
    public void Without_it_nobody_knows_the_program()
    {
        Assert.DoesNotContain("riscv64", CommandLine.Run("arch").Output, StringComparison.Ordinal);
        CommandLine.Run("compare", _program).IsRefused(3, $"{_program}: no plugin knows a 64-bit little-endian program of machine 243; there are amd64 (x86_64, i386), s390 (s390x, s390), sparc64 (sparc64, sparc32), ppc64 (ppc64, ppc32), alpha (alpha)");
    }

    [Fact]
    public void Arch_prints_it_with_the_others_and_alone()
    {
        JsonElement list = CommandLine.Run("arch", "--plugin", Sixth, "--json", "-").Json;
        CommandLine alone = CommandLine.Run("arch", "riscv64", "--plugin", Sixth);

        Assert.Equal(["amd64", "s390", "sparc64", "ppc64", "alpha", "riscv64"], list.GetProperty("architectures").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal((0, ""), (alone.Exit, alone.Error));
        Assert.Contains("\nriscv64     64  little      243\n", alone.Output, StringComparison.Ordinal);
        foreach ((string mmu, int levels) in new[] { ("sv39", 3), ("sv48", 4), ("sv57", 5) })
            Assert.Contains($"\nLinux 6.1, MMU {mmu}, pages of 4096 bytes: a new address space has {levels} levels;", alone.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "sv39", 3, "0x4000000000")]
    [InlineData("sv39", "sv39", 3, "0x4000000000")]
    [InlineData("sv48", "sv48", 4, "0x800000000000")]
    [InlineData("sv57", "sv57", 5, "0x100000000000000")]
    public void Compare_reports_as_for_any_other_and_the_ways_look_alike(string? asked, string mmu, int levels, string top)
    {
        string[] options = asked is null ? [] : ["--mmu", asked];

        CommandLine run = CommandLine.Run(["compare", "--plugin", Sixth, .. options, "--way", "all", "--arg-bytes", "15000", "--env", "A=b", "--json", "-", _program, "one"]);

        Assert.Equal((0, ""), (run.Exit, run.Error));
        JsonElement report = run.Json;
        Assert.Equal(("emulator.exec/1", "riscv64", "riscv64", "6.1", mmu, 4096, "riscv64"),
            (Text(report, "schema"), Text(report, "arch"), Text(report, "abi"), Text(report, "kernel"), Text(report, "mmu"), report.GetProperty("page_bytes").GetInt32(), Text(report, "caller_abi")));
        Assert.Equal((64, 243), (report.GetProperty("program").GetProperty("class").GetInt32(), report.GetProperty("program").GetProperty("machine").GetInt32()));
        Assert.Equal((top, top), (Text(report, "stack_top_max"), Text(report, "stack_top")));
        Assert.True(report.GetProperty("same_user_view").GetBoolean());
        JsonElement[] ways = [.. report.GetProperty("ways").EnumerateArray()];
        Assert.Equal(["fixed", "in-place", "staged"], ways.Select(way => Text(way, "way")));
        foreach (JsonElement way in ways)
        {
            Assert.Equal("ok", Text(way, "result"));
            JsonElement[] stages = [.. way.GetProperty("stages").EnumerateArray()];
            Assert.Equal(["copied", "setup_in", "setup_out", "start"], stages.Select(stage => Text(stage, "name")));
            Assert.Equal(levels, stages[^1].GetProperty("depth").GetInt32());
            Assert.Equal(ways[0].GetProperty("user").GetRawText(), way.GetProperty("user").GetRawText());
        }
        // The top table, and one of each level below it for the stack and for the program.
        Assert.Equal((1 + 2 * (levels - 1)) * 4096, ways[0].GetProperty("final_table_bytes").GetInt32());
        Assert.Equal([33, 40, 41, 42, 43, 44, 45, 46, 47], ways[0].GetProperty("user").GetProperty("auxv").EnumerateArray().Select(entry => entry.GetProperty("type").GetInt32()).Where(type => type is 33 or (>= 40 and < 48)));
    }

    [Fact]
    public void Walk_tables_and_maps_take_it_too()
    {
        CommandLine walk = CommandLine.Run("walk", "--plugin", Sixth, "--mmu", "sv48", "--access", "fetch", "--fault-in", "--json", "-", _program, "0x400000", "0x800000000000");
        CommandLine tables = CommandLine.Run("tables", "--plugin", Sixth, _program), maps = CommandLine.Run("maps", "--plugin", Sixth, _program);

        JsonElement[] walks = [.. walk.Json.GetProperty("walks").EnumerateArray()];
        Assert.Equal(["pgd", "pud", "pmd", "pte"], walks[0].GetProperty("steps").EnumerateArray().Select(step => Text(step, "linux")));
        Assert.StartsWith("7f454c46", Text(walks[0], "bytes"), StringComparison.Ordinal);
        Assert.Equal("instruction page fault", Text(walks[1].GetProperty("fault"), "name"));
        Assert.Contains("level 2 [pgd]", tables.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n3fff[0-9a-f]{6}-4000000000 rw-p 00000000 00:00 0 +\[stack\]\n", maps.Output);
    }

    [Fact]
    public void Demo_shows_what_it_shows_without()
    {
        // The demonstration is of programs that come along; this plugin has none among them.
        Assert.Equal(CommandLine.Run("demo").Output, CommandLine.Run("demo", "--plugin", Sixth).Output);
    }

    [Fact]
    public void Help_and_errors_know_its_names()
    {
        Assert.Contains("riscv64", CommandLine.Run("compare", "--plugin", Sixth, "--help").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("riscv64", CommandLine.Run("compare", "--help").Output, StringComparison.Ordinal);
        CommandLine.Run("compare", "--plugin", Sixth, "--mmu", "sv32", _program).IsRefused(2, "riscv64 has no MMU sv32 under kernel 6.1; use sv39, sv48, sv57 or none");
        CommandLine.Run("compare", "--plugin", Sixth, "--kernel", "2.6.32", _program).IsRefused(2, "riscv64 has no kernel 2.6.32; use 6.1");
    }

    [Fact]
    public void A_batch_has_it_but_a_request_may_not_ask_for_it()
    {
        string Request(int id, params string[] args) => JsonSerializer.Serialize(new { id, args });
        string input = string.Join('\n', Request(1, "compare", _program), Request(2, "compare", "--plugin", Sixth, _program), Request(3, "arch", "riscv64"));

        JsonElement[] answers = [.. CommandLine.Run(CommandLine.In(input: input), "batch", "--plugin", Sixth, "--jobs", "2", "-").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

        Assert.Equal([0, 2, 0], answers.Select(answer => answer.GetProperty("exit").GetInt32()));
        Assert.Equal("riscv64", Text(answers[0].GetProperty("report"), "arch"));
        Assert.Equal("--plugin goes before the batch, not into a request: what a request may run is not its own choice", Text(answers[1], "error"));
    }

    [Fact]
    public void The_environment_may_name_it_and_the_file_of_a_directory_may_not()
    {
        CommandLine named = CommandLine.Run(CommandLine.In(environment: new() { ["EMULATOR_PLUGIN"] = Sixth }), "arch", "riscv64");
        Assert.Equal((0, ""), (named.Exit, named.Error));

        CommandLine.Run(CommandLine.In(environment: new() { ["EMULATOR_PLUGIN"] = "no/such.dll" }), "arch").IsRefused(3, "EMULATOR_PLUGIN: no/such.dll: no such file");
        Assert.Equal(0, CommandLine.Run(CommandLine.In(environment: new() { ["EMULATOR_PLUGIN"] = "no/such.dll" }), "arch", "riscv64", "--plugin", Sixth).Exit);

        _directory.Write("emulator.json", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { plugin = Sixth })), TemporaryDirectory.Plain);
        CommandLine.Run(CommandLine.In(_directory.Path), "arch").IsRefused(2, "emulator.json: \"plugin\" runs code, which no file in a directory may ask for; give --plugin on the command line, or EMULATOR_PLUGIN in the environment");
    }

    [Fact]
    public void It_needs_nothing_beside_it_and_its_path_starts_where_the_user_is()
    {
        File.Copy(Sixth, _directory.PathOf("alone.dll"));

        CommandLine run = CommandLine.Run(CommandLine.In(_directory.Path), "compare", "--plugin", "alone.dll", "--json", "-", "program");

        Assert.Equal((0, "", "riscv64"), (run.Exit, run.Error, Text(run.Json, "arch")));
    }

    [Fact]
    public void Behind_the_program_the_word_is_an_argument_of_it() =>
        Assert.Equal(3, CommandLine.Run("compare", "--json", "-", CommandLine.Bundled("x86_64/show"), "--plugin", "no.dll").Json.GetProperty("argc").GetInt32());

    [Fact]
    public void Several_files_and_several_classes_in_one_are_added_in_order()
    {
        string two = new StrangerAssembly("two").Add("B", "second").Add("A", "third").Save(_directory), one = new StrangerAssembly("one").Add("C", "first").Save(_directory);

        JsonElement list = CommandLine.Run("arch", "--plugin", one, "--plugin", two, "--json", "-").Json;

        Assert.Equal(["first", "second", "third"], list.GetProperty("architectures").EnumerateArray().Select(each => Text(each, "name")).Skip(5));
    }

    [Fact]
    public void A_variation_of_an_architecture_runs_the_same_programs_when_asked_by_name()
    {
        string file = new StrangerAssembly("variation").Add("V", "mine").Save(_directory), show = CommandLine.Bundled("x86_64/show");

        JsonElement own = CommandLine.Run("compare", "--plugin", file, "--arch", "mine", "--json", "-", show).Json, usual = CommandLine.Run("compare", "--plugin", file, "--json", "-", show).Json;

        Assert.Equal(("mine", "amd64"), (Text(own, "arch"), Text(usual, "arch")));
        Assert.Equal(usual.GetProperty("ways").GetRawText(), own.GetProperty("ways").GetRawText());
        JsonElement demo = CommandLine.Run("demo", "--json", "-", "--plugin", file).Json;
        Assert.InRange(Rows("mine", demo), 1, Rows("amd64", demo));
        Assert.Equal(Rows("amd64", demo), Rows("mine", demo));
    }

    // ---- what is no plugin ------------------------------------------------------------------------------------------

    [Fact]
    public void A_value_that_is_missing() => CommandLine.Run("arch", "--plugin").IsRefused(2, "--plugin: its FILE.dll is missing");

    [Fact]
    public void An_empty_path() => CommandLine.Run("arch", "--plugin", "").IsRefused(2, "--plugin has an empty path");

    [Fact]
    public void A_missing_file() => CommandLine.Run("arch", "--plugin", "no/such.dll").IsRefused(3, "no/such.dll: no such file");

    [Fact]
    public void A_directory() => CommandLine.Run("arch", "--plugin", "tests").IsRefused(3, "tests: is a directory");

    [Theory]
    [InlineData("", "not a .NET assembly: bytes 0-1 should be 4d 5a, found an empty file")]
    [InlineData("4d", "not a .NET assembly: bytes 0-1 should be 4d 5a, found 4d")]
    [InlineData("7f454c46", "not a .NET assembly: bytes 0-1 should be 4d 5a, found 7f 45")]
    public void A_file_of_something_else(string hex, string message)
    {
        string file = _directory.Write("else.dll", Convert.FromHexString(hex), TemporaryDirectory.Plain);

        CommandLine.Run("arch", "--plugin", file).IsRefused(3, $"{file}: {message}");
    }

    [Fact]
    public void A_plugin_cut_short_anywhere_is_refused_in_one_line()
    {
        byte[] whole = File.ReadAllBytes(Sixth);
        for (int length = 2; length < whole.Length; length += whole.Length / 40)
        {
            string file = _directory.Write($"cut{length}.dll", whole.AsSpan(0, length), TemporaryDirectory.Plain);
            CommandLine run = CommandLine.Run("arch", "--plugin", file);
            Assert.Equal((3, ""), (run.Exit, run.Output));
            Assert.StartsWith($"emulator: {file}: ", run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public void A_program_for_windows_that_is_not_of_NET()
    {
        BlobBuilder image = new();
        new NativeImage().Serialize(image);
        string file = _directory.Write("native.dll", image.ToArray(), TemporaryDirectory.Plain);

        CommandLine.Run("arch", "--plugin", file).IsRefused(3, $"{file}: not a .NET assembly: a PE file without .NET metadata");
    }

    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(0, 0, 9)]
    [InlineData(7, 1, 0)]
    public void An_assembly_built_against_another_core(ushort major, ushort minor, ushort build)
    {
        string file = Patched("other-core.dll", (bytes, metadata, start) =>
        {
            AssemblyReferenceHandle core = metadata.AssemblyReferences.Single(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name) == "Emulator.Core");
            int row = start + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef) + (MetadataTokens.GetRowNumber(core) - 1) * metadata.GetTableRowSize(TableIndex.AssemblyRef);
            foreach ((int offset, ushort part) in new[] { (0, major), (2, minor), (4, build) })     // ECMA-335 II.22.5: MajorVersion, MinorVersion, BuildNumber, RevisionNumber
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(row + offset), part);
        });

        CommandLine.Run("arch", "--plugin", file).IsRefused(3, $"{file}: built against Emulator.Core {major}.{minor}.{build}.0, but this program has {typeof(Architecture).Assembly.GetName().Version}; build it against that");
    }

    [Fact]
    public void A_class_that_leaves_out_what_this_core_asks_for()
    {
        string file = new StrangerAssembly("older").Empty("Older", typeof(Architecture)).Save(_directory);

        AssertRefused(3, file, "does not fit Emulator.Core ", "Older", "Build it against that", CommandLine.Run("arch", "--plugin", file));
    }

    [Fact]
    public void Code_that_calls_what_this_core_does_not_have()
    {
        string file = Renamed("newer.dll", "HardwareWalked\0", "HardwareWalkee\0");

        AssertRefused(3, file, "does not fit Emulator.Core ", "HardwareWalkee", "Build it against that", CommandLine.Run("arch", "--plugin", file));
    }

    [Fact]
    public void An_assembly_that_needs_another_which_is_not_there()
    {
        string file = Renamed("needy.dll", "Emulator.Core\0", "Emulator.Kore\0");

        AssertRefused(3, file, "needs Emulator.Kore, Version=", "which is neither part of this program nor beside the plugin", "put it there", CommandLine.Run("arch", "--plugin", file));
    }

    [Fact]
    public void An_assembly_without_an_architecture()
    {
        string file = new StrangerAssembly("none").Empty("One", null).Empty("Two", null).Save(_directory);

        CommandLine.Run("arch", "--plugin", file).IsRefused(3, $"{file}: no public class derives Emulator.Core.Machines.Architecture and has a public constructor without parameters; found 2 public types, and none derives it");
    }

    [Fact]
    public void Architectures_that_nobody_can_make()
    {
        string file = new StrangerAssembly("near")
            .Add("Hidden", "a", TypeAttributes.NotPublic).Add("Abstract", "b", TypeAttributes.Public | TypeAttributes.Abstract).Add("Asking", "c", parameters: [typeof(int)]).Save(_directory);

        CommandLine.Run("arch", "--plugin", file).IsRefused(3, $"{file}: no public class derives Emulator.Core.Machines.Architecture and has a public constructor without parameters; found Hidden, which is not public, Abstract, which is abstract and Asking, which has no such constructor");
    }

    [Fact]
    public void A_name_that_is_taken()
    {
        string file = new StrangerAssembly("taken").Add("Mine", "s390").Save(_directory);

        CommandLine.Run("arch", "--plugin", file).IsRefused(3, $"{file}: its architecture s390 (Mine) has the name of another (Emulator.Arch.S390.S390); taken are {Builtin}");
        CommandLine.Run("arch", "--plugin", Sixth, "--plugin", Sixth).IsRefused(3, $"{Sixth}: its architecture riscv64 (Emulator.Arch.Sixth.Riscv64) has the name of another (Emulator.Arch.Sixth.Riscv64); taken are amd64, s390, sparc64, ppc64, alpha and riscv64");
    }

    [Fact]
    public void A_constructor_that_throws()
    {
        string file = new StrangerAssembly("throwing").Add("Moody", "x", failing: ".ctor", thrown: typeof(InvalidOperationException)).Save(_directory);

        CommandLine.Run("arch", "--plugin", file).IsRefused(3, $"{file}: the constructor of Moody throws InvalidOperationException: two lines");
    }

    [Fact]
    public void An_architecture_of_no_kernels()
    {
        string file = new StrangerAssembly("hollow").AddWithoutKernels("Hollow", "x").Save(_directory);

        CommandLine.Run("arch", "--plugin", file).IsRefused(3, $"{file}: Kernels of Hollow is empty; an architecture has at least one");
    }

    // ---- what fails later -------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("get_Summary", typeof(InvalidOperationException))]      // as it is loaded
    [InlineData("EntryNotes", typeof(FormatException))]
    [InlineData("EntryNotes", typeof(IOException))]                    // no disk of ours
    public void A_plugin_that_throws_is_blamed_by_name_and_without_a_stack_trace(string method, Type thrown)
    {
        string file = new StrangerAssembly("failing").Add("Failing", "x", failing: method, thrown: thrown).Save(_directory);

        CommandLine.Run("arch", "x", "--plugin", file, "--json", "-").IsRefused(4, Blame(file, thrown));
    }

    [Fact]
    public void So_it_is_in_a_batch_which_goes_on()
    {
        string file = new StrangerAssembly("failing").Add("Failing", "x", failing: "CreateMachine", thrown: typeof(InvalidOperationException)).Save(_directory);
        string input = string.Join('\n', new[] { "x", "amd64" }.Select(name => JsonSerializer.Serialize(new { args = new[] { "compare", "--arch", name, CommandLine.Bundled("x86_64/show") } })));

        string[] answers = CommandLine.Run(CommandLine.In(input: input), "batch", "--plugin", file, "-").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(Blame(file, typeof(InvalidOperationException)), JsonDocument.Parse(answers[0]).RootElement.GetProperty("error").GetString());
        Assert.Equal(0, JsonDocument.Parse(answers[1]).RootElement.GetProperty("exit").GetInt32());
    }

    [Fact]
    public void A_machine_that_it_does_not_offer_is_the_users_mistake()
    {
        string file = new StrangerAssembly("refusing").Add("Refusing", "x", failing: "CreateMachine", thrown: typeof(NotSupportedException)).Save(_directory);

        CommandLine.Run("compare", "--plugin", file, "--arch", "x", CommandLine.Bundled("x86_64/show")).IsRefused(2, "two lines");
    }

    // ---- as a process -----------------------------------------------------------------------------------------------

    [Fact]
    public async Task The_program_itself_takes_it()
    {
        string emulator = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "emulator.exe" : "emulator");

        (int exit, string output, string error) = await Start(emulator, "compare", "--plugin", Sixth, "--json", "-", _program, "x");

        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(CommandLine.Run("compare", "--plugin", Sixth, "--json", "-", _program, "x").Output, output);
    }

    [Fact]
    public async Task A_build_that_cannot_load_assemblies_says_so()
    {
        // What Emulator.Cli.csproj does for a trimmed program.
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "emulator.runtimeconfig.json")))!;
        configuration["runtimeOptions"]!["configProperties"]!["Emulator.Cli.LoadsPlugins"] = false;
        string changed = _directory.Write("changed.runtimeconfig.json", Encoding.UTF8.GetBytes(configuration.ToJsonString()), TemporaryDirectory.Plain);
        string emulator = Path.Combine(AppContext.BaseDirectory, "emulator.dll");

        (int exit, string output, string error) = await Start(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            "exec", "--runtimeconfig", changed, "--depsfile", Path.ChangeExtension(emulator, ".deps.json"), emulator, "arch", "--plugin", Sixth);

        Assert.Equal((2, "", $"emulator: --plugin: this build was compiled ahead of time or trimmed, and cannot load {Sixth}; use one that dotnet build or dotnet publish makes as it is\n"), (exit, output, error));
    }

    public void Dispose() => _directory.Dispose();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static int Rows(string architecture, JsonElement demo) => demo.GetRawText().Split($"\"arch\": \"{architecture}\"").Length - 1;

    private static string Blame(string file, Type thrown) =>
        $"a bug of the plugin {file}: {thrown.Name}: two lines; please report it with this command line, the program file and the log that --log-level debug --log-file FILE writes";

    private static void AssertRefused(int exit, string file, string first, string second, string third, CommandLine run)
    {
        Assert.Equal((exit, ""), (run.Exit, run.Output));
        Assert.StartsWith($"emulator: {file}: {first}", run.Error, StringComparison.Ordinal);
        Assert.Contains(second, run.Error, StringComparison.Ordinal);
        Assert.EndsWith($"{third}\n", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The sixth architecture with another name for something.</summary>
    private string Renamed(string name, string old, string other) => Patched(name, (bytes, _, _) =>
    {
        int at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(old));
        Assert.True(at > 0, $"{Sixth} does not mention {old}");
        Encoding.ASCII.GetBytes(other).CopyTo(bytes, at);
    });

    private string Patched(string name, Action<byte[], MetadataReader, int> change)
    {
        byte[] bytes = File.ReadAllBytes(Sixth);
        using (PEReader headers = new(new MemoryStream([.. bytes])))
            change(bytes, headers.GetMetadataReader(), headers.PEHeaders.MetadataStartOffset);
        return _directory.Write(name, bytes, TemporaryDirectory.Plain);
    }

    private static async Task<(int Exit, string Output, string Error)> Start(string program, params string[] args)
    {
        ProcessStartInfo info = new(program, args) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in info.Environment.Keys.Where(name => name.StartsWith("EMULATOR_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }

    /// <summary>A PE file with one section and no CLI header.</summary>
    private sealed class NativeImage() : PEBuilder(PEHeaderBuilder.CreateLibraryHeader(), deterministicIdProvider: null)
    {
        protected override System.Collections.Immutable.ImmutableArray<Section> CreateSections() => [new Section(".text", SectionCharacteristics.ContainsCode | SectionCharacteristics.MemRead)];

        protected override BlobBuilder SerializeSection(string name, SectionLocation location)
        {
            BlobBuilder code = new();
            code.WriteByte(0xc3);
            return code;
        }

        protected override PEDirectoriesBuilder GetDirectories() => new();
    }
}
