using System.Text;

namespace Emulator.Cli.Files;

/// <summary>Text on its way to a guest: bytes as the host would hand them over, UTF-8.</summary>
internal static class GuestText
{
    /// <summary>The bytes of an argument or environment string.</summary>
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A path as the kernel model wants it: one character a byte.</summary>
    public static string ToGuest(string path) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path));

    /// <summary>A path that the kernel model asks for, as the host names it.</summary>
    public static string ToHost(string path) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path));
}
