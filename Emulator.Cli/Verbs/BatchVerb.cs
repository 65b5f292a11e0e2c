using System.CommandLine;
using System.Text;
using Emulator.Cli.Batches;
using Emulator.Cli.Options;

namespace Emulator.Cli.Verbs;

/// <summary>One request a line in, one report a line out.</summary>
/// <param name="worker">Makes a worker that answers requests; one for each thread.</param>
internal sealed class BatchVerb(Func<Invocation, BatchWorker> worker) : Verb
{
    private static readonly CliOption Jobs = JobsOption.Of("requests");

    private readonly Argument _file = One("FILE");

    /// <inheritdoc/>
    public override string Name => "batch";

    /// <inheritdoc/>
    public override string Operands => "FILE|-";

    /// <inheritdoc/>
    public override string Summary => "one request a line in, one report a line out, in the same order";

    /// <inheritdoc/>
    public override string Details =>
        "A request is {\"id\": 7, \"args\": [\"compare\", \"--kernel\", \"6.1\", \"./program\"]}; its answer {\"id\": 7, \"exit\": 0, \"report\": {...}}, or {\"id\": 7, \"exit\": 3, \"error\": \"...\"}. A bad line gets an error and the rest goes on. - reads standard input.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["emulator batch --jobs 4 requests.jsonl > answers.jsonl", "generate-requests | emulator batch -"];

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [Jobs];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Arguments => [_file];

    /// <inheritdoc/>
    public override int Run(Invocation invocation)
    {
        int jobs = JobsOption.Read(invocation.Values, Jobs);
        string file = invocation.Operands(_file)[0];
        using TextReader requests = Open(file, invocation.Around);
        using Progress progress = new(invocation.Around.ErrorIsTerminal ? invocation.Around.Error : null);
        new Batch(jobs, () => worker(invocation), progress).Run(requests, invocation.Around.Output);
        return ExitCode.Done;
    }

    private static TextReader Open(string file, Surroundings around)
    {
        if (file == "-")
            return around.Input();
        if (Directory.Exists(around.FullPath(file)))
            throw ProblemException.Input($"{file}: is a directory");
        if (!File.Exists(around.FullPath(file)))
            throw ProblemException.Input($"{file}: no such file");
        try
        {
            return new StreamReader(around.FullPath(file), new UTF8Encoding(false));
        }
        catch (IOException problem)
        {
            throw ProblemException.Unreadable(file, problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw ProblemException.Unreadable(file, problem);
        }
    }
}
