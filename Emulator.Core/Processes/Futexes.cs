using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Core.Processes.Abi;

namespace Emulator.Core.Processes;

/// <summary>Who waits for which word of memory (kernel/futex.c): a word of shared memory is the same one in every address space.</summary>
internal sealed class Futexes
{
    private const int MostRobust = 2048;        // ROBUST_LIST_LIMIT
    private const uint Waiters = 0x8000_0000, OwnerDied = 0x4000_0000, TidMask = 0x3fff_ffff;

    private readonly Dictionary<(object Where, ulong At), WaitQueue> _queues = [];

    /// <summary>The queue of a word; made if there is none.</summary>
    public WaitQueue QueueOf(LinuxTask task, ulong address)
    {
        (object, ulong) key = KeyOf(task, address);
        if (!_queues.TryGetValue(key, out WaitQueue? queue))
        {
            if (_queues.Count >= 1024)
                DropEmpty();
            _queues.Add(key, queue = new WaitQueue());
        }
        return queue;
    }

    /// <summary>Wakes those who came first.</summary>
    public int Wake(LinuxTask task, ulong address, int most, Predicate<LinuxTask>? which = null) =>
        _queues.TryGetValue(KeyOf(task, address), out WaitQueue? queue) ? queue.Wake(most, which) : 0;

    /// <summary>A task ends and holds locks that others wait for (<c>exit_robust_list()</c>).</summary>
    public void ReleaseRobust(LinuxTask task)
    {
        ulong head = task.RobustList;
        task.RobustList = 0;
        int word = task.Userland.Layout.WordBytes;
        if (head == 0 || !TryRead(task, head, word, out ulong entry) || !TryRead(task, head + (ulong)word, word, out ulong offset) || !TryRead(task, head + 2 * (ulong)word, word, out ulong pending))
            return;
        offset = word == 4 ? (ulong)(int)offset : offset;
        for (int i = 0; i < MostRobust && (entry & ~1UL) != head; i++)
        {
            ulong at = entry & ~1UL;
            bool goesOn = TryRead(task, at, word, out ulong next);
            if (entry != pending)
                Release(task, at + offset);
            if (!goesOn)
                return;
            entry = next;
        }
        if (pending != 0)
            Release(task, (pending & ~1UL) + offset);
    }

    private void Release(LinuxTask task, ulong address)
    {
        if (address % 4 != 0 || !TryRead(task, address, 4, out ulong value) || (value & TidMask) != (ulong)task.Id)
            return;
        Span<byte> bytes = stackalloc byte[4];
        GuestNumbers.Write(bytes, task.Userland.Layout.Order, (value & Waiters) | OwnerDied);
        task.Space.CopyOut(new VirtualAddress(address), bytes);
        if ((value & Waiters) != 0)
            Wake(task, address, 1);
    }

    private static bool TryRead(LinuxTask task, ulong address, int count, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bool read = !task.Space.CopyIn(new VirtualAddress(address), bytes[..count]).Failed();
        value = read ? GuestNumbers.Read(bytes[..count], task.Userland.Layout.Order) : 0;
        return read;
    }

    private static (object Where, ulong At) KeyOf(LinuxTask task, ulong address)
    {
        VirtualAddress va = new(address);
        if (task.Space.Find(va) is { File: { } file } area && area.Contains(va) && area.Flags.HasFlag(AreaFlags.Shared))
            return (file, (area.PageOffset << task.Space.PageShift) + (va - area.Start));
        return (task.Memory, address);
    }

    private void DropEmpty()
    {
        List<(object, ulong)> empty = [];
        foreach (((object, ulong) key, WaitQueue queue) in _queues)
        {
            if (queue.IsEmpty)
                empty.Add(key);
        }
        foreach ((object, ulong) key in empty)
            _queues.Remove(key);
    }
}
