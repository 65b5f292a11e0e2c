using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Calls;

/// <summary>What a system call gives: a number, or an error, or nothing yet.</summary>
public readonly record struct CallResult
{
    /// <summary>The number; 0 with an error.</summary>
    public long Value { get; private init; }

    /// <summary>The error.</summary>
    public Errno Error { get; private init; }

    /// <summary>What became of it.</summary>
    public CallOutcome Outcome { get; private init; }

    /// <summary>A second number, where an ABI has calls with two (alpha: getxpid()); null for none.</summary>
    public ulong? Second { get; init; }

    /// <summary>Whether there is an error.</summary>
    public bool Failed => Error != Errno.None;

    /// <summary>The task sleeps.</summary>
    public static CallResult Sleeping { get; } = new() { Outcome = CallOutcome.Sleeping };

    /// <summary>The call does not return.</summary>
    public static CallResult Gone { get; } = new() { Outcome = CallOutcome.Gone };

    /// <summary>A number.</summary>
    public static implicit operator CallResult(long value) => new() { Value = value };

    /// <summary>An error, or 0 when it is none.</summary>
    public static implicit operator CallResult(Errno error) => new() { Error = error };

    /// <summary>As the conversion from a number.</summary>
    public static CallResult FromInt64(long value) => value;

    /// <summary>As the conversion from an error.</summary>
    public static CallResult FromErrno(Errno error) => error;
}
