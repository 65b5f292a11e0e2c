using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Paging;
using Emulator.Core.Reports;

namespace Emulator.Cli.Reports;

/// <summary>All about one architecture: schema emulator.arch/1.</summary>
internal sealed class ArchReport(Architecture architecture) : Report
{
    private readonly List<KernelProfile> _profiles = [.. Profiles.Of(architecture)];

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", "emulator.arch/1");
        json.WriteString("name", architecture.Name);
        json.WriteString("summary", architecture.Summary);
        json.WriteStartArray("abis");
        foreach (UserAbi abi in architecture.Abis)
        {
            json.WriteStartObject();
            json.WriteString("name", abi.Name);
            json.WriteNumber("class", abi.ElfClass);
            json.WriteString("order", abi.Order == Core.Memory.ByteOrder.BigEndian ? "big" : "little");
            json.WriteStartArray("machines");
            foreach (ushort machine in abi.ElfMachines)
                json.WriteNumberValue(machine);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStrings("cpus", architecture.Cpus);
        json.WriteStartArray("kernels");
        foreach (KernelProfile profile in _profiles)
            WriteProfile(json, profile);
        json.WriteEndArray();
        json.WriteStartArray("entry_bits");
        foreach (string kernel in architecture.Kernels)
        {
            json.WriteStartObject();
            json.WriteString("kernel", kernel);
            json.WriteStrings("lines", EntryBits.Lines(architecture, kernel));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStrings("sources", architecture.Sources);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteText(TextOutput output)
    {
        output.Line($"{architecture.Name}: {architecture.Summary}", Tone.Strong);
        output.Line();
        TextTable abis = new("ABI", ">class", "byte order", "e_machine");
        foreach (UserAbi abi in architecture.Abis)
            abis.Add(abi.Name, $"{abi.ElfClass}", abi.Order == Core.Memory.ByteOrder.BigEndian ? "big" : "little", string.Join(", ", abi.ElfMachines));
        output.Table(abis);
        output.Line($"CPU models: {(architecture.Cpus.IsEmpty ? "one" : string.Join(", ", architecture.Cpus))}; MMU {Options.ExecOptions.NoMmu} (nommu) goes with every kernel");
        foreach (KernelProfile profile in _profiles)
        {
            output.Line();
            WriteProfile(output, profile);
        }
        foreach (string kernel in architecture.Kernels)
        {
            output.Line();
            output.Line($"entries, Linux {kernel}", Tone.Strong);
            foreach (string line in EntryBits.Lines(architecture, kernel))
                output.Line($"  {line}");
        }
        output.Line();
        output.Line("sources", Tone.Strong);
        foreach (string source in architecture.Sources)
            output.Line($"  {source}");
    }

    private static void WriteProfile(TextOutput output, KernelProfile profile)
    {
        PageTableGeometry tree = profile.Tree;
        string depth = profile.MaxDepth == profile.NewDepth ? $"{profile.NewDepth} levels" : $"{profile.NewDepth} levels, up to {profile.MaxDepth}";
        output.Line($"Linux {profile.Era.Version}, MMU {profile.Mmu}, pages of {profile.PageBytes} bytes: a new address space has {depth}; STACK_TOP_MAX {Form.Address(profile.StackTopMax)}", Tone.Strong);
        TextTable levels = new("level", ">index bits", ">entries", ">entry bytes", ">table bytes", ">an entry covers", ">a table covers", "shares pages");
        for (int level = profile.MaxDepth - 1; level >= 0; level--)
        {
            PageTableLevel shape = tree[level];
            levels.Add(Name(profile, level), $"{shape.IndexBits}", $"{shape.Entries}", $"{shape.EntryBytes}", $"{shape.TableBytes}",
                Form.Reach(shape.Shift), Form.Reach(shape.TableShift), shape.Sharing == TableSharing.None ? "no" : "yes");
        }
        output.Table(levels);
        foreach (AbiProfile abi in profile.Abis)
            output.Line($"  {abi.Abi.Name,-8} STACK_TOP {Form.Address(abi.Layout.StackTop)}, TASK_SIZE {Form.Address(abi.Layout.TaskSize)}");
    }

    /// <summary>The manual's name, and in brackets what Linux calls it: always pgd when it is the top table.</summary>
    private static string Name(KernelProfile profile, int level) =>
        $"{profile.Tree[level].Name} [{PageTableGeometry.LinuxName(level, profile.MaxDepth)}{(IsTopSometimes(profile, level) ? ", pgd as top" : "")}]";

    private static bool IsTopSometimes(KernelProfile profile, int level) => level >= profile.Tree.MinDepth - 1 && level < profile.MaxDepth - 1;

    private static void WriteProfile(Utf8JsonWriter json, KernelProfile profile)
    {
        json.WriteStartObject();
        json.WriteString("kernel", profile.Era.Version);
        json.WriteString("mmu", profile.Mmu);
        json.WriteNumber("page_bytes", profile.PageBytes);
        json.WriteNumber("new_depth", profile.NewDepth);
        json.WriteNumber("max_depth", profile.MaxDepth);
        json.WriteAddress("stack_top_max", profile.StackTopMax);
        json.WriteStartArray("levels");
        for (int level = 0; level < profile.MaxDepth; level++)
        {
            PageTableLevel shape = profile.Tree[level];
            json.WriteStartObject();
            json.WriteNumber("level", level);
            json.WriteString("name", shape.Name);
            json.WriteString("linux", PageTableGeometry.LinuxName(level, profile.MaxDepth));
            json.WriteBoolean("may_be_top", level == profile.MaxDepth - 1 || IsTopSometimes(profile, level));
            json.WriteNumber("index_bits", shape.IndexBits);
            json.WriteNumber("entries", shape.Entries);
            json.WriteNumber("entry_bytes", shape.EntryBytes);
            json.WriteNumber("table_bytes", shape.TableBytes);
            json.WriteNumber("entry_shift", shape.Shift);
            json.WriteNumber("table_shift", shape.TableShift);
            json.WriteBoolean("shares_pages", shape.Sharing != TableSharing.None);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("abis");
        foreach (AbiProfile abi in profile.Abis)
        {
            json.WriteStartObject();
            json.WriteString("name", abi.Abi.Name);
            json.WriteAddress("stack_top", abi.Layout.StackTop);
            json.WriteAddress("task_size", abi.Layout.TaskSize);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
