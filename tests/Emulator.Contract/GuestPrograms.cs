using Emulator.Core.Kernel;
using Emulator.Core.Memory;
using Emulator.Testing;

namespace Emulator.Contract;

/// <summary>Programs for any userland, made without a toolchain. They are never run; only their headers matter.</summary>
public static class GuestPrograms
{
    /// <summary>A static program at 4 MiB with code, data, bss and a PT_GNU_STACK.</summary>
    public static ElfBuilder Static(UserAbi abi) => new()
    {
        Is64 = abi.ElfClass == 64,
        BigEndian = abi.Order == ByteOrder.BigEndian,
        Machine = abi.ElfMachines[0],
    };

    /// <summary>A position-independent program, for which the kernel chooses a place.</summary>
    public static ElfBuilder PositionIndependent(UserAbi abi) => Static(abi) with
    {
        Type = ElfNumbers.Dynamic,
        Headers =
        [
            ProgramHeader.Code with { Address = 0 },
            ProgramHeader.Data with { Address = 0x10200 },
            ProgramHeader.Stack,
        ],
    };

    /// <summary>A program that names an interpreter.</summary>
    public static ElfBuilder WithInterpreter(UserAbi abi, string path) => Static(abi).Add(ProgramHeader.Interpreter(path));
}
