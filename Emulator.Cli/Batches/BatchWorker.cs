using System.CommandLine;
using System.Text.Json;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Cli.Verbs;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Batches;

/// <summary>Answers requests one after the other, by the same path as the command line.</summary>
internal sealed class BatchWorker(Dispatcher dispatcher, Surroundings around, ILogger log)
{
    /// <summary>Answers one line.</summary>
    /// <param name="line">A request.</param>
    /// <param name="number">Its number, for errors.</param>
    /// <returns>One line of JSON.</returns>
    public string Answer(string line, long number)
    {
        using JsonDocument? request = TryParse(line, out string? wrong);
        JsonElement id = default;
        try
        {
            if (request is null)
                throw ProblemException.Usage($"line {number}: not JSON: {wrong}");
            if (request.RootElement.ValueKind != JsonValueKind.Object)
                throw ProblemException.Usage($"line {number}: a request should be an object, found {request.RootElement.ValueKind}");
            request.RootElement.TryGetProperty("id", out id);
            Report report = Make(ArgumentsOf(request.RootElement, number));
            return Json.Line(json =>
            {
                Start(json, id, report.ExitCode);
                json.WritePropertyName("report");
                report.WriteJson(json);
                json.WriteEndObject();
            });
        }
        catch (ProblemException problem)
        {
            return Refuse(id, problem.ExitCode, problem.Message);
        }
        catch (Exception bug)
        {
            log.LogDebug(bug, "request {Number} failed", number);
            return Refuse(id, ExitCode.Bug, Program.Describe(bug));
        }
    }

    private static JsonDocument? TryParse(string line, out string? wrong)
    {
        wrong = null;
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException problem)
        {
            wrong = Words.OneLine(problem.Message);
            return null;
        }
    }

    private static List<string> ArgumentsOf(JsonElement request, long number)
    {
        if (!request.TryGetProperty("args", out JsonElement args) || args.ValueKind != JsonValueKind.Array)
            throw ProblemException.Usage($"line {number}: a request should have \"args\", an array of strings");
        List<string> arguments = [];
        foreach (JsonElement item in args.EnumerateArray())
            arguments.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw ProblemException.Usage($"line {number}: \"args\" should hold strings only, found {item.ValueKind}"));
        return arguments;
    }

    private static string Refuse(JsonElement id, int exitCode, string message) => Json.Line(json =>
    {
        Start(json, id, exitCode);
        json.WriteString("error", message);
        json.WriteEndObject();
    });

    private static void Start(Utf8JsonWriter json, JsonElement id, int exitCode)
    {
        json.WriteStartObject();
        json.WritePropertyName("id");
        if (id.ValueKind == JsonValueKind.Undefined)
            json.WriteNullValue();
        else
            id.WriteTo(json);
        json.WriteNumber("exit", exitCode);
    }

    private Report Make(List<string> arguments)
    {
        ParseResult parsed = dispatcher.Parse(arguments);
        if (Dispatcher.IsAside(parsed))
            throw ProblemException.Usage("help, version and completion are not for batches");
        if (dispatcher.Find(parsed) is not ReportVerb verb)
            throw ProblemException.Usage($"{parsed.CommandResult.Command.Name}: not for batches");
        if (parsed.GetResult(dispatcher.Common.Plugin) is not null)
            throw ProblemException.Usage($"{dispatcher.Common.Plugin.Name} goes before the batch, not into a request: what a request may run is not its own choice");
        Invocation invocation = dispatcher.Prepare(parsed, around, log);
        foreach (CliOption option in verb.FileOptions)
        {
            if (invocation.Values.Text(option) == "-")
                throw ProblemException.Usage($"{option.Name}: standard output is the batch's; give a file");
        }
        Report report = verb.Make(invocation);
        verb.Save(invocation, report);
        return report;
    }
}
