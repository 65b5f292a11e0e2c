namespace Emulator.Judges;

/// <summary>The emulators that judge.</summary>
public enum JudgeProgram
{
    /// <summary>QEMU 7.2, TCG.</summary>
    Qemu,

    /// <summary>Hercules 3.13.</summary>
    Hercules,
}
