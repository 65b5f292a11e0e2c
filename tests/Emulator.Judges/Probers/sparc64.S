! Prober for sun4u (UltraSPARC I/II). Drawn together with Sparc64Judge.cs; built by build.sh; position independent.
!
! +0000   trap table, TL = 0 and TL > 0: 2 x 512 x 32 bytes
! +8000   entry, MMUs off
! +8010   parameters: TSB register, primary context, number of records
! +8100   code
! +e000   stop: the judge's breakpoint
! +10000  user page: the load and the store of user mode
! +20000  records, 48 bytes: va, kind, value to store | trap type, SFSR, value loaded
!
! All of it runs at VA = PA with bits 63:41 set: with the IMMU off the processor drops these bits, with the IMMU on two locked
! entries map them. All its data goes by physical addresses (ASI 0x14).
! Kind 6, always alone: a sweep of loads. Behind its record: stride, multiplier, increment, mask, number of loads.
! x = (x * multiplier + increment) & mask, from 0 on, and the load is at va + x * stride.
! A record's kind: 0 load, 1 store, 2 fetch; plus 3 in user mode. Targets hold "sethi N, %o5; ta 0x10" in each doubleword.
!
! %i0 this region's VA, %i1 its PA, %l0 record (PA), %l1 records left, %l3 va, %l4 kind, %l5 value, %l6 trap type

        .register %g2,#scratch
        .register %g3,#scratch
        .register %g6,#scratch
        .register %g7,#scratch

        PHYS = 0x14             ! ASI_PHYS_USE_EC
        IMMU = 0x50             ! tag target, SFSR at 0x18, TSB at 0x28, tag access at 0x30
        IPTR = 0x51             ! 8K TSB pointer
        ITLBIN = 0x54
        ITLB = 0x55
        DMMU = 0x58             ! and primary context at 0x08
        DPTR = 0x59
        DTLBIN = 0x5c
        DTLB = 0x5d
        LSU = 0x45
        OK = 0x100

        .text
        .globl _start
_start:
        .set tt, 0
        .rept 512
        .balign 32
        .if tt == 0x64
        ba,a    %xcc, instruction_miss
        .elseif tt == 0x68
        ba,a    %xcc, data_miss
        .elseif tt == 0x110
        ba      %xcc, record
         mov    OK, %l6
        .else
        rdpr    %tt, %l6
        ba,a    %xcc, record
        .endif
        .set tt, tt + 1
        .endr

        .rept 512               ! a trap inside a handler: 0x800 says so
        .balign 32
        rdpr    %tt, %l6
        ba      %xcc, record
         or     %l6, 0x800, %l6
        .endr

        .org    0x8000
        ba,a    %xcc, begin
        nop
        nop
        nop
parameters:
        .skip   0xf0

begin:  rd      %pc, %g1
        srlx    %g1, 16, %g1
        sllx    %g1, 16, %g1
        sllx    %g1, 23, %i1
        srlx    %i1, 23, %i1            ! PA: 41 bits
        mov     %g1, %i0
        wrpr    %g0, 0, %tl
        wrpr    %g0, 0x14, %pstate      ! PEF, PRIV
        wrpr    %i0, 0, %tba

        sethi   %hi(0x8010), %g1
        or      %g1, %lo(0x8010), %g1
        add     %i1, %g1, %g1
        ldxa    [%g1] PHYS, %g2         ! TSB
        add     %g1, 8, %g1
        ldxa    [%g1] PHYS, %g3         ! context
        add     %g1, 8, %g1
        ldxa    [%g1] PHYS, %l1         ! records
        sethi   %hi(0x20000), %g1
        add     %i1, %g1, %l0
        mov     0x28, %g1
        stxa    %g2, [%g1] DMMU
        stxa    %g2, [%g1] IMMU
        mov     0x08, %g1
        stxa    %g3, [%g1] DMMU

        ! ITLB 0: 64K, locked, global, for this region; ITLB 1: 8K, also for user mode, for the user page
        mov     0x30, %g1
        stxa    %i0, [%g1] IMMU
        mov     0xa0, %g2               ! V, 64K
        sllx    %g2, 56, %g2
        or      %g2, %i1, %g2
        or      %g2, 0x75, %g2          ! L CP CV P G
        stxa    %g2, [%g0] ITLB
        sethi   %hi(0x10000), %g3
        add     %i0, %g3, %g4
        stxa    %g4, [%g1] IMMU
        mov     0x80, %g2               ! V, 8K
        sllx    %g2, 56, %g2
        or      %g2, %i1, %g2
        add     %g2, %g3, %g2
        or      %g2, 0x71, %g2          ! L CP CV G
        mov     8, %g3
        stxa    %g2, [%g3] ITLB
        mov     0xf, %g1                ! both caches and both MMUs on
        stxa    %g1, [%g0] LSU
        membar  #Sync

next:   brz,pn  %l1, stop
         sub    %l1, 1, %l1
        mov     63, %g1
1:      sllx    %g1, 3, %g2
        stxa    %g0, [%g2] DTLB
        cmp     %g1, 1
        bg,a,pt %xcc, 2f                ! the first two of the ITLB stay
         stxa   %g0, [%g2] ITLB
2:      brnz,pt %g1, 1b
         sub    %g1, 1, %g1
        mov     0x18, %g1
        stxa    %g0, [%g1] DMMU
        stxa    %g0, [%g1] IMMU
        membar  #Sync
        ldxa    [%l0] PHYS, %l3
        add     %l0, 8, %g1
        ldxa    [%g1] PHYS, %l4
        add     %l0, 16, %g1
        ldxa    [%g1] PHYS, %l5
        mov     0, %o5
        cmp     %l4, 6
        be,pn   %xcc, sweep
         cmp    %l4, 1
        bl,pn   %xcc, load
        nop
        be,pn   %xcc, store
         cmp    %l4, 3
        bl,pn   %xcc, fetch
         sethi  %hi(0x10000), %g1
        add     %i0, %g1, %g1
        be,pn   %xcc, user              ! load at +0 of the user page
         cmp    %l4, 5
        bl,a,pn %xcc, user
         add    %g1, 8, %g1             ! store at +8
        mov     %l3, %g1
user:   wrpr    %g0, 1, %tl
        wrpr    %g1, 0, %tpc
        add     %g1, 4, %g1
        wrpr    %g1, 0, %tnpc
        rdpr    %cwp, %g2
        wrpr    %g2, 0, %tstate         ! PSTATE = 0: user
        retry

load:   ldx     [%l3], %o5
        ta      0x10
store:  stx     %l5, [%l3]
        ta      0x10
sweep:  add     %l0, 48, %g1
        ldxa    [%g1] PHYS, %o0
        add     %g1, 8, %g1
        ldxa    [%g1] PHYS, %o1
        add     %g1, 8, %g1
        ldxa    [%g1] PHYS, %o2
        add     %g1, 8, %g1
        ldxa    [%g1] PHYS, %o3
        add     %g1, 8, %g1
        ldxa    [%g1] PHYS, %o4
        mov     0, %l7
1:      mulx    %l7, %o1, %l7
        add     %l7, %o2, %l7
        and     %l7, %o3, %l7
        mulx    %l7, %o0, %l6
        ldx     [%l3 + %l6], %o5
        subcc   %o4, 1, %o4
        bne,pt  %xcc, 1b
         nop
        ta      0x10
fetch:  jmp     %l3
        nop

        ! As Linux's dtlb_miss.S and itlb_miss.S, but that a TSB miss is the answer.
instruction_miss:
        ldxa    [%g0] IPTR, %g1
        ldxa    [%g0] IMMU, %g6
        sllx    %g6, 22, %g6            ! no context in Linux's tag
        srlx    %g6, 22, %g6
        ldxa    [%g1] PHYS, %g4
        cmp     %g4, %g6
        bne,pn  %xcc, 3f
         add    %g1, 8, %g1
        ldxa    [%g1] PHYS, %g5
        brgez,pn %g5, 3f                ! V = 0 would miss for ever
        sethi   %hi(0x1000), %g4        ! _PAGE_EXEC_4U
        andcc   %g5, %g4, %g0
        be,pn   %xcc, 3f
        nop
        stxa    %g5, [%g0] ITLBIN
        retry
3:      ba      %xcc, record
         rdpr   %tt, %l6

data_miss:
        ldxa    [%g0] DPTR, %g1
        ldxa    [%g0] DMMU, %g6
        sllx    %g6, 22, %g6
        srlx    %g6, 22, %g6
        ldxa    [%g1] PHYS, %g4
        cmp     %g4, %g6
        bne,pn  %xcc, 3b
         add    %g1, 8, %g1
        ldxa    [%g1] PHYS, %g5
        brgez,pn %g5, 3b
        nop
        stxa    %g5, [%g0] DTLBIN
        retry

record: wrpr    %g0, 0, %tl
        wrpr    %g0, 0x14, %pstate
        add     %l0, 24, %g3
        stxa    %l6, [%g3] PHYS
        mov     0x18, %g1
        cmp     %l6, 0x08
        be,a,pn %xcc, 4f
         ldxa   [%g1] IMMU, %g2
        ldxa    [%g1] DMMU, %g2
4:      add     %g3, 8, %g3
        stxa    %g2, [%g3] PHYS
        add     %g3, 8, %g3
        stxa    %o5, [%g3] PHYS
        ba      %xcc, next
         add    %l0, 48, %l0

        ! The breakpoint's page has nothing else: QEMU 7.2 translates and looks up each instruction of such a page alone.
        .org    0xe000
stop:   ba,a    %xcc, stop
        nop

        .org    0x10000
        ldx     [%l3], %o5
        ta      0x10
        stx     %l5, [%l3]
        ta      0x10
