using System.Reflection;
using System.Runtime.InteropServices;

namespace Emulator.Core.Execution;

/// <summary>The functions that blocks of one CPU call, by number: operations hold the number, running code the table of addresses.</summary>
internal sealed unsafe class StateFunctions : IDisposable
{
    /// <summary>Most functions of one instruction set.</summary>
    public const int Capacity = 4096;

    private readonly Dictionary<MethodInfo, int> _indexes = [];
    private readonly MethodInfo[] _methods = new MethodInfo[Capacity];      // no list: translators read it on their thread

    /// <summary>Addresses by number.</summary>
    public nint* Table { get; private set; } = (nint*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(nint));

    /// <summary>The function of a number.</summary>
    public MethodInfo this[int index] => _methods[index];

    /// <summary>The number of a function.</summary>
    /// <exception cref="ArgumentException">It is not a static method, so that it has no address of its own.</exception>
    public int IndexOf(Delegate function)
    {
        MethodInfo method = function.Method;
        if (_indexes.TryGetValue(method, out int index))
            return index;
        if (!method.IsStatic)
            throw new ArgumentException($"{method.DeclaringType?.Name}.{method.Name} should be a static method: running code calls it by its address", nameof(function));
        if (_indexes.Count == Capacity)
            throw new InvalidOperationException($"an instruction set has at most {Capacity} functions");
        index = _indexes.Count;
        Table[index] = method.MethodHandle.GetFunctionPointer();
        _methods[index] = method;
        _indexes.Add(method, index);
        return index;
    }

    public void Dispose()
    {
        NativeMemory.Free(Table);
        Table = null;
    }
}
