using System.Text.Json;
using Emulator.Cli.Options;
using Emulator.Core.Elf;
using Emulator.Core.Exec;

namespace Emulator.Cli.Reports;

/// <summary>What was exec'd on what: the head of every report about an execve.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Results">Its results.</param>
internal sealed record ExecSubject(ExecPlan Plan, IReadOnlyList<ExecResult> Results)
{
    /// <summary>Name of the userland; null when it never became known.</summary>
    public string? Abi => Results.Select(result => result.Abi?.Name).FirstOrDefault(name => name is not null) ?? Plan.Abi?.Name;

    /// <summary>STACK_TOP; 0 when the userland never became known.</summary>
    public ulong StackTop => Results.Select(result => result.StackTop).FirstOrDefault(top => top != 0) is var used && used != 0
        ? used
        : Abi is { } name && Plan.Profile.Abi(name) is { } profile ? profile.Layout.StackTop : 0;

    /// <summary>argc as the program gets it, or as it was asked for.</summary>
    public int ArgumentCount => Results.FirstOrDefault(result => result.Succeeded)?.ArgumentCount ?? Plan.Request.Arguments.Count;

    /// <summary>Headers of what was, or would have been, loaded.</summary>
    public ElfImage? Image => Results.Select(result => result.Image).FirstOrDefault(image => image is not null) ?? Plan.Program.Image;

    /// <summary>Writes the head.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("arch", Plan.Architecture.Name);
        json.WriteString("abi", Abi);
        json.WriteString("kernel", Plan.Profile.Era.Version);
        json.WriteString("mmu", Plan.Profile.Mmu);
        json.WriteNumber("page_bytes", Plan.Profile.PageBytes);
        json.WriteString("caller_abi", Plan.CallerAbi);
        json.WriteProgram(Plan.Program.Path, Image, Plan.Program.Interpreter);
        json.WriteNumber("argc", ArgumentCount);
        json.WriteNumber("stack_limit_bytes", Plan.Request.StackLimitBytes);
        json.WriteAddress("stack_top_max", Plan.Profile.StackTopMax);
        json.WriteAddress("stack_top", StackTop);
    }
}
