namespace Emulator.Core.Processes.Files;

/// <summary>A symbolic link that is nowhere but here.</summary>
internal sealed class FixedLink(string target) : LinkNode
{
    public override string Target => target;
}
