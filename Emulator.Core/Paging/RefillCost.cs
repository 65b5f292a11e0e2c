namespace Emulator.Core.Paging;

/// <summary>What TLB refills cost: a simple, stated model, not a pipeline.</summary>
/// <param name="MemoryReferences">Loads and stores of tables, TSB or hash table.</param>
/// <param name="Instructions">Instructions of a software handler; 0 where hardware refills.</param>
/// <param name="Nested">Misses taken inside the handler (alpha's double miss).</param>
public record struct RefillCost(long MemoryReferences, long Instructions, long Nested)
{
    /// <summary>Cycles a memory reference is counted as: a hit in the second-level cache.</summary>
    public const int CyclesPerReference = 12;

    /// <summary>Cycles an instruction of a handler is counted as.</summary>
    public const int CyclesPerInstruction = 1;

    /// <summary>Cycles of a trap into a software handler and back.</summary>
    public const int CyclesPerTrap = 20;

    /// <summary>Adds up two costs.</summary>
    public static RefillCost operator +(RefillCost left, RefillCost right) =>
        new(left.MemoryReferences + right.MemoryReferences, left.Instructions + right.Instructions, left.Nested + right.Nested);

    /// <summary>See <c>operator +</c>.</summary>
    public readonly RefillCost Add(RefillCost other) => this + other;

    /// <summary>Cycles by the model: references, instructions, and one trap a miss where software handles it.</summary>
    public readonly long Cycles(long misses) =>
        MemoryReferences * CyclesPerReference + Instructions * CyclesPerInstruction + (Instructions > 0 ? (misses + Nested) * CyclesPerTrap : 0);
}
