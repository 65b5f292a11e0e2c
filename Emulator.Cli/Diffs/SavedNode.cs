using System.Globalization;
using System.Text.Json;

namespace Emulator.Cli.Diffs;

/// <summary>A value in a file of JSON, which knows where it stands: what is wrong with it is said with its place.</summary>
/// <param name="File">The file, as the user typed it.</param>
/// <param name="Place">Where it stands; empty for the whole file.</param>
/// <param name="Element">The value.</param>
internal readonly record struct SavedNode(string File, string Place, JsonElement Element)
{
    /// <summary>A member that has to be there.</summary>
    public SavedNode this[string key] => Find(key) ?? throw Wrong($"should have \"{key}\"");

    /// <summary>The items of an array.</summary>
    public IEnumerable<SavedNode> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
            throw Wrong($"should be an array, found {Found}");
        (string file, string place) = (File, Place);
        return Element.EnumerateArray().Select((item, index) => new SavedNode(file, $"{place}[{index}]", item));
    }

    /// <summary>The members of an object.</summary>
    public IEnumerable<SavedNode> Members()
    {
        if (Element.ValueKind != JsonValueKind.Object)
            throw Wrong($"should be an object, found {Found}");
        (string file, string place) = (File, Place);
        return Element.EnumerateObject().Select(member => new SavedNode(file, Join(place, member.Name), member.Value));
    }

    /// <summary>A member; null when it is not there.</summary>
    public SavedNode? Find(string key)
    {
        if (Element.ValueKind != JsonValueKind.Object)
            throw Wrong($"should be an object, found {Found}");
        return Element.TryGetProperty(key, out JsonElement member) ? new SavedNode(File, Join(Place, key), member) : null;
    }

    /// <summary>A text.</summary>
    public string Text() => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Wrong($"should be a text, found {Found}");

    /// <summary>A count.</summary>
    public ulong Number() => Element.ValueKind == JsonValueKind.Number && Element.TryGetUInt64(out ulong value) ? value : throw Wrong($"should be a count, found {Found}");

    /// <summary>An address: a text "0x…".</summary>
    public ulong Address() =>
        Element.ValueKind == JsonValueKind.String && Element.GetString() is { } text && text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Wrong($"should be an address \"0x…\", found {Found}");

    /// <summary>A text or a number, as it is written.</summary>
    public string Plain() => Element.ValueKind switch
    {
        JsonValueKind.String => Element.GetString()!,
        JsonValueKind.Number => Element.GetRawText(),
        JsonValueKind.Null => "unknown",
        _ => throw Wrong($"should be a text or a number, found {Found}"),
    };

    /// <summary>The problem with this value, in words.</summary>
    public ProblemException Wrong(string what) => ProblemException.Input($"{File}: {(Place.Length == 0 ? "the report" : Place)} {what}");

    private string Found => Element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Undefined => "nothing",
        _ => Words.OneLine(Element.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : Element.GetRawText()),
    };

    private static string Join(string place, string key) => place.Length == 0 ? key : $"{place}.{key}";
}
