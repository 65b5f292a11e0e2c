using System.Globalization;
using System.Text;
using Emulator.Cli.Reports;
using Emulator.Core.Paging;

namespace Emulator.Cli.Rendering;

/// <summary>The page and the picture of <c>walk</c>: every walk drawn, and every entry bit by bit.</summary>
internal sealed class WalkPage(WalkReport report)
{
    private const double Gap = 26;

    private static readonly string[] Styles = ["trees.svg.css", "walk.svg.css"];

    private string Program => Path.GetFileName(report.Subject.Plan.Program.Path);

    /// <summary>Writes the page.</summary>
    public void Write(TextWriter output)
    {
        string lead = $"{report.Subject.Abi}, Linux {report.Subject.Plan.Profile.Era.Version}, MMU {report.Subject.Plan.Profile.Mmu}, pages of {report.Subject.Plan.Profile.PageBytes} bytes; {(report.RootRegister is { } root ? $"root register {Form.Hex(root)}" : "no MMU")}.";
        PageShell.Write(output, $"walks in {Program} on {report.Subject.Plan.Architecture.Name}", lead, Styles, [], body =>
        {
            for (int i = 0; i < report.Walks.Length; i++)
                Section(body, i);
        });
    }

    /// <summary>Writes the picture: the walks one below the other.</summary>
    public void WritePicture(TextWriter output)
    {
        WalkSvg[] pictures = [.. report.Walks.Select(walk => new WalkSvg(report, walk))];
        double width = pictures.Max(picture => picture.Width), height = pictures.Sum(picture => picture.Height + Gap) - Gap, y = 0;
        StringBuilder inside = new();
        for (int i = 0; i < pictures.Length; y += pictures[i].Height + Gap, i++)
            inside.Append(pictures[i].Element(i, y));
        output.Write(string.Create(CultureInfo.InvariantCulture, $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" viewBox=\"0 0 {width:0.#} {height:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\">\n"));
        output.Write($"<style>\n{string.Concat(Styles.Select(Assets.Read))}</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n{inside}</svg>\n");
    }

    private void Section(TextWriter output, int number)
    {
        Walk walk = report.Walks[number];
        WalkSvg picture = new(report, walk);
        output.Write($"<section class=\"walk\">\n<h2>{report.AccessName} {Form.Hex(walk.Address.Value)}: {PageShell.Text(picture.Outcome)}</h2>\n");
        output.Write($"<p class=\"quiet\">area: <code>{PageShell.Text(walk.Area ?? "none")}</code>{(walk.FaultedIn ? "; the fault was handled first" : "")}</p>\n");
        output.Write($"<figure tabindex=\"0\" aria-label=\"The walk of {Form.Hex(walk.Address.Value)}\">\n{picture.Element(number, null)}</figure>\n<div class=\"entries\">\n");
        foreach (WalkStep step in walk.Steps)
            Bits(output, step);
        output.Write("</div>\n</section>\n");
    }

    private static void Bits(TextWriter output, WalkStep step)
    {
        output.Write($"<details><summary>{PageShell.Text($"{step.Name} [{step.LinuxName}]")}, entry {step.Index}: <code>{Form.Hex(step.Entry)}</code></summary>\n");
        output.Write("<table class=\"bits\"><thead><tr><th scope=\"col\">bits</th><th scope=\"col\">field</th><th scope=\"col\">value</th><th scope=\"col\">says</th></tr></thead>\n<tbody>\n");
        foreach (EntryField field in step.Layout.Fields)
            output.Write($"<tr><td>{field.Bits}</td><th scope=\"row\">{PageShell.Text(field.Name)}</th><td>{field.ShowValueOf(step.Entry)}</td><td>{PageShell.Text(field.MeaningOf(step.Entry))}</td></tr>\n");
        output.Write("</tbody></table></details>\n");
    }
}
