namespace Emulator.Judges;

/// <summary>A folder for sockets and images that only this user can enter and that goes away with its owner.</summary>
internal sealed class PrivateFolder : IDisposable
{
    // Short: the path of a UNIX socket may have 107 bytes.
    public string FullName { get; } = Directory.CreateTempSubdirectory("judge-").FullName;      // mode 0700

    public string File(string name) => Path.Combine(FullName, name);

    public void Dispose()
    {
        if (Directory.Exists(FullName))
            Directory.Delete(FullName, recursive: true);
    }
}
