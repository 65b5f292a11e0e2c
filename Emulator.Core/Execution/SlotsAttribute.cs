namespace Emulator.Core.Execution;

/// <summary>
/// On a <see cref="StateFunction"/>: all slots that it reads or writes. Translated code keeps registers where the function would not
/// find them; without this attribute all are put back before the call and fetched again behind it.
/// </summary>
/// <param name="slots">Numbers of slots; none for a function of its arguments alone.</param>
[AttributeUsage(AttributeTargets.Method)]
public class SlotsAttribute(params int[] slots) : Attribute
{
    /// <summary>Numbers of slots.</summary>
    public IReadOnlyList<int> Slots => slots;
}
