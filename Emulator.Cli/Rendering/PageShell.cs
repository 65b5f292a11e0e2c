using System.Net;

namespace Emulator.Cli.Rendering;

/// <summary>What all pages have around them: one file each that asks nobody for anything.</summary>
internal static class PageShell
{
    /// <summary>Writes a page.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="title">Title and heading.</param>
    /// <param name="lead">The sentence below it.</param>
    /// <param name="styles">Style sheets besides that of all pages, by name.</param>
    /// <param name="scripts">Scripts, by name; none for a page that only stands there.</param>
    /// <param name="main">Writes what is between.</param>
    public static void Write(TextWriter output, string title, string lead, IReadOnlyList<string> styles, IReadOnlyList<string> scripts, Action<TextWriter> main)
    {
        string policy = $"default-src 'none'; style-src 'unsafe-inline'; {(scripts.Count > 0 ? "script-src 'unsafe-inline'; " : "")}img-src data:";
        output.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        output.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{Text(title)}</title>\n<style>\n");
        foreach (string style in styles.Prepend("page.css"))
            output.Write(Assets.Read(style));
        output.Write($"</style>\n</head>\n<body>\n<header><h1>{Text(title)}</h1>\n<p>{Text(lead)}</p></header>\n<main>\n");
        main(output);
        output.Write("</main>\n");
        if (scripts.Count > 0)
        {
            output.Write("<script>\n'use strict';\n(() => {\n");
            foreach (string script in scripts)
                output.Write(Assets.Read(script));
            output.Write("})();\n</script>\n");
        }
        output.Write("</body>\n</html>\n");
    }

    /// <summary>Text as it may stand in a page.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);
}
