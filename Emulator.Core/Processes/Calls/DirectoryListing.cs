using System.Text;
using Emulator.Core.Kernel;
using Emulator.Core.Processes.Abi;
using Emulator.Core.Processes.Files;

namespace Emulator.Core.Processes.Calls;

/// <summary>getdents() and getdents64().</summary>
internal static class DirectoryListing
{
    private const ulong MostBytes = 1 << 16;

    public static CallResult Write(CallContext call, bool wide)
    {
        if (call.File(call.Int(0), out OpenFile file) is var bad && bad.Failed())
            return bad;
        if (file is not DirectoryFile directory)
            return Errno.ENOTDIR;
        if (directory.Directory.IsRemoved)
            return Errno.ENOENT;
        byte[] buffer = new byte[Math.Min((ulong)call.UInt(2), MostBytes)];
        int used = 0;
        while (directory.EntryAt(directory.Position) is { } entry)
        {
            int bytes = Put(call, buffer.AsSpan(used), entry.Name, entry.Node, directory.Position + 1, wide);
            if (bytes == 0)
            {
                if (used == 0)
                    return Errno.EINVAL;        // not even one fits
                break;
            }
            used += bytes;
            directory.Position++;
        }
        Errno error = call.CopyOut(call[1], buffer.AsSpan(0, used));
        return error.Failed() ? error : used;
    }

    /// <summary>Puts one entry.</summary>
    /// <returns>Its length; 0 when it does not fit.</returns>
    private static int Put(CallContext call, Span<byte> to, string name, FileNode node, long next, bool wide)
    {
        int word = wide ? 8 : call.Layout.WordBytes;
        int nameAt = wide ? 19 : 2 * word + 2;
        int bytes = (nameAt + name.Length + (wide ? 1 : 2) + word - 1) / word * word;
        if (bytes > to.Length)
            return 0;
        to = to[..bytes];
        to.Clear();
        GuestNumbers.Write(to[..word], call.Layout.Order, node.Number);
        GuestNumbers.Write(to.Slice(word, word), call.Layout.Order, (ulong)next);
        GuestNumbers.Write(to.Slice(2 * word, 2), call.Layout.Order, (ulong)bytes);
        Encoding.Latin1.GetBytes(name, to[nameAt..]);
        to[wide ? 18 : bytes - 1] = (byte)((int)node.Kind >> 12);
        return bytes;
    }
}
