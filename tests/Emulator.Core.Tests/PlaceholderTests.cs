namespace Emulator.Core.Tests;

public class PlaceholderTests
{
    [Xunit.Fact]
    public void Runs() => Xunit.Assert.Equal(4, System.Environment.Version.Major > 0 ? 4 : 0);
}
