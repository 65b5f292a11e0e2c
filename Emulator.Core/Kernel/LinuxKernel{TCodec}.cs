using Emulator.Core.Memory;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Kernel;

/// <summary>The kernel model closed over one page-table format.</summary>
public sealed class LinuxKernel<TCodec>(KernelProfile profile, PhysicalMemory memory, Recorder? recorder) : LinuxKernel(profile, memory, recorder)
    where TCodec : struct, IPageTableEntryCodec
{
    /// <inheritdoc/>
    public override Errno CreateAddressSpace(ulong stackLimitBytes, ulong stackBytes, out AddressSpace? space)
    {
        space = null;
        if (!Profile.HasMmu)
        {
            space = new FlatAddressSpace(Frames, PageCache, Profile.Era, stackLimitBytes, stackBytes);
            return Errno.None;
        }
        Recorder? recorder = Recorder?.ForNewSpace();
        if (!PageTables<TCodec>.TryCreate(Profile.Tree, Frames, Profile.NewDepth, recorder, out PageTables<TCodec> tables))
            return Errno.ENOMEM;
        tables.SwapEntries = Pressure is null ? null : Profile.SwapEntries;
        space = new PagedAddressSpace(tables, PageCache, Profile, ZeroPage, stackLimitBytes, recorder) { Oops = Oops, Pressure = Pressure };
        return Errno.None;
    }
}
