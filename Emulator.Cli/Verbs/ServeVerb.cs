using System.CommandLine;
using System.Net;
using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Serving;
using Emulator.Core.Machines;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Verbs;

/// <summary>The same in a browser.</summary>
internal sealed class ServeVerb(ExecOptions options, ExecPlanner planner, ArchitectureRegistry registry) : Verb
{
    private const ulong UsualPort = 2632, UsualSeconds = 20, MostSeconds = 86400, MostRuns = 256;

    private static readonly CliOption Port = new("--port", "N", $"port to listen on; 0 is any that is free (default: {UsualPort})");
    private static readonly CliOption Root = new("--root", "DIR", "programs under DIR may be run, and nothing outside it is opened (default: only the programs that come along)");
    private static readonly CliOption HostAddress = new("--host", "ADDR", $"address to listen on (default: {IPAddress.Loopback}, which only this machine reaches); whoever reaches it may run what is under DIR");
    private static readonly CliOption Runs = new("--runs", "N", "runs side by side; others wait (default: one a processor)");
    private static readonly CliOption RunSeconds = new("--run-seconds", "N", $"stop a run that takes longer (default: {UsualSeconds})");
    private static readonly CliOption RunMemory = new("--run-memory", "N", "guest RAM that a run may have, and bytes of arguments (default: 1g)", "1g");

    /// <inheritdoc/>
    public override string Name => "serve";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "compare in a browser: choose, run, step, put two runs side by side";

    /// <inheritdoc/>
    public override string Details =>
        "Prints its address and serves until Ctrl-C. Every run is its address: a link, a reload, and back and forward show the same again. Options for a run are the page's; those of the environment and of emulator.json do not count there. docs/serve.md has the rest.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator serve", "emulator serve --port 0 --root ./programs"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [Port, Root, HostAddress, Runs, RunSeconds, RunMemory];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [];

    /// <inheritdoc/>
    public override int Run(Invocation invocation)
    {
        RunAsync(invocation).GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    private async Task RunAsync(Invocation invocation)
    {
        Surroundings around = invocation.Around;
        await using Server server = Make(SettingsOf(invocation), around, invocation.Log);
        TaskCompletionSource interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable listening = around.OnInterrupt(() => interrupted.TrySetResult());
        await server.StartAsync();
        await around.Output.WriteLineAsync($"{server.Address} (Ctrl-C ends it)");
        await around.Output.FlushAsync();
        await interrupted.Task;
        await server.StopAsync();
    }

    /// <summary>Makes a server that does not listen yet.</summary>
    public Server Make(ServeSettings settings, Surroundings around, ILogger log)
    {
        RunMaker maker = new(options, planner, settings, around);
        return new Server(settings, maker, new FrontPage(options, registry, maker, settings), log);
    }

    private static ServeSettings SettingsOf(Invocation invocation)
    {
        OptionValues values = invocation.Values;
        return new ServeSettings
        {
            Port = (int)(values.Number(Port, most: IPEndPoint.MaxPort) ?? UsualPort),
            Address = AddressOf(values),
            Root = RootOf(values, invocation.Around),
            Runs = (int)AtLeastOne(values, Runs, values.Number(Runs, MostRuns) ?? (ulong)Environment.ProcessorCount),
            RunTime = TimeSpan.FromSeconds(AtLeastOne(values, RunSeconds, values.Number(RunSeconds, MostSeconds) ?? UsualSeconds)),
            RunMemoryBytes = AtLeastOne(values, RunMemory, values.Size(RunMemory) ?? 1UL << 30),
        };
    }

    private static ulong AtLeastOne(OptionValues values, CliOption option, ulong number) =>
        number > 0 ? number : throw values.Wrong(option, values.Text(option)!, "leaves no run anything; give at least 1");

    private static IPAddress AddressOf(OptionValues values)
    {
        if (values.Text(HostAddress) is not { } text)
            return IPAddress.Loopback;
        if (text == "localhost")
            return IPAddress.Loopback;
        return IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? address)
            ? address
            : throw values.Wrong(HostAddress, text, $"should be an address of this machine in numbers, {IPAddress.Any} for all of them");
    }

    private static FileRoot? RootOf(OptionValues values, Surroundings around)
    {
        if (values.Text(Root) is not { } text)
            return null;
        string path = around.FullPath(text.Length > 0 ? text : throw values.Wrong(Root, text, "should name a directory"));
        return Directory.Exists(path) ? new FileRoot(path) : throw ProblemException.Input($"--root: {text}: no such directory");
    }
}
