using System.Collections.Immutable;

namespace Emulator.Core.Paging;

/// <summary>Bits side by side in an entry that mean one thing, for people. Bit 0 is the least significant.</summary>
/// <param name="High">The highest bit.</param>
/// <param name="Low">The lowest bit.</param>
/// <param name="Name">The manual's name, or Linux's where software uses what hardware ignores.</param>
/// <param name="Meanings">What it says: one sentence for each value, or one for all.</param>
public sealed record EntryField(int High, int Low, string Name, ImmutableArray<string> Meanings)
{
    /// <summary>The word for each value in a line about the whole entry, empty for none; no words at all when it is not mentioned there.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Whether a value other than 0 is mentioned in a line about the whole entry as name=value.</summary>
    public bool IsCounted { get; init; }

    /// <summary>When the value is a physical address: by how many bits it is to be shifted left; else null.</summary>
    public int? AddressShift { get; init; }

    /// <summary>The bits, as one writes them: "63" or "51:12".</summary>
    public string Bits => High == Low ? $"{High}" : $"{High}:{Low}";

    /// <summary>A single bit.</summary>
    /// <param name="bit">Which.</param>
    /// <param name="name">Its name; a set one is called so in a line about the entry.</param>
    /// <param name="set">What it says when it is 1.</param>
    /// <param name="clear">What it says when it is 0.</param>
    public static EntryField Bit(int bit, string name, string set, string clear) => new(bit, bit, name, [clear, set]) { Words = ["", name] };

    /// <summary>A number that says nothing when it is 0.</summary>
    public static EntryField Number(int high, int low, string name, string meaning) => new(high, low, name, [meaning]) { IsCounted = true };

    /// <summary>The address of a frame or of the table below.</summary>
    /// <param name="high">The highest bit.</param>
    /// <param name="low">The lowest bit.</param>
    /// <param name="name">Its name.</param>
    /// <param name="shift">By how many bits the value is to be shifted left.</param>
    /// <param name="meaning">What is there.</param>
    public static EntryField Address(int high, int low, string name, int shift, string meaning) => new(high, low, name, [meaning]) { AddressShift = shift };

    /// <summary>Bits that a line about the entry passes over.</summary>
    public static EntryField Silent(int high, int low, string name, string meaning) => new(high, low, name, [meaning]);

    /// <summary>Its value in an entry.</summary>
    public ulong ValueOf(ulong entry) => entry << (63 - High) >> (63 - High + Low);

    /// <summary>What it says in an entry.</summary>
    public string MeaningOf(ulong entry)
    {
        string meaning = Meanings.Length == 1 ? Meanings[0] : Meanings[(int)ValueOf(entry)];
        return AddressShift is { } shift ? $"{meaning}: 0x{ValueOf(entry) << shift:x}" : meaning;
    }

    /// <summary>Its value as it is shown: single bits and small fields in binary, wide ones in hexadecimal.</summary>
    public string ShowValueOf(ulong entry)
    {
        int width = High - Low + 1;
        return width <= 4 ? ValueOf(entry).ToString($"b{width}") : $"0x{ValueOf(entry):x}";
    }

    /// <summary>What a line about the whole entry says of it; empty for nothing.</summary>
    public string WordOf(ulong entry)
    {
        ulong value = ValueOf(entry);
        return IsCounted ? value == 0 ? "" : $"{Name}={value}" : Words.IsEmpty ? "" : Words[(int)value];
    }
}
