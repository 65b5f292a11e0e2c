using Emulator.Core.Tracing;
using Xunit;

namespace Emulator.Core.Tests.Tracing;

public class RecorderTests
{
    private static readonly TraceEvent Happened = new(TraceEventKind.Fault, 0, default, default);

    [Fact]
    public void Who_looks_on_is_told_now_and_then()
    {
        List<int> told = [];
        Recorder recorder = new(told.Add);

        for (int i = 0; i < 1000; i++)
            recorder.Record(Happened);

        Assert.Equal([256, 512, 768], told);
        Assert.Equal(1000, recorder.Count);
    }

    [Fact]
    public void Events_of_many_address_spaces_come_in_one_order_and_are_told_apart()
    {
        Recorder recorder = Recorder.OfManySpaces(), first = recorder.ForNewSpace(), second = recorder.ForNewSpace();

        second.Record(Happened);
        recorder.Record(Happened with { Level = 1 });
        first.Record(Happened with { Level = 2 });

        Assert.Equal(2, recorder.Spaces);
        Assert.Equal([(0, 2), (1, 0), (2, 1)], Enumerable.Range(0, recorder.Count).Select(i => (recorder.Events[i].Level, recorder.SpaceOf(i))));
        recorder.Clear();
        first.Record(Happened);
        Assert.Equal(1, recorder.SpaceOf(0));
    }

    [Fact]
    public void One_address_space_needs_no_number()
    {
        Recorder recorder = new();

        Assert.Same(recorder, recorder.ForNewSpace());
        recorder.Record(Happened);
        Assert.Throws<InvalidOperationException>(() => recorder.SpaceOf(0));
    }

    [Fact]
    public void Counting_starts_again_with_the_next_run()
    {
        List<int> told = [];
        Recorder recorder = new(told.Add);
        for (int i = 0; i < 300; i++)
            recorder.Record(Happened);
        recorder.Clear();

        for (int i = 0; i < 300; i++)
            recorder.Record(Happened);

        Assert.Equal([256, 256], told);
    }

    [Fact]
    public void Who_looks_on_can_end_the_run()
    {
        Recorder recorder = new(_ => throw new OperationCanceledException());

        Assert.Throws<OperationCanceledException>(() =>
        {
            for (int i = 0; i < 100_000; i++)
                recorder.Record(Happened);
        });
        Assert.Equal(256, recorder.Count);
    }
}
