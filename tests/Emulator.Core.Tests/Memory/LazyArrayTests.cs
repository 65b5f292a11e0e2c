using Emulator.Core.Memory;
using Xunit;

namespace Emulator.Core.Tests.Memory;

public class LazyArrayTests
{
    [Fact]
    public void Values_are_zero_until_set_and_zero_again_when_cleared()
    {
        using LazyArray<int> array = new(1000);
        Assert.Equal(0, array[999]);

        array[0] = 1;
        array[999] = 2;

        Assert.Equal((1, 0, 2), (array[0], array[500], array[999]));
        array.Clear();
        Assert.Equal((0, 0), (array[0], array[999]));
    }

    [Fact]
    public void Clearing_a_large_array_costs_no_more_than_the_array()
    {
        using LazyArray<long> array = new(1L << 29);    // 4 GiB, of which two pages are touched
        array[array.Length - 1] = 7;
        array[0] = 8;

        array.Clear();

        Assert.Equal((0, 0), (array[0], array[array.Length - 1]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_index_outside_is_an_exception(long index)
    {
        using LazyArray<byte> array = new(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[index]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_length_must_be_positive(long length) => Assert.Throws<ArgumentOutOfRangeException>(() => new LazyArray<byte>(length));
}
