namespace Emulator.Core.Processes.Files;

/// <summary>Fills a span with bytes.</summary>
public delegate void SpanFiller(Span<byte> bytes);
