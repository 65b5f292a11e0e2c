namespace Emulator.Cli.Rendering;

internal sealed class TextOutput(Surroundings around)
{
    public void Line(string text = "") => around.Output.WriteLine(text);
}
