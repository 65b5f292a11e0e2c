using Emulator.Cli.Reports;
using Emulator.Core.Reports;

namespace Emulator.Cli.Timelines;

/// <summary>
/// Every event of every way as a timeline for Perfetto: TrackEvents, in protobuf (docs/trace.md, docs/perfetto.proto). The clock
/// is a virtual one: step <c>n</c> of a way lasts from <c>n</c> to <c>n + 1</c> microseconds.
/// </summary>
/// <remarks>Source: perfetto.dev, "Writing TrackEvent Protos Synthetically", and the schemas that <see cref="PerfettoSchema"/> names.</remarks>
internal sealed class PerfettoTrace(ExecSubject subject, ExecReport report)
{
    /// <summary>What the time of the timeline is.</summary>
    public const string Clock = "virtual: every step of a way takes one microsecond, counted from its first; nothing here was measured";

    /// <summary>Writes the trace.</summary>
    public void Write(Stream output)
    {
        WriteAttributes(output, subject, Clock, string.Join(',', report.Ways.Select(way => way.Result.Way)));
        for (int i = 0; i < report.Ways.Length; i++)
            new PerfettoWay(report.Ways[i], (uint)i + 1, output).Write();
    }

    /// <summary>Writes what was exec'd on what.</summary>
    public static void WriteAttributes(Stream output, ExecSubject subject, string clock, string ways)
    {
        ProtoWriter proto = new();
        proto.Open(PerfettoSchema.TracePacket);
        proto.Open(PerfettoSchema.PacketTraceAttributes);
        Attribute(proto, "schema", "emulator.trace/1");
        Attribute(proto, "clock", clock);
        Attribute(proto, "program", subject.Plan.Program.Path);
        Attribute(proto, "arch", subject.Plan.Architecture.Name);
        Attribute(proto, "abi", subject.Abi ?? "unknown");
        Attribute(proto, "kernel", subject.Plan.Profile.Era.Version);
        Attribute(proto, "mmu", subject.Plan.Profile.Mmu);
        Attribute(proto, "page_bytes", $"{subject.Plan.Profile.PageBytes}");
        Attribute(proto, "ways", ways);
        proto.Close();
        proto.Close();
        output.Write(proto.Bytes);
    }

    private static void Attribute(ProtoWriter proto, string key, string value)
    {
        proto.Open(PerfettoSchema.AttributesAttribute);
        proto.Text(PerfettoSchema.AttributeKey, key);
        proto.Text(PerfettoSchema.AttributeStringValue, value);
        proto.Close();
    }
}
