using Emulator.Core.Paging;

namespace Emulator.Core.Execution;

/// <summary>Where fields lie in the unmanaged structures that translated code reaches into, in bytes from their start.</summary>
internal static unsafe class EngineFields
{
    private static readonly EngineState State;
    private static readonly TlbEntry Entry;

    /// <summary>Of <see cref="EngineState"/>.</summary>
    public static readonly int Remaining, Threshold, AtBlock, AtOp, Raised, Memory, TlbByteMask;

    /// <summary>Of <see cref="TlbEntry"/>.</summary>
    public static readonly int ReadTag, WriteTag, Addend;

    static EngineFields()
    {
        fixed (EngineState* state = &State)
        {
            Remaining = (int)((byte*)&state->Remaining - (byte*)state);
            Threshold = (int)((byte*)&state->Threshold - (byte*)state);
            AtBlock = (int)((byte*)&state->AtBlock - (byte*)state);
            AtOp = (int)((byte*)&state->AtOp - (byte*)state);
            Raised = (int)((byte*)&state->Raised - (byte*)state);
            Memory = (int)((byte*)&state->Memory - (byte*)state);
            TlbByteMask = (int)((byte*)&state->TlbByteMask - (byte*)state);
        }
        fixed (TlbEntry* entry = &Entry)
        {
            ReadTag = (int)((byte*)&entry->ReadTag - (byte*)entry);
            WriteTag = (int)((byte*)&entry->WriteTag - (byte*)entry);
            Addend = (int)((byte*)&entry->Addend - (byte*)entry);
        }
    }
}
