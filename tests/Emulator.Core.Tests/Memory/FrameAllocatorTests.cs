using Emulator.Contract;
using Emulator.Core.Memory;
using Emulator.Testing;
using Xunit;

namespace Emulator.Core.Tests.Memory;

public sealed class FrameAllocatorTests : IDisposable
{
    private readonly PhysicalMemory _memory = new(64 * 4096);
    private readonly FrameAllocator _frames;

    public FrameAllocatorTests() => _frames = new FrameAllocator(_memory, pageShift: 12);

    [Fact]
    public void All_frames_but_the_first_can_be_had_and_no_more()
    {
        HashSet<ulong> had = [];
        while (_frames.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame))
            Assert.True(had.Add(frame.Value));

        Assert.Equal(63, had.Count);
        Assert.DoesNotContain(0ul, had);
        Assert.Equal(0, _frames.FreeFrames);
        Assert.Equal(63, _frames.InUse(FrameUse.Anonymous));
    }

    [Fact]
    public void A_block_is_split_from_the_low_end_and_merged_again_when_its_halves_are_free()
    {
        Assert.True(_frames.TryAllocate(5, FrameUse.Kernel, out PhysicalAddress whole));
        Assert.Equal(32ul * 4096, whole.Value);      // frames 32 to 63: the only block of 32
        _frames.Release(whole);

        Assert.True(_frames.TryAllocate(4, FrameUse.Kernel, out PhysicalAddress low));
        Assert.True(_frames.TryAllocate(4, FrameUse.Kernel, out PhysicalAddress high));
        Assert.Equal(16ul * 4096, low.Value);        // frames 16 to 31 were a block of their own
        Assert.Equal(32ul * 4096, high.Value);
        Assert.False(_frames.TryAllocate(5, FrameUse.Kernel, out _));
        _frames.Release(high);
        Assert.True(_frames.TryAllocate(5, FrameUse.Kernel, out PhysicalAddress again));
        Assert.Equal(whole, again);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(4097)]
    public void Any_number_of_frames_is_handed_out_whole(int frames)
    {
        using PhysicalMemory memory = new((ulong)frames * 4096);
        using FrameAllocator allocator = new(memory, 12);
        int had = 0;
        while (allocator.TryAllocate(0, FrameUse.Anonymous, out PhysicalAddress frame))
        {
            Assert.True(memory.Contains(frame, 4096));
            had++;
        }
        Assert.Equal(frames - 1, had);
    }

    [Fact]
    public void Random_use_agrees_with_a_simple_model() => SeededRuns.Run(20, random =>
    {
        ulong bytes = (ulong)random.Next(2, 600) * 4096;
        using PhysicalMemory memory = new(bytes);
        using FrameAllocator frames = new(memory, 12);
        FrameBooks books = new(frames);
        Dictionary<ulong, (int Order, int References, FrameUse Owner)> model = [];
        FrameUse[] owners = [FrameUse.Anonymous, FrameUse.Argument, FrameUse.Kernel, FrameAllocator.TableOwner(0), FrameAllocator.TableOwner(4)];
        for (int step = 0; step < 600; step++)
        {
            switch (random.Next(7))
            {
                case 0 or 1 or 2:
                    Allocate(random, frames, model, random.Pick(owners));
                    break;
                case 3 when model.Count > 0:
                    ulong shared = random.Pick([.. model.Keys]);
                    frames.AddReference(new PhysicalAddress(shared));
                    model[shared] = model[shared] with { References = model[shared].References + 1 };
                    break;
                case 4 when model.Count > 0:
                    ulong moved = random.Pick([.. model.Keys]);
                    FrameUse owner = random.Pick(owners);
                    frames.ChangeOwner(new PhysicalAddress(moved), owner);
                    model[moved] = model[moved] with { Owner = owner };
                    break;
                case 5:
                    TakeRange(random, frames, model);
                    break;
                default:
                    if (model.Count > 0)
                        Release(random, frames, model);
                    break;
            }
            foreach (FrameUse owner in owners)
                Assert.Equal(model.Values.Where(block => block.Owner == owner).Sum(block => 1L << block.Order), frames.InUse(owner));
            Assert.Equal((long)(bytes / 4096) - 1 - model.Values.Sum(block => 1L << block.Order), frames.FreeFrames);
        }
        foreach ((ulong start, (int _, int references, FrameUse owner)) in model)
        {
            Assert.Equal((references, owner), (frames.References(new PhysicalAddress(start)), frames.OwnerOf(new PhysicalAddress(start))));
            for (int i = 0; i < references; i++)
                Assert.Equal(i == references - 1, frames.Release(new PhysicalAddress(start)));
        }
        books.AssertBalanced("everything was released");
        // All halves have found each other again: from the largest down, the blocks between frame 1 and the end can be had.
        for (ulong frame = bytes / 4096; frame > 1;)
        {
            int order = Math.Min(System.Numerics.BitOperations.TrailingZeroCount(frame), System.Numerics.BitOperations.Log2(frame - 1));
            frame -= 1ul << order;
            Assert.True(frames.TryAllocateRange(new PhysicalAddress(frame * 4096), 4096ul << order, FrameUse.Kernel));
        }
        Assert.Equal(0, frames.FreeFrames);
    });

    [Fact]
    public void An_armed_failure_strikes_once_at_the_named_allocation()
    {
        _frames.FailAt(3);

        Assert.True(_frames.TryAllocate(0, FrameUse.Anonymous, out _));
        Assert.True(_frames.TryAllocate(0, FrameUse.Anonymous, out _));
        Assert.False(_frames.TryAllocate(0, FrameUse.Anonymous, out _));
        Assert.True(_frames.TryAllocate(0, FrameUse.Anonymous, out _));
        Assert.Equal(4, _frames.Requests);
        Assert.Equal(3, _frames.TotalAllocated);
        _frames.FailAt(1);
        Assert.False(_frames.TryAllocateRange(new PhysicalAddress(40 * 4096), 4096, FrameUse.Kernel));
        Assert.True(_frames.TryAllocateRange(new PhysicalAddress(40 * 4096), 4096, FrameUse.Kernel));
    }

    [Fact]
    public void A_range_is_taken_only_if_all_of_it_is_free_and_inside()
    {
        Assert.True(_frames.TryAllocateRange(new PhysicalAddress(10 * 4096), 5 * 4096, FrameUse.Kernel));

        Assert.Equal(5, _frames.InUse(FrameUse.Kernel));
        Assert.False(_frames.TryAllocateRange(new PhysicalAddress(14 * 4096), 4096, FrameUse.Kernel));
        Assert.False(_frames.TryAllocateRange(new PhysicalAddress(8 * 4096), 3 * 4096, FrameUse.Kernel));
        Assert.False(_frames.TryAllocateRange(default, 4096, FrameUse.Kernel), "frame 0 is never handed out");
        Assert.False(_frames.TryAllocateRange(new PhysicalAddress(63 * 4096), 2 * 4096, FrameUse.Kernel));
        Assert.False(_frames.TryAllocateRange(new PhysicalAddress(ulong.MaxValue - 4095), 4096, FrameUse.Kernel));
        Assert.True(_frames.TryAllocateRange(new PhysicalAddress(15 * 4096), 49 * 4096, FrameUse.Kernel));
    }

    [Fact]
    public void What_is_no_block_is_an_exception_and_not_a_wrong_book()
    {
        Assert.True(_frames.TryAllocate(2, FrameUse.Kernel, out PhysicalAddress block));

        Assert.Throws<InvalidOperationException>(() => _frames.Release(block + 4096));
        Assert.Throws<InvalidOperationException>(() => _frames.AddReference(new PhysicalAddress(50 * 4096)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _frames.Release(new PhysicalAddress(64 * 4096)));
        Assert.True(_frames.Release(block));
        Assert.Throws<InvalidOperationException>(() => _frames.Release(block));
    }

    [Fact]
    public void A_block_of_four_gibibytes_is_zeroed_when_it_is_used_again()
    {
        using PhysicalMemory memory = new(16UL << 30);
        using FrameAllocator frames = new(memory, 12);
        Assert.True(frames.TryAllocate(20, FrameUse.Kernel, out PhysicalAddress block));
        memory.Write(block, 0x1122334455667788ul);
        frames.Release(block);

        Assert.True(frames.TryAllocate(20, FrameUse.Kernel, out PhysicalAddress again));

        Assert.Equal(block, again);
        Assert.Equal(0ul, memory.Read<ulong>(again));
    }

    public void Dispose()
    {
        _frames.Dispose();
        _memory.Dispose();
    }

    private static void Allocate(Random random, FrameAllocator frames, Dictionary<ulong, (int Order, int References, FrameUse Owner)> model, FrameUse owner)
    {
        int order = random.Next(6);
        ulong blockBytes = 4096ul << order;
        if (!frames.TryAllocate(order, owner, out PhysicalAddress block))
        {
            // Refused: then no aligned place of that size is free.
            for (ulong at = blockBytes; at + blockBytes <= frames.Memory.Bytes; at += blockBytes)
                Assert.Contains(model, used => used.Key < at + blockBytes && at < used.Key + (4096ul << used.Value.Order));
            return;
        }
        Assert.Equal(0ul, block.Value % blockBytes);
        Assert.DoesNotContain(model, used => used.Key < block.Value + blockBytes && block.Value < used.Key + (4096ul << used.Value.Order));
        Span<byte> bytes = frames.Memory.Slice(block, (int)blockBytes);
        Assert.Equal(-1, bytes.IndexOfAnyExcept((byte)0));
        bytes.Fill(0xa5);
        model.Add(block.Value, (order, 1, owner));
    }

    private static void TakeRange(Random random, FrameAllocator frames, Dictionary<ulong, (int Order, int References, FrameUse Owner)> model)
    {
        ulong last = frames.Memory.Bytes / 4096;
        ulong start = (ulong)random.NextInt64((long)last + 2) * 4096, bytes = (ulong)random.Next(1, 9) * 4096;
        bool free = start != 0 && start + bytes <= frames.Memory.Bytes
            && !model.Any(used => used.Key < start + bytes && start < used.Key + (4096ul << used.Value.Order));

        Assert.Equal(free, frames.TryAllocateRange(new PhysicalAddress(start), bytes, FrameUse.Kernel));

        for (ulong at = start; free && at < start + bytes; at += 4096)
        {
            Assert.Equal(-1, frames.Memory.Slice(new PhysicalAddress(at), 4096).IndexOfAnyExcept((byte)0));
            frames.Memory.Slice(new PhysicalAddress(at), 4096).Fill(0x5a);
            model.Add(at, (0, 1, FrameUse.Kernel));
        }
    }

    private static void Release(Random random, FrameAllocator frames, Dictionary<ulong, (int Order, int References, FrameUse Owner)> model)
    {
        ulong block = random.Pick([.. model.Keys]);
        (int order, int references, FrameUse owner) = model[block];

        Assert.Equal(references == 1, frames.Release(new PhysicalAddress(block)));

        if (references == 1)
            model.Remove(block);
        else
            model[block] = (order, references - 1, owner);
    }
}
