using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.ReferenceWalkers;
using Emulator.Testing;
using Xunit;

namespace Emulator.Arch.Alpha.Tests;

/// <summary>Every combination of the 16 hardware bits of an entry, at each level: the walker and the TLBs say what the manual says.</summary>
public class EntryBitsTests(ITestOutputHelper output)
{
    private const ulong Va = 0x1_2000_4008;
    private const ulong SoftwareBits = 0xffff_0000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_combination_of_bits_acts_as_in_the_manual(int level)
    {
        using AlphaSpace space = new();
        space.Map(Va & ~8191UL, AlphaSpace.Written);
        PhysicalAddress at = space.At(Va, level);
        ulong frame = space.Read(at.Value)!.Value & 0xffff_ffff_0000_0000;
        TlbModel user = space.NewTlbs(AlphaSpace.User), kernel = space.NewTlbs(AlphaSpace.Kernel);
        Random random = SeededRuns.NewRandom(output.WriteLine);

        Dictionary<string, int> seen = [];
        for (ulong bits = 0; bits < 1 << 16; bits++)
        {
            space.Write(at, frame | (ulong)random.NextInt64() & SoftwareBits | bits);
            user.Flush(Core.Tracing.FlushKind.Full, default);
            kernel.Flush(Core.Tracing.FlushKind.Full, default);
            user.Flush(Core.Tracing.FlushKind.Page, new VirtualAddress(Va));                        // ASM
            kernel.Flush(Core.Tracing.FlushKind.Page, new VirtualAddress(Va));
            user.Flush(Core.Tracing.FlushKind.Page, PalcodeRefill.EntryAddress(new(Va)));
            kernel.Flush(Core.Tracing.FlushKind.Page, PalcodeRefill.EntryAddress(new(Va)));
            foreach (MmuControls controls in (MmuControls[])[AlphaSpace.User, AlphaSpace.Kernel])
            {
                foreach (AccessKind access in AlphaSpace.Accesses)
                {
                    AlphaWalk walk = space.Reference(Va, access, controls);
                    string manual = AlphaSpace.Say(walk), kind = walk.Fault is null ? "ok" : manual;
                    seen[kind] = seen.GetValueOrDefault(kind) + 1;

                    bool walked = space.Walk(Va, access, controls, out Translation found, out PageFault fault);
                    TlbModel tlbs = controls == AlphaSpace.User ? user : kernel;
                    bool refilled = tlbs.TryTranslate(new VirtualAddress(Va), access, out PhysicalAddress byTlb, out PageFault tlbFault);

                    if (manual == AlphaSpace.Say(walked, found.Address, fault, controls) && walked == refilled && found.Address == byTlb && fault == tlbFault)
                        continue;
                    Assert.Fail($"flags {controls.Flags} {access} of {space.Read(at.Value):x16} at level {level}: manual {manual}, walker {found} {fault}, TLB {byTlb} {tlbFault}");
                }
            }
        }
        output.WriteLine(string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}")));
        Assert.Equal(6 << 16, seen.Values.Sum());
    }

    [Fact]
    public void Sign_check_comes_before_everything()
    {
        using AlphaSpace space = new();
        foreach (ulong va in (ulong[])[0x400_0000_0000, 0x7ff_ffff_e000, 0x800_0000_0000, 0x8000_0001_2000_0000, 0xffff_fbff_ffff_e000, 0xffff_7fff_ffff_0000])
        {
            foreach (MmuControls controls in (MmuControls[])[AlphaSpace.User, AlphaSpace.Kernel])
            {
                bool walked = space.Walk(va, AccessKind.Read, controls, out _, out PageFault fault);

                Assert.False(walked);
                Assert.Equal(FaultKind.OutOfReach, fault.Kind);
                Assert.Equal("AccessViolation", AlphaSpace.Say(walked, default, fault, controls));
                Assert.Equal("AccessViolation", AlphaSpace.Say(space.Reference(va, AccessKind.Read, controls)));
            }
        }
    }

    [Fact]
    public void Highest_and_lowest_addresses_that_pass_the_sign_check_are_translated()
    {
        using AlphaSpace space = new();
        foreach (ulong va in (ulong[])[0, 0x3ff_ffff_e000, 0xffff_fc00_0000_0000, 0xffff_fffd_ffff_e000])
        {
            PhysicalAddress frame = space.NewFrame();
            ulong tables = 0;
            for (int level = 2; level >= 0; level--)
            {
                PhysicalAddress at = space.At(va, level);
                tables = space.Read(at.Value)!.Value;
                if (tables == 0)
                    space.Write(at, (level > 0 ? space.NewFrame() : frame).Value >> 13 << 32 | 0x63301);
            }

            Assert.True(space.Walk(va + 16, AccessKind.Write, AlphaSpace.User, out Translation found, out _));
            Assert.Equal(frame + 16, found.Address);
            Assert.Equal(frame.Value + 16, space.Reference(va + 16, AccessKind.Write, AlphaSpace.User).PhysicalAddress);
        }
    }

    [Fact]
    public void Table_outside_memory_is_not_followed()
    {
        using AlphaSpace space = new();
        space.Map(Va & ~8191UL, AlphaSpace.Written);
        space.Write(space.At(Va, 1), 0x7fff_ffff_0006_3301);

        bool walked = space.Walk(Va, AccessKind.Read, AlphaSpace.User, out _, out PageFault fault);
        bool refilled = space.NewTlbs(AlphaSpace.User).TryTranslate(new VirtualAddress(Va), AccessKind.Read, out _, out PageFault tlbFault);

        Assert.False(walked || refilled);
        Assert.Equal((FaultKind.OutsideStorage, 0), (fault.Kind, fault.Level));
        Assert.Equal((FaultKind.OutsideStorage, 0), (tlbFault.Kind, tlbFault.Level));
        Assert.True(space.Reference(Va, AccessKind.Read, AlphaSpace.User).TableOutsideStorage);
    }
}
