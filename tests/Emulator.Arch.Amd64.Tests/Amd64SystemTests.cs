using Emulator.Arch.Amd64.Tests.Native;
using Emulator.Core.Execution;
using Iced.Intel;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace Emulator.Arch.Amd64.Tests;

/// <summary>What the native judge cannot run: system calls, traps, segments, what the CPU says of itself.</summary>
public class Amd64SystemTests
{
    [Fact]
    public void A_system_call_stops_behind_itself_with_flags_and_address_where_the_kernel_wants_them()
    {
        using Program program = new(64, a =>
        {
            a.cmp(eax, eax);
            a.syscall();
        });

        CpuStop stop = program.Cpu.Run(10);

        Assert.Equal((CpuStopKind.SystemCall, Amd64SystemCalls.Syscall, NativeJudge.CodeAt + 4), (stop.Kind, stop.Code, stop.Pc));
        Assert.Equal((NativeJudge.CodeAt + 4, 0x246UL), (program.Cpu[Amd64Registers.Rcx], program.Cpu[Amd64Registers.R11]));
        Assert.Equal(2, program.Cpu.Retired);
    }

    [Fact]
    public void Int80_is_a_system_call_in_both_userlands()
    {
        foreach (int bits in (int[])[32, 64])
        {
            using Program program = new(bits, a => a.@int(0x80));

            CpuStop stop = program.Cpu.Run(10);

            Assert.Equal((CpuStopKind.SystemCall, Amd64SystemCalls.Int80, NativeJudge.CodeAt + 2), (stop.Kind, stop.Code, stop.Pc));
        }
    }

    [Fact]
    public void The_time_stamp_counts_instructions()
    {
        using Program program = new(64, a =>
        {
            a.nop();
            a.nop();
            a.rdtsc();
            a.mov(ecx, eax);
            a.rdtsc();
            a.syscall();
        });

        program.Cpu.Run(5);

        Assert.Equal((2UL, 4UL), (program.Cpu[Amd64Registers.Rcx], program.Cpu[Amd64Registers.Rax]));
    }

    [Fact]
    public void Cpuid_says_what_hwcap_says()
    {
        using Program program = new(64, a =>
        {
            a.mov(eax, 1);
            a.cpuid();
        });

        program.Cpu.Run(2);

        Assert.Equal(0x0fcb_fbfdUL, program.Cpu[Amd64Registers.Rdx]);       // QEMU's "max", as recorded for AT_HWCAP
    }

    [Fact]
    public void A_thread_segment_has_the_base_that_the_kernel_gave_it()
    {
        using Program program = new(32, a =>
        {
            a.mov(eax, 0x63);
            a.mov(gs, ax);
            a.mov(eax, __dword_ptr.gs[8]);
            a.mov(ecx, 0x6b);
            a.mov(gs, cx);
        });
        program.Cpu[Amd64Registers.ThreadBase(0)] = NativeJudge.DataAt;
        program.Cpu[Amd64Registers.ThreadPresent(0)] = 1;
        program.Data[8] = 42;

        CpuStop stop = program.Cpu.Run(10);

        Assert.Equal((42UL, 0x63UL), (program.Cpu[Amd64Registers.Rax], program.Cpu[Amd64Registers.Gs]));
        Assert.Equal((CpuStopKind.Trap, Amd64Traps.GeneralProtection, 0x68U, 4L), (stop.Kind, Amd64Traps.VectorOf(stop.Code), Amd64Traps.ErrorOf(stop.Code), program.Cpu.Retired));
    }

    [Fact]
    public void A_program_that_sets_AC_is_stopped_behind_that_and_before_an_access_that_is_not_aligned()
    {
        using Program program = new(64, a =>
        {
            a.mov(eax, __dword_ptr[rsi + 1]);
            a.pushfq();
            a.or(__qword_ptr[rsp], 0x40000);
            a.popfq();
            a.mov(eax, __dword_ptr[rsi + 4]);
            a.mov(eax, __dword_ptr[rsi + rdi * 2 + 1]);
        });
        program.Cpu[Amd64Registers.Rsi] = NativeJudge.DataAt;
        program.Cpu[Amd64Registers.Rsp] = NativeJudge.DataAt + 256;

        CpuStop asked = program.Cpu.Run(10);
        program.Cpu.ChecksAlignment = program.Cpu.Instructions.ChecksAlignment(program.Cpu.Registers);
        CpuStop refused = program.Cpu.Run(10);

        Assert.Equal((CpuStopKind.Interrupted, 4L), (asked.Kind, program.Cpu.Retired - 1));
        Assert.Equal((CpuStopKind.Unaligned, NativeJudge.DataAt + 1), (refused.Kind, refused.Address));
    }

    [Fact]
    public void The_bases_of_fs_and_gs_are_read_and_set_by_instructions_that_AT_HWCAP2_promises()
    {
        using Program program = new(64, a =>
        {
            a.wrfsbase(rsi);
            a.rdfsbase(rax);
            a.mov(rcx, __qword_ptr.fs[8]);
            a.wrgsbase(esi);
            a.rdgsbase(edx);
            a.mov(rdi, 1UL << 47);
            a.wrgsbase(rdi);
        });
        program.Cpu[Amd64Registers.Rsi] = NativeJudge.DataAt;
        program.Data[8] = 42;

        CpuStop stop = program.Cpu.Run(10);

        Assert.Equal((NativeJudge.DataAt, 42UL, NativeJudge.DataAt), (program.Cpu[Amd64Registers.Rax], program.Cpu[Amd64Registers.Rcx], program.Cpu[Amd64Registers.Rdx]));
        Assert.Equal((CpuStopKind.Trap, Amd64Traps.GeneralProtection, NativeJudge.DataAt), (stop.Kind, stop.Code, program.Cpu[Amd64Registers.GsBase]));
    }

    [Fact]
    public void Fs_and_gs_have_bases_of_their_own_in_amd64()
    {
        using Program program = new(64, a =>
        {
            a.mov(rax, __qword_ptr.fs[0]);
            a.mov(rcx, __qword_ptr.gs[rdx + rsi * 8]);
        });
        (program.Cpu[Amd64Registers.FsBase], program.Cpu[Amd64Registers.GsBase]) = (NativeJudge.DataAt, NativeJudge.DataAt - 16);
        (program.Cpu[Amd64Registers.Rdx], program.Cpu[Amd64Registers.Rsi]) = (8, 2);
        program.Data[0] = 1;
        program.Data[8] = 2;

        program.Cpu.Run(2);

        Assert.Equal((1UL, 2UL), (program.Cpu[Amd64Registers.Rax], program.Cpu[Amd64Registers.Rcx]));
    }

    [Fact]
    public void What_is_too_long_is_a_protection_fault()
    {
        using Program program = new(64, a => a.db(0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x90));

        CpuStop stop = program.Cpu.Run(1);

        Assert.Equal((CpuStopKind.Trap, Amd64Traps.GeneralProtection, NativeJudge.CodeAt), (stop.Kind, stop.Code, stop.Pc));
    }

    [Fact]
    public void A_repeated_string_is_one_instruction()
    {
        using Program program = new(64, a =>
        {
            a.rep.stosb();
            a.syscall();
        });
        (program.Cpu[Amd64Registers.Rcx], program.Cpu[Amd64Registers.Rdi], program.Cpu[Amd64Registers.Rax]) = (300, NativeJudge.DataAt, 7);

        program.Cpu.Run(10);

        Assert.Equal((2L, NativeJudge.DataAt + 300, 7), (program.Cpu.Retired, program.Cpu[Amd64Registers.Rdi], program.Data[299]));
    }

    [Fact]
    public void Flags_that_nobody_reads_are_there_when_the_run_ends_between_two_instructions()
    {
        for (int count = 1; count <= 3; count++)
        {
            using Program program = new(64, a =>
            {
                a.cmp(rax, 1);      // borrow
                a.add(rax, 5);
                a.dec(rax);
                a.cmp(rax, 4);      // equal
                a.jne(NativeJudge.CodeAt);
            });

            program.Cpu.Run(count);

            ulong expected = count switch { 1 => 0x97, 2 => 0x06, _ => 0x02 };      // CF PF AF SF; PF; none, each with bit 1
            Assert.Equal(expected, Amd64Registers.ReadFlags(program.Cpu.Registers) & 0xff);
        }
    }

    /// <summary>A few instructions in the judge's surroundings.</summary>
    private sealed class Program : IDisposable
    {
        private readonly FlatMachine _machine;

        public Program(int bits, Action<Assembler> write)
        {
            _machine = new FlatMachine(bits, EngineMode.Interpret);
            Assembler assembler = new(bits);
            write(assembler);
            using MemoryStream stream = new();
            assembler.Assemble(new StreamCodeWriter(stream), NativeJudge.CodeAt);
            stream.ToArray().CopyTo(_machine.Code);
            Cpu.Instructions.Reset(Cpu.Registers);
            Cpu.Pc = NativeJudge.CodeAt;
        }

        public Cpu Cpu => _machine.Cpu;

        public Span<byte> Data => _machine.Data;

        public void Dispose() => _machine.Dispose();
    }
}
