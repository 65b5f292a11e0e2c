using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Xunit;

namespace Emulator.Scenarios.Tests;

/// <summary>The address space of the task that calls execve, with something in it, and a picture of it to compare with.</summary>
internal sealed class CallerSpace
{
    private readonly AddressSpace _space;
    private readonly List<string> _before;

    public CallerSpace(Machine machine)
    {
        Assert.Equal(Errno.None, machine.Kernel.CreateAddressSpace(8 << 20, 0, out AddressSpace? space));
        _space = space!;
        _space.TaskSize = 1UL << 30;
        Assert.Equal(Errno.None, _space.Map(new MapRequest(new VirtualAddress(0x400000), 5 * _space.PageBytes, AreaFlags.Read | AreaFlags.Write, MapFlags.Fixed), out _));
        Assert.Equal(Errno.None, _space.CopyOut(new VirtualAddress(0x400000), [.. Enumerable.Range(0, 4 * (int)_space.PageBytes).Select(i => (byte)(i * 13 / 7))]));
        _before = Picture();
    }

    /// <summary>Areas, tables, entries and bytes are what they were.</summary>
    public void AssertUntouched() => Assert.Equal(_before, Picture());

    public void Destroy() => _space.Destroy();

    private List<string> Picture()
    {
        List<string> picture = [.. _space.Areas.Select(area => MapsLine.Format(_space, area))];
        foreach (TableView table in _space.Tables!.Tables())
            picture.Add($"{table}");
        VirtualAddress from = default;
        while (_space.Tables.TryNextLeaf(from, new VirtualAddress(ulong.MaxValue), out LeafView leaf))
        {
            picture.Add($"{leaf} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(_space.Frames.Memory.Slice(leaf.Target, (int)_space.PageBytes)))}");
            from = leaf.Address + _space.PageBytes;
        }
        return picture;
    }
}
