namespace Emulator.Core.Kernel;

/// <summary>Where the kernel model opens files: the program's interpreter, a script's interpreter.</summary>
public interface IFileSource
{
    /// <summary>Opens a file for execution.</summary>
    /// <returns>The errno that <c>open_exec()</c> would give; on success the caller disposes the file.</returns>
    Errno Open(string path, out GuestFile? file);
}
