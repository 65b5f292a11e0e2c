namespace Emulator.Core.Processes.Calls;

/// <summary>Which number is which system call: data, made from a list as the kernel's own tables are written.</summary>
/// <remarks>
/// A line is a number, a name, and, where an ABI's call of that name is not the usual one, the name of the implementation:
/// <c>90 mmap old_mmap</c>. Numbers that are not listed do not exist.
/// </remarks>
public sealed class SystemCallTable
{
    private readonly Dictionary<ulong, (string Name, string Implementation)> _names = [];
    private readonly Dictionary<ulong, SystemCall> _calls = [];
    private readonly Func<string, SystemCall?> _own;

    /// <summary>Reads a list.</summary>
    /// <param name="list">The list, a line a call.</param>
    /// <param name="last">Last number that this kernel has.</param>
    /// <param name="own">Finds calls that only this ABI has, by the name of their implementation.</param>
    /// <exception cref="FormatException">A line is not written as it should be.</exception>
    public SystemCallTable(string list, ulong last, Func<string, SystemCall?> own)
    {
        ArgumentNullException.ThrowIfNull(list);
        _own = own;
        foreach (ReadOnlySpan<char> line in list.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> rest = line.Trim();
            if (rest.IsEmpty)
                continue;
            int blank = rest.IndexOf(' ');
            if (blank < 0 || !ulong.TryParse(rest[..blank], out ulong number))
                throw new FormatException($"a line should be number and name, found \"{line}\"");
            rest = rest[(blank + 1)..].Trim();
            blank = rest.IndexOf(' ');
            string name = (blank < 0 ? rest : rest[..blank]).ToString();
            if (number <= last)
                _names.Add(number, (name, blank < 0 ? name : rest[(blank + 1)..].Trim().ToString()));
        }
    }

    /// <summary>Numbers and names, in no order.</summary>
    public IEnumerable<(ulong Number, string Name)> All
    {
        get
        {
            foreach ((ulong number, (string name, _)) in _names)
                yield return (number, name);
        }
    }

    /// <summary>The call of a number; null when there is none.</summary>
    public SystemCall? Find(ulong number)
    {
        if (_calls.TryGetValue(number, out SystemCall? call))
            return call;
        if (!_names.TryGetValue(number, out (string Name, string Implementation) row))
            return null;
        SystemCall? found = _own(row.Implementation) ?? SystemCallCatalog.Find(row.Implementation);
        call = found is null ? new SystemCall(row.Name, null, "") : found with { Name = row.Name };
        _calls.Add(number, call);
        return call;
    }

    /// <summary>The number of a call by name; null when there is none.</summary>
    public ulong? NumberOf(string name)
    {
        foreach ((ulong number, (string Name, string) row) in _names)
        {
            if (row.Name == name)
                return number;
        }
        return null;
    }
}
