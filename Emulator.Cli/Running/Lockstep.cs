using System.Diagnostics;
using System.Numerics;
using Emulator.Cli.Options;
using Emulator.Cli.Reports;
using Emulator.Core.Exec;
using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes;

namespace Emulator.Cli.Running;

/// <summary>
/// A program run twice, interpreted and as <c>--engine</c> has it, so many instructions at a time: after each the registers of all tasks
/// have to be the same, and now and then all memory that is in use.
/// </summary>
/// <param name="make">Makes a run that has not started.</param>
/// <param name="other">The other way than interpreting.</param>
/// <param name="stride">Instructions at a time.</param>
/// <param name="tells">Whether to say at the end what the other run came to.</param>
internal sealed class Lockstep(Func<EngineMode, ProgramRun> make, EngineMode other, long stride, bool tells)
{
    private const int StepsPerLookAtMemory = 256;

    /// <summary>The option.</summary>
    public static CliOption Option { get; } = new("--lockstep", "N",
        "run PROGRAM twice, interpreted and as --engine has it, N instructions at a time, and compare registers and memory; with --stats, what the second came to; its input is empty, its output is dropped; exit code 1 and the first difference when there is one");

    /// <summary>Runs both to the end or the user's limit.</summary>
    /// <returns>The exit code.</returns>
    public int Run(Surroundings around)
    {
        using Pair pair = Start();
        long begun = Stopwatch.GetTimestamp();
        for (long step = 1; ; step++)
        {
            long before = pair.One.System.Instructions, now = Math.Min(stride, pair.One.MostInstructions - before);
            (RunStop one, RunStop two) = pair.Run(now);
            bool late = pair.One.Seconds is { } limit && Stopwatch.GetElapsedTime(begun).TotalSeconds >= limit;
            bool last = late || one != RunStop.Budget || pair.One.System.Instructions >= pair.One.MostInstructions;
            string? difference = one != two ? $"interpreting ends with {one}, {Name} with {two}" : pair.Difference(Name, memory: last || step % StepsPerLookAtMemory == 0 || BitOperations.IsPow2(step));
            if (difference is not null)
            {
                around.Error.WriteLine($"emulator: {Locate(before, now, difference)}");
                return ExitCode.Refused;
            }
            if (!last)
                continue;
            if (tells)
                new RunReport(new ExecSubject(pair.Two.Plan, [pair.Started]), pair.Two, null, two.ToString(), ExitCode.Done).WriteTo(around.Error);
            if (late || one is not (RunStop.Budget or RunStop.Ended))
                around.Error.WriteLine($"emulator: {pair.One.Describe(late ? RunStop.Interrupted : one)}");
            around.Output.WriteLine($"{pair.One.System.Instructions} instructions, {stride} at a time: registers and memory are the same, interpreted and {Name}");
            return late ? ExitCode.CutShort : ExitCode.Done;
        }
    }

    private string Name => other switch { EngineMode.Translate => "translated", EngineMode.Flat => "flat", _ => "tiered" };

    private Pair Start()
    {
        ProgramRun one = make(EngineMode.Interpret), two = make(other);
        Pair pair = new(one, two, one.Start());
        if (pair.Started is { Succeeded: false } failed)
        {
            pair.Dispose();
            throw ProblemException.Usage($"--lockstep: execve fails with {failed.Error}");
        }
        two.Start();
        return pair;
    }

    /// <summary>Finds the instruction behind which both differ first, by running to shorter and shorter distances again.</summary>
    private string Locate(long before, long instructions, string difference)
    {
        long same = 0, differs = instructions;
        while (differs - same > 1)
        {
            long middle = same + (differs - same) / 2;
            using Pair pair = Start();
            Reach(pair, before);
            (RunStop one, RunStop two) = pair.Run(middle);
            if ((one != two ? $"interpreting ends with {one}, {Name} with {two}" : pair.Difference(Name, memory: true)) is not { } found)
            {
                same = middle;
                continue;
            }
            (differs, difference) = (middle, found);
        }
        using Pair at = Start();
        Reach(at, before);
        at.One.System.Run(differs - 1);
        return $"after instruction {before + differs}{(at.One.System.Current is { } task ? $", {Instruction(at.One, task)}" : "")}: {difference}";
    }

    private void Reach(Pair pair, long instructions)
    {
        while (pair.One.System.Instructions < instructions)
            pair.Run(Math.Min(stride, instructions - pair.One.System.Instructions));
    }

    private static string Instruction(ProgramRun run, LinuxTask task)
    {
        ulong pc = task.Registers.Pc;
        byte[] bytes = new byte[task.Userland.Instructions.LongestInstruction];
        string? text = task.Memory.Space.CopyIn(new VirtualAddress(pc), bytes).Failed() ? null : run.Plan.Architecture.Disassemble(task.Userland.Abi, bytes, pc);
        return $"{Json.Hex(pc)} {text ?? "(not to be read)"} of task {task.Id}";
    }

    private sealed record Pair(ProgramRun One, ProgramRun Two, ExecResult Started) : IDisposable
    {
        public (RunStop One, RunStop Two) Run(long instructions) => (One.System.Run(instructions), Two.System.Run(instructions));

        /// <summary>What is not the same; null when all is.</summary>
        public string? Difference(string name, bool memory)
        {
            if (One.System.Instructions != Two.System.Instructions)
                return $"{One.System.Instructions} instructions interpreted, {Two.System.Instructions} {name}";
            LinuxTask[] tasks = [.. One.System.Tasks], others = [.. Two.System.Tasks];
            if (!tasks.Select(task => task.Id).SequenceEqual(others.Select(task => task.Id)))
                return $"tasks {string.Join(' ', tasks.Select(task => task.Id))} interpreted, {string.Join(' ', others.Select(task => task.Id))} {name}";
            foreach ((LinuxTask task, LinuxTask twin) in tasks.Zip(others))
            {
                if (task.Registers.Pc != twin.Registers.Pc)
                    return $"task {task.Id} is at {Json.Hex(task.Registers.Pc)} interpreted, at {Json.Hex(twin.Registers.Pc)} {name}";
                int slot = task.Registers.Slots.CommonPrefixLength(twin.Registers.Slots);
                if (slot < task.Registers.Slots.Length)
                    return $"task {task.Id}: {NameOf(task, slot)} is {Json.Hex(task.Registers.Slots[slot])} interpreted, {Json.Hex(twin.Registers.Slots[slot])} {name}";
            }
            return memory ? DifferenceOfMemory(name) : null;
        }

        public void Dispose()
        {
            One.Dispose();
            Two.Dispose();
        }

        private static string NameOf(LinuxTask task, int slot)
        {
            foreach (RegisterName register in task.Userland.Instructions.Registers)
            {
                if (slot >= register.Slot.Number && slot < register.Slot.Number + (register.Bits + 63) / 64)
                    return register.Name;
            }
            return $"what slot {slot} holds for the instruction set";
        }

        private string? DifferenceOfMemory(string name)
        {
            FrameAllocator frames = One.System.Kernel.Frames, others = Two.System.Kernel.Frames;
            if (!frames.Allocated.SequenceEqual(others.Allocated))
                return $"frames are allocated otherwise than {name}";
            foreach ((PhysicalAddress block, int order, _) in frames.Allocated)
            {
                int bytes = frames.PageBytes << order, same = frames.Memory.Slice(block, bytes).CommonPrefixLength(others.Memory.Slice(block, bytes));
                if (same < bytes)
                    return $"the byte at physical address {Json.Hex(block.Value + (ulong)same)} is {Byte(frames, block, same)} interpreted, {Byte(others, block, same)} {name}";
            }
            return null;
        }

        private static string Byte(FrameAllocator frames, PhysicalAddress block, int offset) => $"0x{frames.Memory.Slice(block + (ulong)offset, 1)[0]:x2}";
    }
}
