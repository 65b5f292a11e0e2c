using Emulator.Core.Memory;

namespace Emulator.Core.Paging;

/// <summary>Tables smaller than a page: pieces of pages.</summary>
internal interface ITablePieces
{
    /// <summary>Hands out a piece.</summary>
    /// <param name="owner">Account of the page.</param>
    /// <param name="table">The piece.</param>
    /// <param name="tookPage">Whether a page had to be taken for it.</param>
    /// <returns>False when no page is free.</returns>
    bool TryAllocate(FrameUse owner, out PhysicalAddress table, out bool tookPage);

    /// <summary>Takes a piece back.</summary>
    /// <param name="table">The piece.</param>
    /// <param name="gavePage">Whether its page went back too.</param>
    void Free(PhysicalAddress table, out bool gavePage);

    /// <summary>Gives back what is left when the address space dies.</summary>
    void GiveBack();
}
