namespace Emulator.Core.Processes.Files;

/// <summary>Where a path leads.</summary>
/// <param name="Directory">The directory of the last name.</param>
/// <param name="Name">The last name; empty where the path ends in a directory without naming it (<c>/</c>, <c>..</c>).</param>
/// <param name="Node">What is there; null when nothing is.</param>
/// <param name="EndsInSlash">The path wants a directory.</param>
internal readonly record struct FoundFile(DirectoryNode Directory, string Name, FileNode? Node, bool EndsInSlash);
