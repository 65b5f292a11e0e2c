namespace Emulator.Judges;

/// <summary>The committed prober binaries, made by Probers/build.sh.</summary>
internal static class EmbeddedProber
{
    public static byte[] Read(string name)
    {
        using Stream stream = typeof(EmbeddedProber).Assembly.GetManifestResourceStream(name)!;
        byte[] code = new byte[stream.Length];
        stream.ReadExactly(code);
        return code;
    }
}
