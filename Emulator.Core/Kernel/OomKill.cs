namespace Emulator.Core.Kernel;

/// <summary>The OOM killer struck.</summary>
/// <param name="Task">Number of the task that it chose; 0 for the one that calls execve.</param>
/// <param name="Points">What that task was held to have, in pages (<c>badness()</c>, <c>oom_badness()</c>).</param>
/// <param name="CallerPoints">What the task that calls execve was held to have.</param>
/// <param name="FreedPages">Frames that came back.</param>
public sealed record OomKill(int Task, long Points, long CallerPoints, long FreedPages);
