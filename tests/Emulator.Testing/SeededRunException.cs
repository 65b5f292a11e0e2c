namespace Emulator.Testing;

/// <summary>A seeded run failed. The message begins with the seed, the inner exception is the failure.</summary>
public sealed class SeededRunException(string message, Exception failure) : Exception(message, failure);
