using Emulator.Core.Kernel;
using Xunit;
using Register = Emulator.Core.Tests.Processes.ToyProgram.Register;

namespace Emulator.Core.Tests.Processes;

/// <summary>Files, directories, pipes and descriptors, as programs see them.</summary>
public class FileTests
{
    [Theory]
    [InlineData("wide")]
    [InlineData("narrow")]
    public void A_file_is_made_written_read_and_removed(string abi)
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program(abi).Data("path", "/tmp/file").Data("text", "some text").Room("buffer", 32)
            .Call("open", "path", 0x42, 0x1b6).Set(8, new Register(0)).Expect(3, "open")
            .Call("write", new Register(8), "text", 9).Expect(9, "write")
            .Call("lseek", new Register(8), 5, 0).Expect(5, "lseek")
            .Call("read", new Register(8), "buffer", 32).Expect(4, "read")
            .Call("write", 1, "buffer", 4)
            .Call("read", new Register(8), "buffer", 32).Expect(0, "read at the end")
            .Call("close", new Register(8)).Expect(0, "close")
            .Call("close", new Register(8)).Expect(Errno.EBADF, "close again")
            .Call("unlink", "path").Expect(0, "unlink")
            .Call("open", "path", 0, 0).Expect(Errno.ENOENT, "open afterwards")
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("text", machine.Output.Written);
    }

    [Fact]
    public void Paths_lead_through_links_and_dots_and_never_out_of_the_root()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("dir", "/tmp/a").Data("link", "/tmp/a/up").Data("target", "../../../../../..").Data("through", "/tmp/a/up/tmp/a/./up/program").Data("loop", "/tmp/loop")
            .Data("long", "/" + new string('x', 256)).Data("endless", "/" + string.Concat(Enumerable.Repeat("a/", 2100))).Data("behind", "/program/x").Data("empty", "")
            .Call("mkdir", "dir", 0x1ed).Expect(0)
            .Call("symlink", "target", "link").Expect(0)
            .Call("access", "through", 1).Expect(0, "through the link")
            .Call("symlink", "loop", "loop").Expect(0)
            .Call("open", "loop", 0, 0).Expect(Errno.ELOOP)
            .Call("open", "long", 0, 0).Expect(Errno.ENAMETOOLONG)
            .Call("open", "endless", 0, 0).Expect(Errno.ENAMETOOLONG)
            .Call("open", "behind", 0, 0).Expect(Errno.ENOTDIR)
            .Call("open", "empty", 0, 0).Expect(Errno.ENOENT)
            .Call("open", 0, 0, 0).Expect(Errno.EFAULT)
            .Call("rmdir", "dir").Expect(Errno.ENOTEMPTY)
            .Call("unlink", "dir").Expect(Errno.EISDIR)
            .Call("rmdir", "link").Expect(Errno.ENOTDIR)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void A_directory_lists_what_is_in_it_in_an_order_that_does_not_change()
    {
        using ToyMachine machine = World.New();
        machine.Add("/d/b", "1"u8.ToArray()).Add("/d/a", "2"u8.ToArray());
        ToyProgram program = World.Program().Data("path", "/d").Room("buffer", 256)
            .Call("open", "path", 0x10000, 0).Call("getdents64", new Register(0), "buffer", 256).Expect(4 * 24)
            .Call("write", 1, "buffer", 96)
            .Call("getdents64", 3, "buffer", 256).Expect(0)
            .Call("lseek", 3, 0, 0).Call("getdents64", 3, "buffer", 20).Expect(Errno.EINVAL)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
        string bytes = machine.Output.Written;
        Assert.Equal([".", "..", "a", "b"], Enumerable.Range(0, 4).Select(i => bytes[(i * 24 + 19)..].Split('\0')[0]));
        Assert.Equal([4, 4, 8, 8], Enumerable.Range(0, 4).Select(i => (int)bytes[i * 24 + 18]));
    }

    [Fact]
    public void Names_move_and_what_was_there_goes()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("a", "/tmp/a").Data("b", "/tmp/b").Data("d", "/tmp/d").Data("inside", "/tmp/d/e").Data("proc", "/proc/x").Data("dev", "/dev")
            .Call("creat", "a", 0x1b6).Call("write", new Register(0), "a", 3)
            .Call("creat", "b", 0x1b6)
            .Call("rename", "a", "b").Expect(0)
            .Call("access", "a", 0).Expect(Errno.ENOENT)
            .Call("mkdir", "d", 0x1ff).Call("rename", "d", "inside").Expect(Errno.EINVAL, "into itself")
            .Call("rename", "b", "d").Expect(Errno.EISDIR)
            .Call("rename", "d", "b").Expect(Errno.ENOTDIR)
            .Call("rename", "b", "proc").Expect(Errno.EXDEV)
            .Call("rename", "dev", "a").Expect(Errno.EBUSY)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void A_file_with_two_names_is_there_until_the_last_is_gone()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("a", "/tmp/a").Data("b", "/tmp/b").Room("status", 144)
            .Call("creat", "a", 0x1b6).Call("write", new Register(0), "a", 6).Expect(6)
            .Call("link", "a", "b").Expect(0)
            .Call("stat", "b", "status").Expect(0).Set(1, "status").Load(0, 1, 16).Expect(2, "links").Load(0, 1, 48).Expect(6, "size")
            .Call("unlink", "a").Expect(0)
            .Call("truncate", "b", 3).Expect(0)
            .Call("stat", "b", "status").Expect(0).Set(1, "status").Load(0, 1, 16).Expect(1, "links").Load(0, 1, 48).Expect(3, "size")
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Descriptors_are_the_lowest_free_and_shared_ones_have_one_position()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("path", "/tmp/file").Room("buffer", 8)
            .Call("open", "path", 0x42, 0x1b6).Expect(3)
            .Call("dup", 3).Expect(4)
            .Call("dup2", 3, 9).Expect(9)
            .Call("close", 3).Expect(0)
            .Call("dup", 9).Expect(3)
            .Call("write", 4, "path", 4).Expect(4)
            .Call("lseek", 9, 0, 1).Expect(4)
            .Call("fcntl", 9, 0, 100).Expect(100, "F_DUPFD")
            .Call("fcntl", 9, 3).Expect(2 | 0x8000, "F_GETFL")
            .Call("fcntl", 9, 4, 0x400).Expect(0, "F_SETFL")
            .Call("fcntl", 4, 3).Expect(0x402 | 0x8000, "F_GETFL of the other")
            .Call("dup2", 9, 5000).Expect(Errno.EBADF)
            .Call("fcntl", 77, 3).Expect(Errno.EBADF)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Descriptors_run_out()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Label("again").Call("dup", 1).IfEqual(0, -(long)Errno.EMFILE, "done").Set(9, new Register(0)).Jump("again")
            .Label("done").Set(0, new Register(9)).Expect(1023).Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Several_buffers_are_written_and_read_as_one()
    {
        using ToyMachine machine = World.New("2.6.32", "abcdefgh");
        ToyProgram program = World.Program().Room("one", 3).Room("two", 5);
        program.Words("vectors", "one", 3, "two", 5)
            .Call("readv", 0, "vectors", 2).Expect(8)
            .Call("write", 1, "two", 5)
            .Call("writev", 1, "vectors", 2).Expect(8)
            .Call("writev", 1, "vectors", 1025).Expect(Errno.EINVAL)
            .Call("writev", 1, 8, 1).Expect(Errno.EFAULT)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("defghabcdefgh", machine.Output.Written);
    }

    [Fact]
    public void Devices_give_and_take_what_they_should()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("null", "/dev/null").Data("zero", "/dev/zero").Data("full", "/dev/full").Data("random", "/dev/urandom").Data("tty", "/dev/tty").Data("buffer", "xxxxxxxx")
            .Call("open", "null", 2, 0).Expect(3).Call("write", 3, "buffer", 8).Expect(8).Call("read", 3, "buffer", 8).Expect(0)
            .Call("open", "zero", 2, 0).Expect(4).Call("read", 4, "buffer", 8).Expect(8).LoadFrom(0, "buffer").Expect(0)
            .Call("open", "full", 2, 0).Expect(5).Call("write", 5, "buffer", 8).Expect(Errno.ENOSPC)
            .Call("open", "random", 0, 0).Expect(6).Call("read", 6, "buffer", 8).Expect(8).LoadFrom(9, "buffer")
            .Call("open", "tty", 2, 0).Expect(Errno.ENXIO, "no terminal")
            .IfUnequal(9, 0, "fine").Exit(1).Label("fine").Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Proc_tells_a_program_of_itself()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Data("maps", "/proc/self/maps").Data("exe", "/proc/self/exe").Data("status", "/proc/self/status").Data("command", "/proc/self/cmdline").Data("fd", "/proc/self/fd/1")
            .Room("buffer", 4096);
        foreach (string name in new[] { "maps", "status", "command" })
        {
            program.Call("open", name, 0, 0).Call("read", new Register(0), "buffer", 4096).Set(3, new Register(0)).Call("write", 1, "buffer", new Register(3));
            program.Call("close", 3);
        }
        program.Call("readlink", "exe", "buffer", 4096).Set(3, new Register(0)).Call("write", 1, "buffer", new Register(3))
            .Call("readlink", "fd", "buffer", 4).Expect(4, "cut")
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
        string[] lines = machine.Output.Written.Split('\n');
        Assert.Equal("00401000-00402000 r-xp 00001000 00:00 0".Length, lines[0].IndexOf("                ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("00401000-00402000 r-xp", StringComparison.Ordinal) && line.EndsWith("/program", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("[stack]", StringComparison.Ordinal));
        Assert.Contains("Name:\tprogram", lines);
        Assert.Contains("Pid:\t1000", lines);
        Assert.EndsWith("/program\0/program", machine.Output.Written);
    }

    [Fact]
    public void A_pipe_holds_bytes_in_order_and_ends_with_its_writers()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("fds", 8).Room("big", 100_000).Room("buffer", 16)
            .Call("pipe", "fds").Expect(0)
            .Call("write", 4, "big", 65536).Expect(65536)
            .Call("fcntl", 4, 4, 0x801)
            .Call("write", 4, "big", 1).Expect(Errno.EAGAIN, "full")
            .Call("read", 3, "big", 10).Expect(10)
            .Call("write", 4, "fds", 8).Expect(8)
            .Call("write", 4, "fds", 8).Expect(Errno.EAGAIN, "atomic")
            .Call("read", 3, "big", 100_000).Expect(65534)
            .Call("close", 4)
            .Call("read", 3, "big", 10).Expect(0, "end")
            .Call("lseek", 3, 0, 0).Expect(Errno.ESPIPE)
            .Call("read", 3, 8, 10).Expect(Errno.EFAULT)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Writing_without_readers_is_a_signal_and_an_error()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("fds", 8).Call("pipe", "fds").Call("close", 3).Call("write", 4, "fds", 1).Exit(1);

        Assert.Equal(128 + 13, machine.Run(program));
        Assert.Contains("--- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=1000, si_uid=0} ---\n+++ killed by SIGPIPE +++\n", machine.Strace);
    }

    [Fact]
    public void Poll_and_select_say_what_is_ready_and_wait_for_what_is_not()
    {
        using ToyMachine machine = World.New();
        ToyProgram program = World.Program().Room("fds", 8).Data("polled", [3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 99, 0, 0, 0, 1, 0, 0, 0]).Room("set", 128).Words("time", 0, 1000)
            .Call("pipe", "fds")
            .Call("poll", "polled", 3, 0).Expect(2).Set(1, "polled").Load(0, 1, 6, 2).Expect(0).Load(0, 1, 14, 2).Expect(4).Load(0, 1, 22, 2).Expect(32)
            .Call("poll", "polled", 1, 100).Expect(0, "time out")
            .Call("write", 4, "fds", 1)
            .Call("poll", "polled", 1, -1).Expect(1).Set(1, "polled").Load(0, 1, 6, 2).Expect(1)
            .Set(1, 8).StoreTo(1, "set").Call("select", 4, "set", 0, 0, "time").Expect(1)
            .Call("read", 3, "fds", 1).Set(1, 8).StoreTo(1, "set").Call("select", 4, "set", 0, 0, "time").Expect(0, "time out of select").LoadFrom(0, "set").Expect(0)
            .Set(1, 0x80).StoreTo(1, "set").Call("select", 8, "set", 0, 0, "time").Expect(Errno.EBADF)
            .Exit(0);

        Assert.Equal(0, machine.Run(program));
    }

    [Fact]
    public void Standard_input_is_read_to_its_end()
    {
        using ToyMachine machine = World.New("2.6.32", "some input");
        ToyProgram program = World.Program().Room("buffer", 4)
            .Label("again").Call("read", 0, "buffer", 4).IfEqual(0, 0, "end").Set(3, new Register(0)).Call("write", 1, "buffer", new Register(3)).Jump("again")
            .Label("end").Exit(0);

        Assert.Equal(0, machine.Run(program));
        Assert.Equal("some input", machine.Output.Written);
    }

    [Fact]
    public void An_output_that_nobody_reads_ends_the_program_by_a_signal()
    {
        using ToyMachine machine = World.New();
        machine.Output.IsClosed = true;

        Assert.Equal(128 + 13, machine.Run(World.Program().Print("x").Exit(0)));
    }

    [Fact]
    public void Files_in_memory_hold_half_of_the_guests_memory_and_no_more()
    {
        using ToyMachine machine = World.New("2.6.32", memoryBytes: 4 << 20);
        ToyProgram program = World.Program().Data("path", "/tmp/file").Room("block", 65536).Set(9, 0)
            .Call("creat", "path", 0x1b6)
            .Label("again").Call("write", 3, "block", 65536).IfUnequal(0, 65536, "full").AddNumber(9, 9, 1).Jump("again")
            .Label("full").Set(8, new Register(0)).Call("unlink", "path").Call("close", 3)
            .Call("creat", "path", 0x1b6).Call("write", 3, "block", 65536).Expect(65536, "room again")
            .Exit(new Register(9));

        int code = machine.Run(program);
        Assert.InRange(code, 28, 32);
    }
}
