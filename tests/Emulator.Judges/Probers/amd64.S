# Bare-metal access prober for long mode: does the asked loads, stores and fetches and writes down what the MMU said.
# Position independent; the judge copies it to the first byte of its window and enters at offset 0 with paging on.
# Fixed offsets, known to Amd64Judge.cs: entry 0x00, stop 0x10 (breakpoint), parameters 0x20.
# The judge also fills the user page (parameter user_code): offset 0 reads (%rbx), offset 8 writes 0xcc to (%rbx), both end in int $0x80.
# Record, 48 bytes: +0 virtual address, +8 kind, +16 vector (0x100 = no fault), +24 error code, +32 CR2, +40 unused.
# Kinds: 0 1 2 = supervisor read, write, fetch; 3 4 5 = user read, write, fetch; 6 7 = supervisor read, write with EFLAGS.AC = 1.
# Kind 8, always alone: a sweep of supervisor reads. Behind its record: +48 stride, +56 multiplier, +64 increment, +72 mask, +80 loads.
# x = (x * multiplier + increment) & mask, from 0 on, and the load is at address + x * stride.
        .set NO_FAULT, 0x100
        .code64
        .globl _start
_start: jmp  setup
        .balign 16
stop:   hlt
        jmp  stop
        .balign 16
records:        .quad 0
count:          .quad 0
user_code:      .quad 0
pkru:           .quad 0
set_pkru:       .quad 0

setup:  lea  gdt(%rip),%rax
        mov  %rax,gdtr+2(%rip)
        lgdt gdtr(%rip)
        lea  idt(%rip),%rdx
        mov  %rdx,idtr+2(%rip)
        lea  vectors(%rip),%rbx
        mov  $256,%ecx
1:      mov  %bx,(%rdx)               # offset 15:0
        movw $0x08,2(%rdx)            # kernel code segment
        movw $0xee00,4(%rdx)          # present, DPL 3, interrupt gate
        mov  %rbx,%rax
        shr  $16,%rax
        mov  %ax,6(%rdx)              # offset 31:16
        shr  $16,%rax
        mov  %eax,8(%rdx)             # offset 63:32
        movl $0,12(%rdx)
        add  $16,%rdx
        add  $16,%rbx
        loop 1b
        lidt idtr(%rip)
        lea  stack(%rip),%rsp
        mov  %rsp,tss+4(%rip)         # RSP0
        lea  tss(%rip),%rbx
        mov  %bx,tss_descriptor+2(%rip)
        shr  $16,%rbx
        mov  %bl,tss_descriptor+4(%rip)
        mov  %bh,tss_descriptor+7(%rip)
        shr  $16,%rbx
        mov  %ebx,tss_descriptor+8(%rip)
        movb $0x89,tss_descriptor+5(%rip)   # available again: a second run finds it busy
        mov  $0x28,%eax
        ltr  %ax
        mov  $0x10,%eax
        mov  %eax,%ss
        mov  %eax,%ds
        mov  %eax,%es
        cmpq $0,set_pkru(%rip)
        je   2f
        mov  pkru(%rip),%eax
        xor  %ecx,%ecx
        xor  %edx,%edx
        wrpkru
2:      mov  records(%rip),%rdi
        mov  count(%rip),%rsi
        mov  user_code(%rip),%r9

next:   lea  stack(%rip),%rsp
        pushq $2
        popfq                         # AC = 0, IF = 0
        test %rsi,%rsi
        jz   stop
        dec  %rsi
        xor  %eax,%eax
        mov  %rax,%cr2
        mov  0(%rdi),%rbx
        mov  8(%rdi),%rcx
        invlpg (%rbx)
        mov  $NO_FAULT,%r12d
        xor  %r13d,%r13d
        cmp  $1,%rcx
        jb   read
        je   write
        cmp  $3,%rcx
        jb   fetch
        je   user_read
        cmp  $5,%rcx
        jb   user_write
        je   user_fetch
        cmp  $8,%rcx
        je   sweep
        pushq $0x40002                # EFLAGS.AC = 1
        popfq
        cmp  $7,%rcx
        je   write
read:   mov  (%rbx),%al
        jmp  record
write:  movb $0xcc,(%rbx)
        jmp  record
fetch:  jmp  *%rbx
user_read:
        mov  %r9,%rax
        jmp  to_user
user_write:
        lea  8(%r9),%rax
        jmp  to_user
user_fetch:
        mov  %rbx,%rax
to_user:
        pushq $0x23
        pushq $0
        pushq $2
        pushq $0x1b
        push %rax
        iretq

        # Every vector comes here with vector and error code on the stack. int3 (a fetch that worked) and int $0x80 are successes.
trap:   pop  %r12
        pop  %r13
        cmp  $3,%r12
        je   3f
        cmp  $0x80,%r12
        jne  record
3:      mov  $NO_FAULT,%r12d
record: mov  %cr2,%rax
        mov  %r12,16(%rdi)
        mov  %r13,24(%rdi)
        mov  %rax,32(%rdi)
        add  $48,%rdi
        jmp  next

        .balign 16
vectors:
        .set v,0
        .rept 256
        .balign 16
        .if !(v==8 || (v>=10 && v<=14) || v==17 || v==21)
        pushq $0                      # the CPU pushes no error code for this one
        .endif
        pushq $v
        jmp  trap
        .set v,v+1
        .endr

        # Behind the vectors and so not in the page of the breakpoint, where QEMU 7.2 translates and looks up each instruction alone
sweep:  mov  48(%rdi),%r8
        mov  56(%rdi),%r10
        mov  64(%rdi),%r11
        mov  72(%rdi),%r14
        mov  80(%rdi),%rcx
        xor  %edx,%edx
1:      imul %r10,%rdx
        add  %r11,%rdx
        and  %r14,%rdx
        mov  %rdx,%rax
        imul %r8,%rax
        mov  (%rbx,%rax),%rax
        dec  %rcx
        jnz  1b
        jmp  record

        .balign 16
gdt:    .quad 0
        .quad 0x00209a0000000000      # 0x08 kernel code
        .quad 0x00cf92000000ffff      # 0x10 kernel data
        .quad 0x0020fa0000000000      # 0x18 user code
        .quad 0x00cff2000000ffff      # 0x20 user data
tss_descriptor:
        .quad 0x0000890000000067,0    # 0x28
gdtr:   .word gdtr-gdt-1
        .quad 0
idtr:   .word 4095
        .quad 0
        .balign 16
tss:    .fill 104,1,0

        .bss                          # zero memory behind the prober, not part of the binary
        .balign 4096
idt:    .fill 4096,1,0
        .fill 4096,1,0
stack:
