using System.Globalization;
using Emulator.Cli.Options;
using Emulator.Core.Processes;

namespace Emulator.Cli.Running;

/// <summary>A moment of a run at which somebody looks: before an instruction, after some number of them, before a system call, or at the end.</summary>
internal sealed record RunMoment
{
    private const string CallPrefix = "syscall:", End = "exit";

    private ulong? _address;
    private long? _instructions;
    private string? _call;

    private RunMoment(string text) => Text = text;

    /// <summary>The option.</summary>
    public static CliOption Option { get; } = new("--at", "MOMENT",
        "run PROGRAM first, and look at what runs then: 0xADDRESS (when that instruction is about to be done first), N (after N instructions), syscall:NAME (when that call is about to be made first) or exit (before PROGRAM's memory goes); its input is empty, its output is dropped",
        "exit", "syscall:");

    /// <summary>As the user wrote it.</summary>
    public string Text { get; }

    /// <summary>Reads the option; null when it is not given.</summary>
    /// <exception cref="ProblemException">It names no moment.</exception>
    public static RunMoment? Read(OptionValues values)
    {
        if (values.Text(Option) is not { } text)
            return null;
        if (text == End)
            return new RunMoment(text);
        if (text.StartsWith(CallPrefix, StringComparison.Ordinal) && text.Length > CallPrefix.Length)
            return new RunMoment(text) { _call = text[CallPrefix.Length..] };
        if (Numbers.TryNumber(text, out ulong number))
        {
            bool isAddress = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            if (isAddress)
                return new RunMoment(text) { _address = number };
            if (number <= long.MaxValue)
                return new RunMoment(text) { _instructions = (long)number };
        }
        throw values.Wrong(Option, text, "should be 0x and an address, a number of instructions, syscall:NAME or exit");
    }

    /// <summary>Runs a program, which is about to start, until the moment comes.</summary>
    /// <returns>Instructions done by then: as many as lead to the same place again.</returns>
    /// <exception cref="ProblemException">It does not come, or there is no such call.</exception>
    public long Reach(ProgramRun run)
    {
        LinuxSystem system = run.System;
        if (_call is not null)
            CheckCall(system);
        system.StopBeforeCall = _call;
        system.StopBeforeInstruction = _address;
        system.StopsBeforeEnd = _call is null && _address is null && _instructions is null;
        RunStop stop = run.Run(Math.Min(_instructions ?? long.MaxValue, run.MostInstructions));
        bool isHere = stop switch
        {
            RunStop.Budget => system.Instructions == _instructions,
            RunStop.AtCall or RunStop.AtInstruction or RunStop.AtEnd => true,
            _ => false,
        };
        if (!isHere)
        {
            throw ProblemException.Broken(stop == RunStop.Ended
                ? $"--at {Text} never came: the program ended after {system.Instructions} instructions with exit code {system.First!.ExitCode}"
                : $"--at {Text} did not come: {run.Describe(stop)}");
        }
        return system.Instructions - (stop == RunStop.AtCall ? 1 : 0);      // the instruction that calls is done, and taken back
    }

    private void CheckCall(LinuxSystem system)
    {
        string[] names = [.. system.CallsOf(system.Tasks.First().Userland).All.Select(call => call.Name)];
        if (names.Contains(_call))
            return;
        string hint = Words.Nearest(_call!, names.Order(StringComparer.Ordinal)) is { } near ? $"; did you mean {CallPrefix}{near}?" : "";
        throw ProblemException.Usage($"{Option.Name}: Linux {system.Kernel.Profile.Era.Version} has no system call \"{_call}\" for this program{hint}");
    }
}
