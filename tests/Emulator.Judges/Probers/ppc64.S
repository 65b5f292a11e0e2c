# The prober for 64-bit Power, Book3S: does one access a record and writes down what became of it.
#
# It runs in hypervisor real mode and is found through HRMOR, so that it needs nothing in the tables under test: linked at 0, it lies
# at the start of the judge's region, and real addresses below are offsets into that region. Loads and stores of the supervisor are done
# with MSR[IR] = 0 and MSR[DR] = 1; only the problem state needs a page for its two instructions (user_code).
#
#   offset    0  address of the access
#           + 8  kind: 0 load, 1 store, 2 fetch of the supervisor; 3 load, 4 store, 5 fetch of the problem state
#                6, always alone: a sweep of the supervisor's loads; behind the record +48 stride, +56 multiplier, +64 increment, +72 mask,
#                +80 loads: x = (x * multiplier + increment) & mask, from 0 on, and the load is at address + x * stride
#           +16  vector of the interrupt; 1 when the access was done
#           +24  SRR1 or HSRR1
#           +32  DAR or HDAR
#           +40  DSISR or HDSISR
#
# On entry: r2 = 1 under radix, r3 = records, r4 = their number, r5 = MSR for the supervisor's loads and stores, r6 = MSR for the problem
# state, r7 = segment table (pairs RB, RS of slbmte), r8 = number of pairs, r9 = effective address of user_code. Ends at "done".
# Offsets of _start, done and user_code are constants of Ppc64Judge.

        .set  srr0, 26
        .set  srr1, 27
        .set  dsisr, 18
        .set  dar, 19
        .set  hdsisr, 306
        .set  hdar, 307
        .set  hsrr1, 315
        .set  hsprg0, 304

        .macro interrupt vector
        .org  \vector
        mtspr hsprg0, %r10
        li    %r10, \vector
        b     taken
        .endm

        .globl _start
        .org  0x100
_start: b     begin
done:   b     done                      # 0x104: the judge's breakpoint

        interrupt 0x200
        interrupt 0x300
        interrupt 0x380
        interrupt 0x400
        interrupt 0x480
        interrupt 0x500
        interrupt 0x600
        interrupt 0x700
        interrupt 0x800
        interrupt 0x900
        interrupt 0xc00
        interrupt 0xe00
        interrupt 0xe20
        interrupt 0xe40
        interrupt 0xf20
        interrupt 0xf40
        interrupt 0xf60
        interrupt 0xf80

        .org  0x1800
user_code:                              # copied to a page of the problem state; r14 = address, r16 = byte
        lbz   %r19, 0(%r14)
        sc
        stb   %r16, 0(%r14)
        sc

        .org  0x1900
taken:  cmpdi %r10, 0xc00               # the system call behind a done access
        beq   success
        mfspr %r11, srr1
        mfspr %r12, dar
        mfspr %r13, dsisr
        cmpdi %r10, 0xe00
        beq   hypervisor
        cmpdi %r10, 0xe20
        bne   record
hypervisor:
        mfspr %r11, hsrr1
        mfspr %r12, hdar
        mfspr %r13, hdsisr
        b     record
success:
        li    %r10, 1
        li    %r11, 0
        li    %r12, 0
        li    %r13, 0
record: std   %r10, 16(%r3)
        std   %r11, 24(%r3)
        std   %r12, 32(%r3)
        std   %r13, 40(%r3)
        addi  %r3, %r3, 48

next:   cmpdi %r4, 0
        beq   done
        addi  %r4, %r4, -1
        mfmsr %r20

        ptesync                         # a fresh TLB for every access
        li    %r22, 0
        cmpdi %r2, 1
        beq   radix
        ld    %r21, 0(%r3)
        clrrdi %r21, %r21, 12
        .long 0x7c000264 | (22 << 21) | (21 << 11)                                      # tlbie r21,r22: one page, HPT
        b     flushed
radix:  li    %r21, 0xc00
        .long 0x7c000264 | (22 << 21) | (2 << 18) | (1 << 17) | (1 << 16) | (21 << 11)  # tlbie r21,r22,RIC=2,PRS=1,R=1: all, IS=3
flushed:
        eieio
        tlbsync
        ptesync

        li    %r21, 0
        mtspr dsisr, %r21
        mtspr dar, %r21
        ld    %r14, 0(%r3)
        ld    %r15, 8(%r3)
        li    %r16, 0x44                # first byte of sc
        cmpdi %r15, 0
        beq   supervisor_load
        cmpdi %r15, 1
        beq   supervisor_store
        cmpdi %r15, 2
        beq   supervisor_fetch
        cmpdi %r15, 3
        beq   user_load
        cmpdi %r15, 4
        beq   user_store
        cmpdi %r15, 6
        beq   sweep
        mr    %r17, %r14                # fetch of the problem state
        mr    %r18, %r6
        b     go

supervisor_load:
        mtmsrd %r5
        isync
        lbz   %r19, 0(%r14)
        mtmsrd %r20
        isync
        b     success
supervisor_store:
        mtmsrd %r5
        isync
        stb   %r16, 0(%r14)
        mtmsrd %r20
        isync
        b     success
sweep:  ld    %r21, 48(%r3)
        ld    %r22, 56(%r3)
        ld    %r23, 64(%r3)
        ld    %r24, 72(%r3)
        ld    %r25, 80(%r3)
        mtctr %r25
        li    %r25, 0
        mtmsrd %r5
        isync
1:      mulld %r25, %r25, %r22
        add   %r25, %r25, %r23
        and   %r25, %r25, %r24
        mulld %r26, %r25, %r21
        ldx   %r19, %r14, %r26
        bdnz  1b
        mtmsrd %r20
        isync
        b     success
supervisor_fetch:
        mr    %r17, %r14
        ori   %r18, %r5, 0x20           # MSR[IR]
        b     go
user_load:
        mr    %r17, %r9
        mr    %r18, %r6
        b     go
user_store:
        addi  %r17, %r9, 8
        mr    %r18, %r6
go:     mtspr srr0, %r17
        mtspr srr1, %r18
        rfid

begin:  cmpdi %r8, 0
        beq   next
        slbia
        isync
        mtctr %r8
1:      ld    %r10, 0(%r7)
        ld    %r11, 8(%r7)
        slbmte %r11, %r10
        addi  %r7, %r7, 16
        bdnz  1b
        isync
        b     next
