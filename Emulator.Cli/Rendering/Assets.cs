namespace Emulator.Cli.Rendering;

/// <summary>Style sheets and scripts that pages are made of; they travel inside the program.</summary>
internal static class Assets
{
    /// <summary>The text of one of them.</summary>
    public static string Read(string name)
    {
        using Stream stream = typeof(Assets).Assembly.GetManifestResourceStream($"Emulator.Cli.Pages.{name}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
