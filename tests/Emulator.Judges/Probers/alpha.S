# The alpha prober: a PALcode image of QEMU's kind (target/alpha/helper.c, alpha_cpu_do_interrupt), which is not the EV6 chip's.
#
#   +0      reset, which the first batch starts with whatever pc is, and the start of all others
#   +80 ..  interrupts, traps: a probe that ends here ended in a way nobody expects
#   +280    memory management fault: code in trap_arg1, address in trap_arg0, kind of access in trap_arg2
#   +800    the loop over the records; +ff0 stop, the judge's breakpoint
#   +2040   CALL_PAL 0x81: a fetch probe got to its frame, or user code is through
#   +2100   the loop of a sweep
#   +4000   user code, a page of its own
#
# Runs at KSEG + physical address. Parameters, set by the judge: r16 records (KSEG), r17 how many, r18 page-table base (physical),
# r19 virtual address of the user code. PALmode has its own r8-r14 and r25, so these are not used.
# Record: address, kind, result, faulting address, cause, quadword loaded; 8 bytes each.
# Kinds: 0 kernel read, 1 kernel write, 2 kernel fetch; 3, 4, 5 the same of the user.
# Kind 6, always alone: a sweep of kernel reads. Behind its record: +48 stride, +56 multiplier, +64 increment, +72 mask, +80 loads.
# x = (x * multiplier + increment) & mask, from 0 on, and the load is at address + x * stride.
# Results: 0 TNV, 1 ACV, 2 FOR, 3 FOE, 4 FOW; 0x100 done; 0x1000 + n ended at entry +n.
        .set noat
        .set noreorder
        .arch ev6

        .equ IPR_PS, 0
        .equ IPR_TRAP_ARG0, 3
        .equ IPR_TRAP_ARG1, 4
        .equ IPR_TRAP_ARG2, 5
        .equ IPR_PTBR, 8
        .equ IPR_TBIA, 255

        .macro hw_mtpr rb, ipr
        .long (0x1d << 26) | (31 << 21) | (\rb << 16) | \ipr
        .endm
        .macro hw_mfpr ra, ipr
        .long (0x19 << 26) | (\ra << 21) | (31 << 16) | \ipr
        .endm
        .macro hw_ret rb
        .long (0x1e << 26) | (31 << 21) | (\rb << 16) | 0x8000
        .endm
        .macro unexpected at
        .org \at
        lda     $22, 0x1000 + \at($31)
        br      $31, record
        .endm

        .text
        .globl _start
_start: hw_mtpr 18, IPR_PTBR
        br      $31, next

        unexpected 0x080
        unexpected 0x100
        unexpected 0x180
        unexpected 0x200

        .org 0x280
        hw_mfpr 22, IPR_TRAP_ARG1
        hw_mfpr 23, IPR_TRAP_ARG0
        hw_mfpr 24, IPR_TRAP_ARG2
        br      $31, record

        unexpected 0x300
        unexpected 0x380
        unexpected 0x400
        unexpected 0x480

        .org 0x800
record: stq     $22, 16($16)
        stq     $23, 24($16)
        stq     $24, 32($16)
        stq     $0, 40($16)
        lda     $16, 48($16)
next:   hw_mtpr 31, IPR_TBIA
        hw_mtpr 31, IPR_PS                      # kernel
        beq     $17, stop
        subq    $17, 1, $17
        ldq     $20, 0($16)
        ldq     $21, 8($16)
        lda     $0, 0($31)
        lda     $22, 0x81($31)                  # what a write probe stores: what is there
        lda     $23, 0($31)
        lda     $24, 0($31)
        cmpeq   $21, 6, $1
        bne     $1, sweep
        beq     $21, kread
        subq    $21, 1, $21
        beq     $21, kwrite
        subq    $21, 1, $21
        beq     $21, fetch
        lda     $1, 8($31)
        hw_mtpr 1, IPR_PS                       # user
        subq    $21, 1, $21
        beq     $21, uread
        subq    $21, 1, $21
        beq     $21, uwrite
fetch:  hw_ret  20
kread:  ldq     $0, 0($20)                      # PALmode loads and stores are the kernel's, translated
        br      $31, done
kwrite: stb     $22, 0($20)
        br      $31, done
uread:  hw_ret  19
uwrite: lda     $1, 8($19)
        hw_ret  1
done:   lda     $22, 0x100($31)
        br      $31, record

        .org 0xff0
stop:   br      $31, stop

        .org 0x2040
        br      $31, done

        .org 0x2100
        # Here, and so not in the page of the breakpoint, where QEMU 7.2 translates and looks up each instruction alone
sweep:  ldq     $1, 48($16)
        ldq     $2, 56($16)
        ldq     $3, 64($16)
        ldq     $4, 72($16)
        ldq     $5, 80($16)
        lda     $6, 0($31)
1:      mulq    $6, $2, $6
        addq    $6, $3, $6
        and     $6, $4, $6
        mulq    $6, $1, $7
        addq    $7, $20, $7
        ldq     $0, 0($7)
        subq    $5, 1, $5
        bne     $5, 1b
        br      $31, done

        .org 0x4000
        ldq     $0, 0($20)
        call_pal 0x81
        stb     $22, 0($20)
        call_pal 0x81
