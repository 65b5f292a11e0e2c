using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Memory;

namespace Emulator.Core.Processes.Calls;

/// <summary>Arrays of strings as execve() is given them.</summary>
internal static class StringArray
{
    /// <summary>Reads an array; a null pointer is an empty one.</summary>
    /// <returns>EFAULT for a bad pointer, E2BIG where the strings are more than the guest's memory could hold.</returns>
    public static Errno Read(CallContext call, ulong at, out List<byte[]?> strings)
    {
        strings = [];
        ulong word = (ulong)call.Layout.WordBytes, most = call.System.Kernel.Memory.Bytes, sum = 0;
        if (at == 0)
            return Errno.None;
        for (; ; at += word)
        {
            if (call.ReadWord(at, out ulong pointer) is var fault && fault.Failed())
                return fault;
            if (pointer == 0)
                return Errno.None;
            Errno error = call.Space.StringLength(new VirtualAddress(pointer), BinaryParameters.MaxStringPages * call.Space.PageBytes, out ulong bytes);
            if (error.Failed())
                return error == Errno.EINVAL ? Errno.E2BIG : error;
            sum += bytes + word;
            if (sum > most)
                return Errno.E2BIG;
            byte[] text = new byte[bytes - 1];
            if (call.CopyIn(pointer, text) is var gone && gone.Failed())
                return gone;
            strings.Add(text);
        }
    }
}
