namespace Emulator.Core.Execution;

/// <summary>A slot of the state: a register of the architecture, or scratch of one instruction.</summary>
/// <param name="Number">Below <see cref="EngineState.SlotCount"/>.</param>
public readonly record struct Slot(ushort Number)
{
    /// <summary>Whether it is scratch.</summary>
    public bool IsScratch => Number >= EngineState.FirstScratch;

    /// <summary>The slot <paramref name="distance"/> behind this one.</summary>
    public Slot Next(int distance = 1) => new((ushort)(Number + distance));
}
