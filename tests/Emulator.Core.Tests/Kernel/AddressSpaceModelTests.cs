using Emulator.Contract;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Testing;
using Xunit;

namespace Emulator.Core.Tests.Kernel;

/// <summary>Random system calls on an address space, against a model that knows nothing but pages.</summary>
public class AddressSpaceModelTests
{
    [Fact]
    public void Random_system_calls_agree_with_a_set_of_pages() => SeededRuns.Run(40, random =>
    {
        using LinuxKernel kernel = TestKernel.Create(random.Pick(TestKernel.Eras));
        FrameBooks books = new(kernel.Frames);
        PagedAddressSpace space = TestKernel.NewSpace(kernel);
        PageSetModel model = new(space, random);
        for (int step = 0; step < 250; step++)
        {
            model.CheckTables(model.Step());
            if (step % 10 == 0)
                model.Check();
        }
        model.Check();
        space.Destroy();
        kernel.PageCache.Drop();
        books.AssertBalanced("Destroy");
    });

    [Fact]
    public void A_system_call_that_finds_no_frame_changes_nothing_that_a_program_could_see() => SeededRuns.Run(60, random =>
    {
        using LinuxKernel kernel = TestKernel.Create(random.Pick(TestKernel.Eras));
        FrameBooks books = new(kernel.Frames);
        PagedAddressSpace space = TestKernel.NewSpace(kernel);
        PageSetModel model = new(space, random);
        for (int step = 0; step < 120; step++)
        {
            if (random.Chance(30))
                kernel.Frames.FailAt(random.Next(1, 4));
            model.CheckTables(model.Step());
            if (step % 10 == 0)
                model.Check();
        }
        kernel.Frames.FailAt(long.MaxValue / 2);
        model.Check();
        space.Destroy();
        kernel.PageCache.Drop();
        books.AssertBalanced("Destroy");
    });
}
