using System.Net;
using System.Text;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace Emulator.Cli.Lessons;

/// <summary>A lesson as one self-contained HTML page, answers folded.</summary>
internal static class LessonPage
{
    private const string Style = """
        :root { color-scheme: light dark; }
        body { font: 1rem/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h2 { margin-top: 2.5rem; border-top: 1px solid #8888; padding-top: 1rem; }
        code, pre { font-family: ui-monospace, monospace; font-size: .85rem; }
        pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: .4rem; line-height: 1.35; }
        .command { font-weight: bold; }
        table { border-collapse: collapse; }
        th, td { border: 1px solid #8886; padding: .2rem .6rem; text-align: left; }
        .checks { list-style: none; padding-left: .75rem; border-left: .25rem solid #2a7d4f; }
        .checks li::before { content: "✓ "; color: #2a7d4f; }
        details { border: 1px solid #8886; border-radius: .4rem; padding: .5rem .75rem; margin: .5rem 0; }
        summary { cursor: pointer; font-weight: bold; }
        footer { margin-top: 3rem; font-size: .85rem; border-top: 1px solid #8888; }
        """;

    /// <summary>Makes the page.</summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="played">All of its blocks.</param>
    public static string Of(Lesson lesson, IReadOnlyList<PlayedBlock> played)
    {
        using StringWriter body = new() { NewLine = "\n" };
        HtmlRenderer html = new(body);
        Lesson.Pipeline.Setup(html);
        html.ObjectRenderers.Replace<CodeBlockRenderer>(new BlockRenderer(played));
        html.Render(lesson.Document);
        int commands = played.Count(each => each.Block is LessonBlock.Command);
        int assertions = played.Select(each => each.Block).OfType<LessonBlock.Assertions>().Sum(block => block.Lines.Count);
        string title = WebUtility.HtmlEncode(lesson.Title);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <main>
            {body}</main>
            <footer><p>Made by <code>emulator lesson {WebUtility.HtmlEncode(lesson.Name)} --html FILE</code>: {commands} commands ran, {assertions} assertions held.</p></footer>
            </body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    /// <summary>Shows what commands printed, and that assertions held.</summary>
    private sealed class BlockRenderer(IReadOnlyList<PlayedBlock> played) : CodeBlockRenderer
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            foreach (PlayedBlock each in played)
            {
                if (each.Block is LessonBlock.Command command && command.Source == obj)
                {
                    renderer.Write("<pre><span class=\"command\">$ ").WriteEscape(command.Text).Write("</span>\n").WriteEscape(each.Output).WriteLine("</pre>");
                    return;
                }
                if (each.Block is LessonBlock.Assertions assertions && assertions.Source == obj)
                {
                    renderer.WriteLine("<ul class=\"checks\">");
                    foreach (AssertionLine line in assertions.Lines)
                        renderer.Write("<li><code>").WriteEscape(line.Text).Write("</code>").WriteEscape(line.Note.Length == 0 ? "" : $" {line.Note}").WriteLine("</li>");
                    renderer.WriteLine("</ul>");
                    return;
                }
            }
            base.Write(renderer, obj);
        }
    }
}
