using System.Net;
using System.Text;
using Emulator.Cli.Files;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;

namespace Emulator.Cli.Serving;

/// <summary>
/// The page of <c>serve</c>: the options of the command line as a form, and the run that the address names, with another one beside
/// it when the address has two. It works without scripts; with them it tells how far a run has come, and steps both runs together.
/// </summary>
internal sealed class FrontPage(ExecOptions options, ArchitectureRegistry registry, RunMaker maker, ServeSettings settings)
{
    private const string ProblemSuffix = "-problem", HelpSuffix = "-help";

    private readonly CliOption[] _first = [options.Architecture, options.Kernel, options.PageSize, options.Mmu, options.Way, options.ArgumentBytes];

    /// <summary>Writes the page of a link.</summary>
    public string Write(RunLink link)
    {
        FieldProblem? problem = link.Problem is not null || link.IsRun ? maker.Check(link.Alone) : null;
        if (problem?.Field == RunLink.FileKey && settings.Root is null)
            problem = problem with { Field = null };        // there is no such field
        bool runs = link.IsRun && problem is null;
        StringBuilder page = new();
        Start(page, runs ? $"{link.Name} - emulator" : "emulator");
        page.Append($"<header><h1>emulator</h1>\n<p>{Text(Help.Summary)} Choose a program and a machine, and see what its execve costs.</p></header>\n<main>\n");
        Form(page, link, problem);
        if (!link.IsRun)
            Examples(page);
        if (runs || link.Kept is not null)
        {
            page.Append($"<section id=\"runs\" class=\"{(link.Kept is not null && runs ? "two" : "one")}\" aria-label=\"Runs\">\n");
            if (link.Kept is { } kept)
                Run(page, kept, runs ? link : null, "A");
            if (runs)
                Run(page, link.Alone, link.Kept, link.Kept is null ? "" : "B");
            page.Append("</section>\n");
        }
        if (runs && link.Kept is not null)
            page.Append($"<section id=\"diff\"><h2>What differs</h2>\n<div class=\"frame\" data-title=\"What differs between A and B\" data-page=\"diff?{Text(link.ToQuery())}\"></div>\n<noscript><iframe title=\"What differs between A and B\" src=\"diff?{Text(link.ToQuery())}\"></iframe></noscript></section>\n");
        page.Append($"</main>\n<script type=\"application/json\" id=\"facts\">{Facts()}</script>\n</body>\n</html>\n");
        return page.ToString();
    }

    /// <summary>A page that says no more than what went wrong.</summary>
    public static string Refusal(FieldProblem problem)
    {
        StringBuilder page = new();
        Start(page, "emulator");
        page.Append($"<main><p class=\"problem\" role=\"alert\">{Text(problem.Message)}</p></main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Start(StringBuilder page, string title) => page.Append(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        + $"<link rel=\"icon\" href=\"data:,\">\n<title>{Text(title)}</title>\n<link rel=\"stylesheet\" href=\"serve.css\">\n<script src=\"serve.js\" defer></script>\n</head>\n<body>\n");

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Name(CliOption option) => Text(option.Key);

    // ---- the form ---------------------------------------------------------------------------------------------------

    private void Form(StringBuilder page, RunLink link, FieldProblem? problem)
    {
        CliOption[] rest = [.. RunLink.OptionsOf(options).Except(_first)];
        page.Append($"<form method=\"get\" action=\"./\" aria-label=\"Run\" autocomplete=\"off\" data-most=\"{ServeSettings.MostRequestLineBytes - 256}\">\n");
        page.Append($"<p class=\"problem\" role=\"alert\" id=\"form{ProblemSuffix}\">{(problem is { Field: null } ? Text(problem.Message) : "")}</p>\n<div class=\"fields\">\n");
        ProgramField(page, link, problem);
        if (settings.Root is { } root)
        {
            Field(page, RunLink.FileKey, "or a file", $"under {root.Path}: ELF, or a script that starts with #!", problem, describedBy =>
                Box(describedBy, link.File ?? "", "PROGRAM", "files", []));
        }
        Field(page, RunLink.ArgumentsKey, "arguments", "ARGS, a line each", problem, describedBy => Lines(describedBy, link.Arguments));
        foreach (CliOption option in _first)
            OptionField(page, option, link, problem);
        bool open = rest.Any(option => link.Of(option).Count > 0 || problem?.Field == option.Key);
        page.Append($"</div>\n<details{(open ? " open" : "")}><summary>More options</summary>\n<div class=\"fields\">\n");
        foreach (CliOption option in rest)
            OptionField(page, option, link, problem);
        page.Append("</div>\n</details>\n");
        if (link.Kept is { } kept)
            page.Append($"<input type=\"hidden\" name=\"{RunLink.KeptKey}\" value=\"{Text(kept.ToQuery())}\">\n");
        page.Append($"<p class=\"press\"><button type=\"submit\" class=\"main\">{(link.Kept is null ? "Run" : "Run beside A")}</button> {(link is { IsRun: false, Kept: null } ? "" : "<a href=\"./\">start afresh</a>")}</p>\n</form>\n");
    }

    private void ProgramField(StringBuilder page, RunLink link, FieldProblem? problem) =>
        Field(page, RunLink.ProgramKey, "program", "one that comes along, by its ABI", problem, describedBy =>
        {
            StringBuilder select = new($"<select {describedBy}>");
            if (settings.Root is not null)
                select.Append($"<option value=\"\"{(link.Program is null && link.File is not null ? " selected" : "")}>a file</option>");
            bool found = link.Program is null;
            foreach (Architecture architecture in registry.Architectures)
            {
                foreach (string abi in architecture.Abis.Select(abi => abi.Name))
                {
                    string[] programs = [.. BundledPrograms.Of(abi)];
                    if (programs.Length == 0)
                        continue;
                    select.Append($"<optgroup label=\"{Text(abi == architecture.Name ? abi : $"{abi} on {architecture.Name}")}\" data-arch=\"{Text(architecture.Name)}\">");
                    foreach (string program in programs)
                    {
                        found |= program == link.Program;
                        select.Append(Choice(program, program, program == link.Program));
                    }
                    select.Append("</optgroup>");
                }
            }
            return select.Append(found ? "" : Choice(link.Program!, link.Program!, true)).Append("</select>").ToString();
        });

    private static void OptionField(StringBuilder page, CliOption option, RunLink link, FieldProblem? problem)
    {
        IReadOnlyList<string> given = link.Of(option);
        string help = option.Description;
        if (option is { IsList: true, Choices.Length: > 0 })
        {
            Group(page, option, given, help, problem);
            return;
        }
        Field(page, option.Key, option.Key, help, problem, describedBy => option switch
        {
            { ValueName: null } => $"<input type=\"checkbox\" {describedBy} value=\"true\"{(given is [.., "true"] ? " checked" : "")}>",
            { Repeats: true } => Lines(describedBy, given),
            { IsClosed: true } => $"<select {describedBy}><option value=\"\">default</option>{string.Concat(option.Choices.Union(given.TakeLast(1)).Select(choice => Choice(choice, choice, given is [.., var last] && last == choice)))}</select>",
            _ => Box(describedBy, given is [.., var last] ? last : "", option.ValueName, option.Choices.Length > 0 ? $"{option.Key}-choices" : null, option.Choices),
        });
    }

    private static void Field(StringBuilder page, string key, string label, string help, FieldProblem? problem, Func<string, string> control)
    {
        string name = Text(key);
        bool wrong = problem?.Field == key;
        string attributes = $"id=\"{name}\" name=\"{name}\" aria-describedby=\"{(wrong ? $"{name}{ProblemSuffix} " : "")}{name}{HelpSuffix}\"{(wrong ? " aria-invalid=\"true\"" : "")}";
        page.Append($"<div class=\"field{(wrong ? " wrong" : "")}\"><label for=\"{name}\">{Text(label)}</label>{control(attributes)}");
        Below(page, name, help, wrong ? problem : null);
        page.Append("</div>\n");
    }

    /// <summary>A comma list: a box for each of its words.</summary>
    private static void Group(StringBuilder page, CliOption option, IReadOnlyList<string> given, string help, FieldProblem? problem)
    {
        string name = Name(option);
        bool wrong = problem?.Field == option.Key;
        page.Append($"<fieldset class=\"field{(wrong ? " wrong" : "")}\" aria-describedby=\"{(wrong ? $"{name}{ProblemSuffix} " : "")}{name}{HelpSuffix}\"><legend>{name}</legend><div class=\"boxes\">");
        foreach (string choice in option.Choices.Union(given))
            page.Append($"<label><input type=\"checkbox\" name=\"{name}\" value=\"{Text(choice)}\"{(given.Contains(choice) ? " checked" : "")}> {Text(choice)}</label>");
        page.Append("</div>");
        Below(page, name, help, wrong ? problem : null);
        page.Append("</fieldset>\n");
    }

    private static void Below(StringBuilder page, string name, string help, FieldProblem? problem)
    {
        if (problem is not null)
            page.Append($"<p class=\"problem\" id=\"{name}{ProblemSuffix}\" role=\"alert\">{Text(problem.Message)}</p>");
        page.Append($"<p class=\"help\" id=\"{name}{HelpSuffix}\">{Text(help)}</p>");
    }

    private static string Choice(string value, string words, bool selected) => $"<option value=\"{Text(value)}\"{(selected ? " selected" : "")}>{Text(words)}</option>";

    /// <summary>A box of one line, with proposals or without.</summary>
    private static string Box(string attributes, string value, string placeholder, string? list, IEnumerable<string> proposals)
    {
        string box = $"<input type=\"text\" {attributes} value=\"{Text(value)}\" placeholder=\"{Text(placeholder)}\" autocomplete=\"off\" spellcheck=\"false\"";
        return list is null ? $"{box}>" : $"{box} list=\"{Text(list)}\"><datalist id=\"{Text(list)}\">{string.Concat(proposals.Select(each => Choice(each, each, false)))}</datalist>";
    }

    /// <summary>A box of lines. A line end behind the start tag is not part of its text.</summary>
    private static string Lines(string attributes, IReadOnlyList<string> lines) => $"<textarea {attributes} rows=\"2\" spellcheck=\"false\">\n{Text(RunLink.Lines(lines))}</textarea>";

    // ---- runs -------------------------------------------------------------------------------------------------------

    private void Run(StringBuilder page, RunLink run, RunLink? other, string letter)
    {
        string query = Text(run.ToQuery()), title = $"{(letter.Length > 0 ? $"{letter}: " : "")}{run.Name}";
        page.Append($"<article class=\"run\" data-letter=\"{letter}\"><h2>{Text(title)}</h2>\n");
        page.Append($"<p class=\"command\"><code title=\"in {Text(maker.DirectoryOf(run))}\">emulator {Text(CommandWords.Join(run.ToWords()))}</code> <button type=\"button\" class=\"copy\" hidden>copy</button></p>\n<p class=\"links\">");
        if (letter.Length == 0)
            page.Append($"<a href=\"?{Text(run.With(run).ToQuery())}\">keep it and choose another beside it</a> ");
        else
            page.Append($"<a href=\"?{query}\">only {letter}</a> ");
        if (letter == "B" && other is not null)
            page.Append($"<a href=\"?{Text(other.Alone.With(run).ToQuery())}\">change places</a> ");
        page.Append($"<a href=\"report?{query}\">JSON</a> <a href=\"page?{query}\">page alone</a> <button type=\"button\" class=\"copy-link\" hidden>copy link</button></p>\n");
        if (maker.Check(run) is { } problem)
        {
            page.Append($"<p class=\"problem\" role=\"alert\">{Text(problem.Message)}</p></article>\n");
            return;
        }
        page.Append("<p class=\"status\" hidden><span role=\"status\"></span> <button type=\"button\" class=\"cancel\">cancel</button></p>\n<p class=\"problem\" role=\"alert\"></p>\n");
        page.Append($"<div class=\"frame\" data-title=\"{Text(title)}\" data-run=\"run?{query}\" data-page=\"page?{query}\"></div>\n<noscript><iframe title=\"{Text(title)}\" src=\"page?{query}\"></iframe></noscript></article>\n");
    }

    /// <summary>Runs to begin with, a line each in the asset: words, a bundled program, and options as a link has them.</summary>
    private static void Examples(StringBuilder page)
    {
        page.Append("<nav aria-label=\"Runs to begin with\"><h2>Runs to begin with</h2>\n<ul>\n");
        foreach (string line in Assets.Read("examples.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(" | ");
            if (BundledPrograms.Of(parts[1].Split('/')[0]).Contains(parts[1]))
                page.Append($"<li><a href=\"?{Text($"{RunLink.ProgramKey}={parts[1]}&{parts[2]}")}\">{Text(parts[0])}</a></li>\n");
        }
        page.Append("</ul></nav>\n");
    }

    private static string UsualKernel(Architecture architecture) => architecture.Kernels.Contains(KernelEra.V2_6_32.Version) ? KernelEra.V2_6_32.Version : architecture.Kernels[0];

    private static string Kilobytes(int bytes) => $"{bytes >> 10}k";

    /// <summary>What goes with what, for the script: choices that an architecture does not have are not offered.</summary>
    private string Facts() => Json.Page(json =>
    {
        json.WriteStartObject();
        json.WriteString("arch", options.Architecture.Key);
        json.WriteString("kernel", options.Kernel.Key);
        json.WriteString("mmu", options.Mmu.Key);
        json.WriteString("none", ExecOptions.NoMmu);
        json.WriteStartObject("architectures");
        foreach (Architecture architecture in registry.Architectures)
        {
            json.WriteStartObject(architecture.Name);
            json.WriteStartObject("usual");
            json.WriteString(options.Kernel.Key, UsualKernel(architecture));
            json.WriteString(options.PageSize.Key, Kilobytes(architecture.PageSizes[0]));
            json.WriteEndObject();
            json.WriteStrings(options.Kernel.Key, architecture.Kernels);
            json.WriteStrings(options.PageSize.Key, architecture.PageSizes.Select(Kilobytes));
            json.WriteStrings(options.Abi.Key, architecture.Abis.Select(abi => abi.Name));
            json.WriteStrings(options.Caller.Key, architecture.Abis.Select(abi => abi.Name));
            json.WriteStartObject(options.Mmu.Key);
            foreach (string kernel in architecture.Kernels)
                json.WriteStrings(kernel, architecture.Mmus(kernel));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
