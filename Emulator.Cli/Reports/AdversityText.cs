using Emulator.Cli.Options;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;

namespace Emulator.Cli.Reports;

/// <summary>What came of memory that ran out and of processors that interfered, in words.</summary>
internal static class AdversityText
{
    /// <summary>A task as the OOM killer's list has it.</summary>
    public static string TaskName(int number) => number == 0 ? "caller" : $"bystander {number}";

    /// <summary>An outcome by its name in reports.</summary>
    public static string NameOf(PageOutcome outcome) => outcome switch
    {
        PageOutcome.Done => "done",
        PageOutcome.NotOnLru => "not-on-lru",
        PageOutcome.NoPage => "no-page",
        PageOutcome.NotFound => "not-found",
        PageOutcome.TemporaryStack => "temporary-stack",
        PageOutcome.NoMemory => "no-memory",
        PageOutcome.Locked => "locked",
        PageOutcome.NotLocked => "not-locked",
        PageOutcome.LeftBehind => "left-behind",
        _ => "never-reached",
    };

    /// <summary>One line on what another processor did.</summary>
    public static string Describe(InterventionResult done)
    {
        string what = done.Intervention.ToString();
        if (done.Intervention.Kind == InterventionKind.Reclaim && done.Outcome == PageOutcome.Done)
            return $"{what}: {done.Pages} pages went to swap";
        string where = (done.LookedAt, done.EntryAt) switch
        {
            ({ } looked, { } entry) when looked == entry => $", at 0x{looked.Value:x}",
            ({ } looked, { } entry) => $": looked at 0x{looked.Value:x}, where it is not; it is at 0x{entry.Value:x}",
            _ => "",
        };
        return $"{what}: {Says(done)}{where}";
    }

    private static string Says(InterventionResult done) => done.Outcome switch
    {
        PageOutcome.Done => done.Intervention.Kind switch
        {
            InterventionKind.Look => "the page is found",
            InterventionKind.Unmap => "a migration entry takes the place of the page",
            _ => "the page is mapped again, in another frame",
        },
        PageOutcome.NotOnLru => "the page is on no LRU list and stays where it is",
        PageOutcome.NoPage => "there is no such page in memory",
        PageOutcome.NotFound => done.Intervention.Kind == InterventionKind.Reclaim ? "no page went to swap" : "the page is not found and stays where it is",
        PageOutcome.TemporaryStack => "the page belongs to a temporary stack and stays where it is",
        PageOutcome.NoMemory => "no frame is free to move the page to",
        PageOutcome.Locked => "the page is on its way already",
        PageOutcome.NotLocked => "the page is not on its way",
        PageOutcome.LeftBehind => "the migration entry is not found and is left behind",
        _ => "execve did not come to that point",
    };
}
