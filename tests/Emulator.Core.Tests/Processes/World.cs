using Emulator.Core.Kernel;
using Emulator.Core.Processes;
using Emulator.Core.Tests.Kernel;

namespace Emulator.Core.Tests.Processes;

/// <summary>Short names for what most tests begin with.</summary>
internal static class World
{
    public static ToyMachine New(string era, string input = "", ulong memoryBytes = 32 << 20, Func<SystemOptions, SystemOptions>? with = null) =>
        new(TestKernel.Eras.Single(candidate => candidate.Version == era), input, memoryBytes, with);

    public static ToyMachine New() => New("2.6.32");

    public static ToyProgram Program(string abi = "wide") => new(AbiOf(abi));

    private static UserAbi AbiOf(string name) => name == "wide" ? TestKernel.Wide : TestKernel.Narrow;
}
