using System.Text;

namespace Emulator.Arch.Sparc64;

/// <summary>Bits of an entry in words.</summary>
internal static class TteText
{
    public static string Explain(ulong entry, ReadOnlySpan<(ulong Bits, string Name)> names)
    {
        StringBuilder text = new("page");
        foreach ((ulong bits, string name) in names)
        {
            if ((entry & bits) == bits)
                text.Append(' ').Append(name);
        }
        return text.ToString();
    }
}
