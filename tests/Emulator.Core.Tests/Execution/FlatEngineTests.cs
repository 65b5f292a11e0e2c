using Emulator.Core.Execution;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Tests.Processes;
using Xunit;
using static Emulator.Core.Tests.Execution.Tale;

namespace Emulator.Core.Tests.Execution;

/// <summary>The engine that takes addresses for physical ones.</summary>
public class FlatEngineTests
{
    // The same loop interpreted, where every address is its physical one: so much is the same in both.
    [Theory]
    [MemberData(nameof(ShortLoopTests.Modes), MemberType = typeof(ShortLoopTests))]
    public void Where_addresses_are_physical_it_does_what_the_interpreter_does(string name, CpuMode kind)
    {
        for (int bytes = 1; bytes <= 8; bytes *= 2)
        {
            using Tale interpreted = ShortLoopTests.Loop(EngineMode.Interpret, kind, bytes), flat = ShortLoopTests.Loop(EngineMode.Flat, kind, bytes);
            ShortLoopTests.WarmUp(flat);
            flat.Cpu.Run(40_000);
            interpreted.Cpu.Run(flat.Cpu.Retired);

            Assert.Equal((name, bytes, interpreted.Cpu.Pc, interpreted.Cpu[R0], interpreted.Cpu[R1]), (name, bytes, flat.Cpu.Pc, flat.Cpu[R0], flat.Cpu[R1]));
            PhysicalAddress data = new(DataAt);
            Assert.Equal(interpreted.Memory.Slice(data, 0x10000).ToArray(), flat.Memory.Slice(data, 0x10000).ToArray());
        }
    }

    [Fact]
    public void Translated_code_asks_nobody_where_a_page_is()
    {
        Assert.True(TranslatedWithoutPages(EngineMode.Flat) > 50_000);
        Assert.Equal(0, TranslatedWithoutPages(EngineMode.Tiered));
    }

    [Fact]
    public void A_machine_with_an_MMU_refuses_it()
    {
        ArgumentException problem = Assert.Throws<ArgumentException>(() => new ToyMachine(KernelEra.V6_1, with: options => options with { Engine = EngineMode.Flat }));
        Assert.StartsWith("the flat engine takes addresses for physical ones; this machine has an MMU", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>Instructions done in translated code once all pages of data are gone. At the latest the interpreter, which does the last ones, finds that out.</summary>
    private static long TranslatedWithoutPages(EngineMode mode)
    {
        using Tale tale = ShortLoopTests.Loop(mode, CpuMode.LittleEndian64, 4);
        ShortLoopTests.WarmUp(tale);
        for (ulong page = DataAt; page < DataAt + 0x10000; page += 0x1000)
            tale.Elsewhere[page] = ulong.MaxValue;
        tale.Cpu.Flush();
        tale.Cpu.Pc = CodeAt;
        long before = tale.Cpu.Statistics.Translated;
        tale.Cpu.Run(60_000);
        return tale.Cpu.Statistics.Translated - before;
    }
}
