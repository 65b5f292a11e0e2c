namespace Emulator.Core.Tracing;

/// <summary>Who watches. A struct type parameter: with <see cref="NoTrace"/> the compiler leaves nothing of it.</summary>
public interface ITrace
{
    /// <summary>Whether anybody watches; a constant of the type.</summary>
    static abstract bool IsActive { get; }

    /// <summary>Takes one event.</summary>
    void Record(in TraceEvent traceEvent);
}
