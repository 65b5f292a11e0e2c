using System.Collections.Immutable;
using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Paging;

namespace Emulator.Cli.Reports;

/// <summary>Walks of some addresses: schema emulator.walk/1.</summary>
internal sealed class WalkReport(ExecSubject subject, SeenProgram seen, AccessKind access, ulong? rootRegister, int depth, ImmutableArray<Walk> walks, bool bits) : Report
{
    /// <summary>What was exec'd on what.</summary>
    public ExecSubject Subject => subject;

    /// <summary>The root register; null without an MMU.</summary>
    public ulong? RootRegister => rootRegister;

    /// <summary>Levels of the tree; 0 without an MMU.</summary>
    public int Depth => depth;

    /// <summary>The walks.</summary>
    public ImmutableArray<Walk> Walks => walks;

    /// <summary>"read", "write" or "fetch".</summary>
    public string AccessName => access.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.walk/1");
        subject.WriteJson(json);
        json.WriteResult(subject.Results[0]);
        seen.WriteJson(json);
        json.WriteString("access", AccessName);
        if (rootRegister is { } root)
            json.WriteAddress("root_register", root);
        json.WriteStartArray("walks");
        foreach (Walk walk in walks)
            WriteWalk(json, walk);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        CompareText.HeadOf(subject, output);
        seen.WriteText(output);
        if (rootRegister is { } root)
            output.Line($"root register {Form.Address(root)}");
        foreach (Walk walk in walks)
        {
            output.Line();
            output.Line($"{AccessName} {Form.Address(walk.Address.Value)}", Tone.Strong);
            output.Line($"  area   {walk.Area ?? "none"}");
            if (walk.FaultedIn)
                output.Line("  fault  handled first");
            int names = walk.Steps.Select(step => step.Name.Length + step.LinuxName.Length + 3).DefaultIfEmpty().Max();
            foreach (WalkStep step in walk.Steps)
            {
                output.Line($"  {$"{step.Name} [{step.LinuxName}]".PadRight(names)}  entry {step.Index,4} at {Form.Address(step.At.Value)}: {Form.Address(step.Entry)}  {step.Meaning}");
                if (bits)
                    WriteBits(output, step);
            }
            WriteEnd(output, walk);
        }
    }

    private static void WriteBits(TextOutput output, WalkStep step)
    {
        int names = step.Layout.Fields.Max(field => field.Name.Length), values = step.Layout.Fields.Max(field => field.ShowValueOf(step.Entry).Length);
        foreach (EntryField field in step.Layout.Fields)
            output.Line($"    {field.Bits,5}  {field.Name.PadRight(names)}  {field.ShowValueOf(step.Entry).PadLeft(values)}  {field.MeaningOf(step.Entry)}");
    }

    private static void WriteEnd(TextOutput output, Walk walk)
    {
        if (walk.Physical is { } at)
        {
            output.Line($"  leads to physical {Form.Address(at.Value)}", Tone.Good);
            output.Line($"  bytes  {string.Join(' ', walk.Bytes.Select(value => value.ToString("x2")))}  {new string([.. walk.Bytes.Select(value => value is >= 0x20 and < 0x7f ? (char)value : '.')])}");
            if (walk.Instruction is not null)
                output.Line($"  code   {walk.Instruction}");
            return;
        }
        string words = walk.Words is { } fault ? $"{fault.Name}, vector 0x{fault.Vector:x}, code 0x{fault.Code:x} " : "";
        output.Line($"  faults: {words}({Reason(walk.Fault.Kind)})", Tone.Bad);
        output.Line($"  kernel {walk.Kernel}");
    }

    /// <summary>A kind of fault in words.</summary>
    public static string Reason(FaultKind kind) => kind switch
    {
        FaultKind.OutOfReach => "no entry is to blame: the tree does not reach this address",
        FaultKind.Absent => "the entry maps nothing",
        FaultKind.Malformed => "the entry breaks a rule of its format",
        FaultKind.Protection => "the entry does not allow it",
        _ => "it lies outside physical memory",
    };

    private static void WriteWalk(Utf8JsonWriter json, Walk walk)
    {
        json.WriteStartObject();
        json.WriteAddress("address", walk.Address.Value);
        json.WriteString("area", walk.Area);
        json.WriteBoolean("faulted_in", walk.FaultedIn);
        json.WriteStartArray("steps");
        foreach (WalkStep step in walk.Steps)
        {
            json.WriteStartObject();
            json.WriteNumber("level", step.Level);
            json.WriteString("name", step.Name);
            json.WriteString("linux", step.LinuxName);
            json.WriteNumber("index", step.Index);
            json.WriteAddress("at", step.At.Value);
            json.WriteAddress("entry", step.Entry);
            json.WriteString("meaning", step.Meaning);
            json.WriteStartArray("fields");
            foreach (EntryField field in step.Layout.Fields)
            {
                json.WriteStartObject();
                json.WriteString("bits", field.Bits);
                json.WriteString("name", field.Name);
                json.WriteString("value", field.ShowValueOf(step.Entry));
                json.WriteString("meaning", field.MeaningOf(step.Entry));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (walk.Physical is { } physical)
        {
            json.WriteAddress("physical", physical.Value);
            json.WriteNumber("leaf_level", walk.LeafLevel);
            json.WriteString("bytes", Convert.ToHexStringLower(walk.Bytes.AsSpan()));
            if (walk.Instruction is not null)
                json.WriteString("instruction", walk.Instruction);
        }
        else
        {
            json.WriteStartObject("fault");
            json.WriteString("kind", walk.Fault.Kind.ToString());
            json.WriteNumber("level", walk.Fault.Level);
            if (walk.Words is { } words)
            {
                json.WriteString("name", words.Name);
                json.WriteNumber("vector", words.Vector);
                json.WriteAddress("code", words.Code);
            }
            json.WriteString("kernel", walk.Kernel);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
