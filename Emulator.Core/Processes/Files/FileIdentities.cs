namespace Emulator.Core.Processes.Files;

/// <summary>Numbers files as they come: the same run gives the same numbers.</summary>
internal sealed class FileIdentities
{
    private ulong _last = 1;

    /// <summary>Gives a number to a file that has none yet.</summary>
    public void Give(FileNode node, ulong device)
    {
        if (node.Number != 0)
            return;
        node.Number = ++_last;
        node.Device = device;
    }
}
