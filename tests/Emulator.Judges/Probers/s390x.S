# Bare-metal access prober for z/Architecture: does the asked loads, stores and fetches and writes down what DAT said.
# Nothing is needed in the tables under test. The prober's own instructions come from CR1 = a real-space designation (VA = RA) while
# data goes through CR7, the ASCE under test (PSW in secondary-space mode). A fetch probe puts the ASCE under test into CR1 instead.
# Its lowcore lies in its own region too (prefix register), so that real 0..8191 of the image stay as they are in absolute storage.
# Position independent; the judge enters at offset 0 with DAT off.
# Fixed offsets, known to S390Prober.cs: entry 0x00, stop 0x10 (breakpoint), parameters 0x18, finished 0x1000.
# Record, 48 bytes: +0 virtual address, +8 kind, +16 interruption code (0x100 = none), +24 TEC, +32 LRA result, +40 LRA condition code.
# Kinds: 0 read, 1 write, 2 fetch, 3 load real address.
# Kind 4, always alone: a sweep of reads. Behind its record: +48 stride, +56 multiplier, +64 increment, +72 mask, +80 loads.
# x = (x * multiplier + increment) & mask, from 0 on, and the load is at address + x * stride.
        .globl _start
_start: larl  %r15,records
        j     setup
        .balign 8
stop:   j     wait
        .balign 8
records:    .quad 0
count:      .quad 0
asce:       .quad 0
psw_mode:   .quad 0                   # EA and BA bits of the PSW used for the probes
cr0:        .quad 0
prefix:     .quad 0

setup:  spx   prefix-records+4(%r15)
        larl  %r1,real_mode
        mvc   0x1c0(8,%r0),0(%r1)     # SVC new PSW
        mvc   0x1d0(8,%r0),0(%r1)     # program new PSW
        larl  %r1,record
        stg   %r1,0x1c8(%r0)
        larl  %r1,program
        stg   %r1,0x1d8(%r0)
        lctlg %c0,%c0,cr0-records(%r15)
        lctlg %c7,%c7,asce-records(%r15)
        larl  %r14,real_space
        lctlg %c1,%c1,0(%r14)
        lg    %r4,0(%r15)
        lg    %r5,count-records(%r15)
        lg    %r7,psw_mode-records(%r15)

next:   ltgr  %r5,%r5
        jz    done
        aghi  %r5,-1
        ptlb
        lg    %r2,0(%r4)
        lg    %r3,8(%r4)
        lghi  %r0,0
        stg   %r0,0xa8(%r0)           # a TEC that is not stored reads as zero
        lghi  %r11,0x100
        lghi  %r12,0
        lghi  %r13,0
        larl  %r8,target
        larl  %r9,read
        cghi  %r3,0
        je    secondary
        larl  %r9,write
        cghi  %r3,1
        je    secondary
        larl  %r9,lra
        cghi  %r3,3
        je    secondary
        larl  %r9,sweep
        lg    %r10,48(%r4)
        lg    %r6,56(%r4)
        cghi  %r3,4
        je    parameters

        lctlg %c1,%c1,asce-records(%r15)      # fetch: primary-space mode, at the probed address
        llihh %r1,0x0400
        ogr   %r1,%r7
        stg   %r1,0(%r8)
        stg   %r2,8(%r8)
        lpswe 0(%r8)
parameters:                           # in real mode, while the record can be seen
        lg    %r11,64(%r4)
        lg    %r12,72(%r4)
        lg    %r13,80(%r4)
secondary:
        llihh %r1,0x0400              # DAT on
        oihl  %r1,0x8000              # AS = 10
        ogr   %r1,%r7
        stg   %r1,0(%r8)
        stg   %r9,8(%r8)
        lpswe 0(%r8)

read:   ic    %r0,0(%r2)
        svc   1
write:  mvi   0(%r2),0x0a             # what is there already: frames are filled with 0a 02 (svc 2)
        svc   1
lra:    lrag  %r0,0(%r2)
        ipm   %r13
        svc   1

program:
        llgh  %r11,0x8e(%r0)
        lg    %r12,0xa8(%r0)
record: srlg  %r13,%r13,28
        nill  %r13,3
        stg   %r11,16(%r4)
        stg   %r12,24(%r4)
        stg   %r0,32(%r4)
        stg   %r13,40(%r4)
        aghi  %r4,48
        lctlg %c1,%c1,0(%r14)
        j     next

done:   lghi  %r1,1
        larl  %r2,finished
        stg   %r1,0(%r2)
        j     stop
wait:   larl  %r1,wait_psw
        lpswe 0(%r1)

        .balign 8
real_mode:      .quad 0x0000000180000000
real_space:     .quad 0x20
wait_psw:       .quad 0x0002000180000000,0x600d

        .org  0x1000                  # a page of its own: QEMU translates a page again after each store to it
finished:       .quad 0
target:         .quad 0,0

        # Behind the prefix area and so not in the page of the breakpoint, where QEMU 7.2 translates and looks up each instruction alone
        .org  0x4000
sweep:  lghi  %r1,0
1:      msgr  %r1,%r6
        agr   %r1,%r11
        ngr   %r1,%r12
        lgr   %r3,%r1
        msgr  %r3,%r10
        lg    %r0,0(%r2,%r3)
        brctg %r13,1b
        lghi  %r11,0x100
        lghi  %r12,0
        svc   1
