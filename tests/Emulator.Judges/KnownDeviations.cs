namespace Emulator.Judges;

/// <summary>
/// Where the judges are wrong, or are allowed to differ, so that a test can ask "does the judge say what it should, for this judge?".
/// An expectation is written from the manual and passed through <c>AsSeenBy</c>; nothing else may be forgiven.
/// </summary>
public static class KnownDeviations
{
    private const uint PresentFault = 1, ReservedFault = 8;
    private const ushort ProtectionInterruption = 0x04;
    private const ulong FetchOrStore = 0xc00;                   // TEC bits 52-53
    private const int TranslationNotValid = 0, AccessViolation = 1;     // MMCSR

    private const int InstructionMiss = 0x64, DataMiss = 0x68;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Deviation> All { get; } =
    [
        new("rsvd-without-p", JudgeProgram.Qemu,
            "A reserved bit is found in a present entry, so the error code has P = 1: 9, B, D, F, 19, 1D (Intel SDM vol. 3, 4.7).",
            "P = 0: 8, A, C, E, 18, 1C.",
            "QEMU 7.2 target/i386/tcg/sysemu/excp_helper.c, do_fault_rsvd; Bochs 2.7 and hardware set P.")
        {
            OnAmd64 = (_, outcome) => outcome is { Vector: 14 } && (outcome.ErrorCode & ReservedFault) != 0
                ? outcome with { ErrorCode = outcome.ErrorCode & ~PresentFault }
                : outcome,
        },
        new("upper-accessed", JudgeProgram.Qemu,
            "A in upper entries may or may not be set when the access faults further down (Intel SDM vol. 3, 4.8).",
            "Sets A on the way down, so it is set.",
            "QEMU 7.2 mmu_translate. Allowed; a test accepts both."),
        new("large-leaf-accessed", JudgeProgram.Qemu,
            "A says that the entry was used for a translation (Intel SDM vol. 3, 4.8); after a fault software expects an untouched leaf.",
            "Sets A in a present 1 GiB leaf before it looks at its alignment (reserved bits 29:13) and at rights. Smaller leaves are right.",
            "QEMU 7.2 mmu_translate sets PG_ACCESSED_MASK in a PDPTE before it tests PG_PSE_MASK. A test accepts both."),
        new("no-edat", JudgeProgram.Qemu,
            "With CR0.40 = 1 FC in segment entries maps 1 MiB, FC in region-third entries 2 GiB, and P in region entries protects.",
            "TCG has no EDAT: FC and region P are ignored.",
            "qemu-system-s390x 7.2 -cpu max,edat=on: \"Some features requested in the CPU model are not available\".")
        {
            OnS390State = state => state with { EnhancedDat = false, RegionFrames = false },
        },
        new("tec-for-12", JudgeProgram.Qemu,
            "No translation-exception code is defined for translation-specification (0x12) and addressing (0x05).",
            "Stores one for 0x12.",
            "QEMU 7.2 target/s390x/mmu_helper.c trigger_access_exception. Expectations leave the TEC open."),
        new("lra", JudgeProgram.Qemu,
            "LOAD REAL ADDRESS: cc 1 and 2 with the entry's address for an invalid segment or page entry, cc 3 otherwise.",
            "Always cc 3 with the interruption code and bit 32; identity when DAT is off.",
            "QEMU 7.2 target/s390x/tcg/mem_helper.c HELPER(lra). Do not compare LRA where it does not translate."),
        new("invalid-is-tnv", JudgeProgram.Qemu,
            "An invalid entry is an access violation unless its enable bits permit the access (KRE in table entries); so is an all-zero one.",
            "V = 0 is always translation not valid.",
            "QEMU 7.2 target/alpha/helper.c get_physical_address; DEC's osfpal.S, invalid_dpte_handler, does what the manual says.")
        {
            OnAlpha = (_, outcome) => outcome.EntryIsInvalid ? outcome with { FaultCode = TranslationNotValid } : outcome,
        },
        new("bit-42", JudgeProgram.Qemu,
            "Bits 63:43 of an address repeat bit 42, or the access is an access violation.",
            "Bit 42 is not looked at: with bits 63:43 zero it leads to the entries of the negative half.",
            "QEMU 7.2 target/alpha/helper.c shifts by TARGET_VIRT_ADDR_SPACE_BITS, 43.")
        {
            OnAlphaProbe = probe => probe.VirtualAddress >> 42 == 1 ? probe with { VirtualAddress = probe.VirtualAddress | ~0UL << 43 } : probe,
        },
        new("kseg-of-users", JudgeProgram.Qemu,
            "The superpage of bits 42:41 = 10 is kernel mode's; to users these are addresses as others, and the tables decide.",
            "Always an access violation for users.",
            "QEMU 7.2 target/alpha/helper.c get_physical_address; 21264 HRM, I_CTL and M_CTL, SPE.")
        {
            OnAlpha = (probe, outcome) => probe.User && probe.IsKseg ? AlphaOutcome.Fault(AccessViolation, probe) : outcome,
        },
        new("protection-without-direction", JudgeProgram.Hercules,
            "With the access-exception fetch/store-indication facility, bits 52-53 of the TEC say fetch or store for protection too.",
            "Both are zero for protection (0x04), right for the translation exceptions.",
            "Hercules 3.13, measured: store to a protected page gives TEC ...006 instead of ...406.")
        {
            OnS390 = (_, outcome) => outcome.InterruptionCode == ProtectionInterruption
                ? outcome with { TranslationExceptionCode = outcome.TranslationExceptionCode & ~FetchOrStore }
                : outcome,
        },
        new("no-iep", JudgeProgram.Hercules,
            "With CR0.43 = 1 bit 55 of page entries, and of segment entries with FC = 1, forbids instruction fetch.",
            "The facility does not exist: nothing happens.",
            "Hercules 3.13, measured. It appeared with the z14.")
        {
            OnS390State = state => state with { InstructionExecutionProtection = false },
        },
        new("no-edat-2", JudgeProgram.Hercules,
            "With CR0.40 = 1 FC in region-third entries maps 2 GiB.",
            "FC in region-third entries is ignored. EDAT-1 is there.",
            "Hercules 3.13 as Debian builds it, without FEATURE_ENHANCED_DAT_FACILITY_2.")
        {
            OnS390State = state => state with { RegionFrames = false },
        },
        new("va-hole", JudgeProgram.Qemu,
            "Addresses from 0000080000000000 to fffff7ffffffffff are out of range on UltraSPARC I and II: data_access_exception or " +
            "instruction_access_exception with the fault type \"VA out of range\", and no TLB is asked (UltraSPARC-IIi User's Manual, chapter 15).",
            "Has no hole: the TLB is asked, and misses.",
            "QEMU 7.2 target/sparc/mmu_helper.c, get_physical_address_data and get_physical_address_code; measured.")
        {
            OnSparc64 = (probe, outcome) => outcome.IsOutOfRange
                ? Sparc64Outcome.Trap(probe.Access == ProbeAccess.Fetch ? InstructionMiss : DataMiss)
                : outcome,
        },
        new("radix-root-leaf", JudgeProgram.Qemu,
            "POWER9 maps 4 KiB, 64 KiB, 2 MiB and 1 GiB with radix; a leaf in the root directory is an unsupported configuration (DSISR 0x00080000).",
            "Takes it as a page of 512 GiB.",
            "QEMU 7.2 target/ppc/mmu-radix64.c ppc_radix64_walk_tree looks at table sizes only; measured.")
        {
            OnRadixPageShift = _ => 39,
        },
        new("no-execute-segment-after-load", JudgeProgram.Qemu,
            "SLB N, and guarded storage under radix, forbid every fetch.",
            "After a load or store of the same page the TLB entry also serves fetches, until tlbie.",
            "QEMU 7.2, measured. The prober executes tlbie before each access, so that no outcome differs."),
        new("referenced-changed-doubleword", JudgeProgram.Qemu,
            "R and C of an HPTE are set by stores of one byte each.",
            "The same; in radix trees the doubleword is stored as a whole. No difference for one CPU.",
            "QEMU 7.2 ppc_hash64_set_r, ppc_hash64_set_c, ppc_radix64_set_rc."),
    ];

    /// <summary>What a judge reports where the manual wants <paramref name="byTheManual"/>.</summary>
    /// <param name="program">The judge.</param>
    /// <param name="probe">The access.</param>
    /// <param name="byTheManual">The right outcome.</param>
    /// <returns>The judge's outcome.</returns>
    public static Sparc64Outcome AsSeenBy(JudgeProgram program, Sparc64Probe probe, Sparc64Outcome byTheManual) =>
        Of(program).Aggregate(byTheManual, (outcome, deviation) => deviation.OnSparc64?.Invoke(probe, outcome) ?? outcome);

    /// <summary>What a judge reports where the manual wants <paramref name="byTheManual"/>.</summary>
    /// <param name="program">The judge.</param>
    /// <param name="probe">The access.</param>
    /// <param name="byTheManual">The right outcome.</param>
    /// <returns>The judge's outcome.</returns>
    public static Amd64Outcome AsSeenBy(JudgeProgram program, Amd64Probe probe, Amd64Outcome byTheManual) =>
        Of(program).Aggregate(byTheManual, (outcome, deviation) => deviation.OnAmd64?.Invoke(probe, outcome) ?? outcome);

    /// <summary>What a judge reports where the manual wants <paramref name="byTheManual"/>.</summary>
    /// <param name="program">The judge.</param>
    /// <param name="probe">The access.</param>
    /// <param name="byTheManual">The right outcome, for the state of <see cref="Effective(JudgeProgram, S390DatState)"/>.</param>
    /// <returns>The judge's outcome.</returns>
    public static S390Outcome AsSeenBy(JudgeProgram program, S390Probe probe, S390Outcome byTheManual) =>
        Of(program).Aggregate(byTheManual, (outcome, deviation) => deviation.OnS390?.Invoke(probe, outcome) ?? outcome);

    /// <summary>What a judge reports where the manual wants <paramref name="byTheManual"/>.</summary>
    /// <param name="program">The judge.</param>
    /// <param name="probe">The access.</param>
    /// <param name="byTheManual">The right outcome, for the probe of <see cref="Effective(JudgeProgram, AlphaProbe)"/>.</param>
    /// <returns>The judge's outcome.</returns>
    public static AlphaOutcome AsSeenBy(JudgeProgram program, AlphaProbe probe, AlphaOutcome byTheManual) =>
        Of(program).Aggregate(byTheManual, (outcome, deviation) => deviation.OnAlpha?.Invoke(probe, outcome) ?? outcome);

    /// <summary>The access a judge acts on. Ask the manual about this one.</summary>
    /// <param name="program">The judge.</param>
    /// <param name="probe">The access asked for.</param>
    /// <returns>The access that the judge makes of it.</returns>
    public static AlphaProbe Effective(JudgeProgram program, AlphaProbe probe) =>
        Of(program).Aggregate(probe, (effective, deviation) => deviation.OnAlphaProbe?.Invoke(effective) ?? effective);

    /// <summary>The control bits a judge acts on: facilities it does not have are off. Ask the manual about this state.</summary>
    /// <param name="program">The judge.</param>
    /// <param name="state">The state asked for.</param>
    /// <returns>The state the judge works in.</returns>
    public static S390DatState Effective(JudgeProgram program, S390DatState state) =>
        Of(program).Aggregate(state, (effective, deviation) => deviation.OnS390State?.Invoke(effective) ?? effective);

    /// <summary>log2 of the largest page a judge accepts in a radix tree, where the machine has <paramref name="byTheManual"/>.</summary>
    /// <param name="program">The judge.</param>
    /// <param name="byTheManual">The machine's.</param>
    /// <returns>The judge's.</returns>
    public static int LargestRadixPageShift(JudgeProgram program, int byTheManual) =>
        Of(program).Aggregate(byTheManual, (shift, deviation) => deviation.OnRadixPageShift?.Invoke(shift) ?? shift);

    private static IEnumerable<Deviation> Of(JudgeProgram program) => All.Where(d => d.Program == program);
}
