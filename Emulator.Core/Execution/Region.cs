using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace Emulator.Core.Execution;

/// <summary>
/// Blocks that were translated together into one function of the host. It is entered at its first block alone, and left at any operation
/// of any of its blocks: the interpreter goes on there.
/// </summary>
/// <param name="plan">What it was made from.</param>
/// <param name="method">Keeps the function alive.</param>
/// <param name="function">Its address.</param>
/// <param name="exits">Where it can be left: pairs of a block and an operation of it, in unmanaged memory.</param>
internal sealed unsafe class Region(RegionPlan plan, DynamicMethod method, nint function, nint exits) : IDisposable
{
    /// <summary>What it was made from.</summary>
    public RegionPlan Plan => plan;

    /// <summary>Its name in profiles.</summary>
    public string Name => method.Name;

    /// <summary>Its address.</summary>
    public nint Function => function;

    /// <summary>Its code has changed.</summary>
    public bool IsDropped { get; set; }

    public void Dispose() => NativeMemory.Free((void*)exits);
}
