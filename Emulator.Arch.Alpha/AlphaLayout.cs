using Emulator.Core.Memory;
using Emulator.Core.Processes.Abi;

namespace Emulator.Arch.Alpha;

/// <summary>What Linux' alpha ABI has of its own: numbers of errors, signals and flags as OSF/1 had them, and layouts.</summary>
/// <remarks>Source: arch/alpha/include/uapi/asm/{errno,fcntl,ioctls,mman,resource,signal,stat,statfs,termbits}.h, v6.1; the same in v2.6.32.</remarks>
internal static class AlphaLayout
{
    public static GuestLayout Make()
    {
        GuestLayout usual = new(wordBytes: 8, ByteOrder.LittleEndian);
        return usual with
        {
            Errors = Errors,
            Signals = new NumberMap(65, (7, 10), (10, 30), (12, 31), (16, 7), (17, 20), (18, 19), (19, 17), (20, 18), (23, 16), (29, 23), (30, 29), (31, 12)),
            Resources = new NumberMap(16, (6, 8), (7, 6), (8, 9), (9, 7)),
            FileCommands = new NumberMap(12, (5, 7), (6, 8), (7, 9), (8, 5), (9, 6)),
            LockKinds = new NumberMap(9, (0, 1), (1, 2), (2, 8)),
            MaskCommands = new NumberMap(4, (0, 1), (1, 2), (2, 3), (3, 0)),
            Advice = new NumberMap(7, (4, 6), (6, 4)),
            NoLimit64 = long.MaxValue,
            ClockTicks = 1024,
            PipeReturnsTwo = true,
            OpenFlags = new FlagMap(
                (0x40UL, 0x200UL), (0x80UL, 0x800UL), (0x100UL, 0x1000UL), (0x200UL, 0x400UL), (0x400UL, 0x8UL), (0x800UL, 0x4UL), (0x1000UL, 0x4000UL), (0x4000UL, 0x8_0000UL),
                (0x8000UL, 0x2_0000UL), (0x1_0000UL, 0x8000UL), (0x2_0000UL, 0x1_0000UL), (0x4_0000UL, 0x10_0000UL), (0x8_0000UL, 0x20_0000UL), (0x10_0000UL, 0x40_0000UL),
                (0x20_0000UL, 0x80_0000UL), (0x40_0000UL, 0x100_0000UL)),
            MapFlags = new FlagMap(
                (0x10UL, 0x100UL), (0x20UL, 0x10UL), (0x100UL, 0x1000UL), (0x800UL, 0x2000UL), (0x1000UL, 0x4000UL), (0x2000UL, 0x8000UL), (0x4000UL, 0x1_0000UL),
                (0x8000UL, 0x2_0000UL), (0x1_0000UL, 0x4_0000UL), (0x2_0000UL, 0x8_0000UL), (0x4_0000UL, 0x10_0000UL), (0x10_0000UL, 0x20_0000UL)),
            ActionFlags = new FlagMap((1UL, 0x4UL), (2UL, 0x20UL), (4UL, 0x40UL), (0x0800_0000UL, 0x1UL), (0x1000_0000UL, 0x2UL), (0x4000_0000UL, 0x8UL), (0x8000_0000UL, 0x10UL)),
            LocalModes = new FlagMap(
                (0x1UL, 0x80UL), (0x2UL, 0x100UL), (0x4UL, 0x4000UL), (0x10UL, 0x2UL), (0x20UL, 0x4UL), (0x40UL, 0x10UL), (0x80UL, 0x8000_0000UL), (0x100UL, 0x40_0000UL),
                (0x200UL, 0x40UL), (0x400UL, 0x20UL), (0x800UL, 0x1UL), (0x1000UL, 0x80_0000UL), (0x4000UL, 0x2000_0000UL), (0x8000UL, 0x400UL)),
            InputModes = new FlagMap((0x200UL, 0x1000UL), (0x400UL, 0x200UL), (0x1000UL, 0x400UL)),
            OutputModes = new FlagMap((0x2UL, 0x4UL), (0x4UL, 0x2UL)),
            ControlModes = 0xb0f,
            ControlCharacters = new byte[] { 4, 0, 0, 127, 23, 21, 18, 0, 3, 28, 26, 0, 17, 19, 22, 15, 1, 0, 0 },
            // TCGETS, TCSETS, TCSETSW, TCSETSF, TIOCGWINSZ, TIOCSWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, TIOCGPGRP, TIOCSPGRP
            Requests =
            [
                (0x5401, 0x402c_7413), (0x5402, 0x802c_7414), (0x5403, 0x802c_7415), (0x5404, 0x802c_7416), (0x5413, 0x4008_7468), (0x5414, 0x8008_7467),
                (0x541b, 0x4004_667f), (0x5421, 0x8004_667e), (0x5451, 0x2000_6601), (0x5450, 0x2000_6602), (0x540f, 0x4004_7477), (0x5410, 0x8004_7476),
            ],
            SignalAction = usual.New("handler:w flags:w mask:8"),
            OldSignalAction = usual.New("handler:w mask:w flags:4 -:4"),
            Stat = usual.New("dev:4 ino:4 mode:4 nlink:4 uid:4 gid:4 rdev:4 -:4 size:8 atime:8 mtime:8 ctime:8 blksize:4 blocks:4 -:8"),
            Stat64 = usual.New("dev:8 ino:8 rdev:8 size:8 blocks:8 mode:4 uid:4 gid:4 blksize:4 nlink:4 -:4 atime:8 atime_nsec:8 mtime:8 mtime_nsec:8 ctime:8 ctime_nsec:8 -:24"),
            StatFs = usual.New("type:4 bsize:4 blocks:4 bfree:4 bavail:4 files:4 ffree:4 fsid0:4 fsid1:4 namelen:4 frsize:4 flags:4 -:16"),
            StatFs64 = usual.New("type:4 bsize:4 blocks:8 bfree:8 bavail:8 files:8 ffree:8 fsid0:4 fsid1:4 namelen:4 frsize:4 flags:4 -:20"),
            Termios = usual.New("iflag:4 oflag:4 cflag:4 lflag:4 cc:1 -:18 line:1 ispeed:4 ospeed:4"),
        };
    }

    private static NumberMap Errors => new(140,
        (11, 35), (35, 11), (36, 63), (37, 77), (38, 78), (39, 66), (40, 62), (42, 80), (43, 81), (44, 88), (45, 89), (46, 90), (47, 91), (48, 93),
        (49, 94), (50, 95), (51, 96), (52, 97), (53, 98), (54, 99), (55, 100), (56, 101), (57, 102), (59, 104), (60, 87), (61, 86), (62, 83), (63, 82),
        (64, 105), (65, 92), (66, 71), (67, 106), (68, 107), (69, 108), (70, 109), (71, 85), (72, 110), (73, 111), (74, 84), (75, 112), (76, 113),
        (77, 114), (78, 115), (79, 122), (80, 123), (81, 124), (82, 125), (83, 126), (84, 116), (85, 127), (86, 128), (87, 68), (88, 38), (89, 39),
        (90, 40), (91, 41), (92, 42), (93, 43), (94, 44), (95, 45), (96, 46), (97, 47), (98, 48), (99, 49), (100, 50), (101, 51), (102, 52), (103, 53),
        (104, 54), (105, 55), (106, 56), (107, 57), (108, 58), (109, 59), (110, 60), (111, 61), (112, 64), (113, 65), (114, 37), (115, 36), (116, 70),
        (122, 69), (123, 129), (124, 130), (125, 131), (126, 132), (127, 133), (128, 134), (129, 135), (130, 136), (131, 137), (132, 138), (133, 139));
}
