using System.Collections.Immutable;
using System.Text.Json;
using Emulator.Cli.Rendering;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes;

namespace Emulator.Cli.Reports;

/// <summary>A program that is looked at: about to start after its execve, or at some moment of its run.</summary>
internal sealed record SeenProgram
{
    private string? _moment;
    private long _instructions;
    private ulong _pc;
    private int _process;
    private string _path = "";

    private SeenProgram(AddressSpace space, UserAbi abi) =>
        (Space, Abi, Maps) = (space, abi, [.. space.Areas.Select(area => MapsLine.Format(space, area))]);

    /// <summary>Its address space.</summary>
    public AddressSpace Space { get; }

    /// <summary>Its userland.</summary>
    public UserAbi Abi { get; }

    /// <summary>Its areas, as /proc/PID/maps prints them.</summary>
    public ImmutableArray<string> Maps { get; }

    /// <summary>One that is about to start.</summary>
    public static SeenProgram AtStart(StartState started) => new(started.Space, started.Profile.Abi);

    /// <summary>One that runs.</summary>
    /// <param name="system">The system.</param>
    /// <param name="moment">The moment, as the user wrote it.</param>
    /// <param name="instructions">Instructions done by then.</param>
    /// <exception cref="ProblemException">All memory is gone.</exception>
    public static SeenProgram Of(LinuxSystem system, string moment, long instructions)
    {
        LinuxTask? task = system.Current is { Memory.IsGone: false } current ? current : system.Tasks.FirstOrDefault(task => !task.Memory.IsGone);
        if (task is null)
            throw ProblemException.Broken($"--at {moment}: no program has memory then");
        return new SeenProgram(task.Memory.Space, task.Userland.Abi)
        {
            _moment = moment,
            _instructions = instructions,
            _pc = task.Registers.Pc,
            _process = task.Group.Id,
            _path = task.Memory.ExecutablePath,
        };
    }

    /// <summary>Writes which moment it is; nothing at the start.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        if (_moment is null)
            return;
        json.WriteStartObject("at");
        json.WriteString("moment", _moment);
        json.WriteNumber("instructions", _instructions);
        json.WriteNumber("process", _process);
        json.WriteString("path", _path);
        json.WriteAddress("pc", _pc);
        json.WriteEndObject();
    }

    /// <summary>The same for people.</summary>
    public void WriteText(TextOutput output)
    {
        if (_moment is not null)
            output.Line($"at {_moment}: {_instructions} instructions done, process {_process} ({_path}), next instruction at {Form.Address(_pc)}");
    }
}
