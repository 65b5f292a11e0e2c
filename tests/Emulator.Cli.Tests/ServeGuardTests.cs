using System.Net;
using System.Net.Sockets;
using System.Text;
using Emulator.Cli.Serving;
using Emulator.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>Who gets an answer from <c>serve</c>, and which files it opens for them.</summary>
public class ServeGuardTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:2632", true)]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("127.0.0.1", "LOCALHOST:9999", true)]       // through a tunnel
    [InlineData("127.0.0.1", "[::1]:2632", true)]
    [InlineData("127.0.0.1", "evil.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1.evil.example", false)]
    [InlineData("127.0.0.1", "localhost.evil.example:2632", false)]
    [InlineData("127.0.0.1", "10.0.0.5", false)]
    [InlineData("127.0.0.1", "", false)]
    [InlineData("10.0.0.5", "10.0.0.5:2632", true)]
    [InlineData("10.0.0.5", "10.0.0.6:2632", false)]
    [InlineData("0.0.0.0", "10.0.0.6:2632", true)]
    [InlineData("0.0.0.0", "evil.example", false)]
    [InlineData("::", "[fe80::1]:2632", true)]
    public void Only_names_that_lead_here_by_themselves(string listens, string host, bool answered)
    {
        DefaultHttpContext context = new();
        context.Request.Method = "GET";
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);

        Assert.Equal(answered, new RequestGuard(IPAddress.Parse(listens)).Refusal(context.Request) is null);
    }

    [Fact]
    public async Task A_page_of_another_site_gets_nothing()
    {
        await using Served served = await Served.StartAsync();
        string own = served.Address.GetLeftPart(UriPartial.Authority);

        foreach ((string path, (string, string)[] headers, HttpStatusCode expected) in new (string, (string, string)[], HttpStatusCode)[]
        {
            ("", [("Host", "evil.example")], HttpStatusCode.Forbidden),
            ("report?program=s390/tiny", [("Origin", "http://evil.example")], HttpStatusCode.Forbidden),
            ("report?program=s390/tiny", [("Origin", "null")], HttpStatusCode.Forbidden),
            ("report?program=s390/tiny", [("Origin", own)], HttpStatusCode.OK),
            ("report?program=s390/tiny", [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")], HttpStatusCode.Forbidden),
            ("report?program=s390/tiny", [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], HttpStatusCode.Forbidden),
            ("run?program=s390/tiny", [("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "cors")], HttpStatusCode.Forbidden),
            ("?program=s390/tiny", [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")], HttpStatusCode.Forbidden),
            ("?program=s390/tiny", [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], HttpStatusCode.OK),     // a link that somebody sent
            ("?program=s390/tiny", [("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], HttpStatusCode.OK),           // typed
            ("page?program=s390/tiny", [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")], HttpStatusCode.OK),
        })
        {
            (HttpStatusCode status, string text) = await served.GetAsync(path, headers);
            Assert.True(expected == status, $"{path} {string.Join(' ', headers)}: {status}, {text}");
        }
    }

    [Theory]
    [InlineData("POST", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("POST", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("OPTIONS", "http://evil.example", HttpStatusCode.Forbidden)]
    public async Task Nothing_can_be_changed(string method, string? origin, HttpStatusCode expected)
    {
        await using Served served = await Served.StartAsync();

        using HttpResponseMessage response = await served.SendAsync(new HttpMethod(method), "run?program=s390/tiny", origin is null ? [] : [("Origin", origin)]);

        Assert.Equal(expected, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        if (expected == HttpStatusCode.MethodNotAllowed)
            Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?program=s390/tiny")]
    [InlineData("page?program=s390/tiny")]
    [InlineData("report?program=s390/tiny")]
    [InlineData("diff?program=s390/tiny&kept=program%3Ds390/tiny")]
    [InlineData("run?program=s390/tiny")]
    [InlineData("serve.js")]
    [InlineData("nothing")]
    public async Task Every_answer_is_protected(string path)
    {
        await using Served served = await Served.StartAsync();

        using HttpResponseMessage response = await served.SendAsync(HttpMethod.Get, path);

        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.Equal(path.StartsWith("page", StringComparison.Ordinal) || path.StartsWith("diff", StringComparison.Ordinal), policy.Contains("'unsafe-inline'", StringComparison.Ordinal));
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task What_is_asked_for_is_text_wherever_it_comes_back()
    {
        await using Served served = await Served.StartAsync();
        const string Evil = "%3C/script%3E%3Cimg%20src=x%20onerror=alert(1)%3E%22%27";

        foreach (string query in new[] { $"program={Evil}", $"{Evil}={Evil}", $"program=s390/tiny&args={Evil}&argv0={Evil}&execfn={Evil}&kernel={Evil}&kept=program%3D{Evil}", $"program=s390/tiny&args={Evil}&argv0={Evil}&execfn={Evil}&env=A={Evil}&kept=program%3Ds390/tiny" })
        {
            foreach (string path in new[] { "", "page", "diff" })
            {
                (_, string page) = await served.GetAsync($"{path}?{query}");
                Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
            }
        }
    }

    // ---- sizes ------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task A_request_has_its_bounds()
    {
        await using Served served = await Served.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await served.GetAsync($"report?program=s390/tiny&args={new string('x', 12_000)}")).Status);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, (await served.GetAsync($"report?program=s390/tiny&args={new string('x', 20_000)}")).Status);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await served.GetAsync("", [.. Enumerable.Range(0, 9).Select(i => ($"X-Long-{i}", new string('x', 4000)))])).Status);
        Assert.Equal("HTTP/1.1 405 ", (await RawAsync(served, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"))[..13]);
        Assert.Equal("HTTP/1.1 400 ", (await RawAsync(served, "GET / HTTP/1.1\r\n\r\n"))[..13]);
    }

    private static async Task<string> RawAsync(Served served, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(served.Address.Host, served.Address.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using StreamReader answer = new(stream);
        return await answer.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken) ?? "";
    }

    // ---- files ------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Files_outside_the_root_are_refused_whatever_leads_to_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        using TemporaryDirectory outside = new(), root = new();
        byte[] program = await File.ReadAllBytesAsync(Repository.PathOf(CommandLine.Bundled("s390/tiny")), TestContext.Current.CancellationToken);
        string secret = outside.Write("secret", program, TemporaryDirectory.Executable);
        root.Write("sub/tiny", program, TemporaryDirectory.Executable);
        File.CreateSymbolicLink(root.PathOf("to-file"), secret);
        File.CreateSymbolicLink(root.PathOf("to-directory"), outside.Path);
        File.CreateSymbolicLink(root.PathOf("to-link"), "to-directory/secret");
        File.CreateSymbolicLink(root.PathOf("within"), "sub/../sub/tiny");
        File.CreateSymbolicLink(root.PathOf("for-ever"), "for-ever");
        root.Write("script-within", Encoding.UTF8.GetBytes($"#!{root.PathOf("sub/tiny")}\n"), TemporaryDirectory.Executable);
        root.Write("script-outside", Encoding.UTF8.GetBytes($"#!{secret}\n"), TemporaryDirectory.Executable);
        root.Write("script-link", "#!to-file\n"u8, TemporaryDirectory.Executable);
        root.Write("dynamic", new ElfBuilder().Add(ProgramHeader.Interpreter(secret)).Build(), TemporaryDirectory.Executable);
        await using Served served = await Served.StartAsync(Served.Settings(root.Path));

        foreach (string allowed in new[] { "sub/tiny", "./sub/../sub/tiny", "within", root.PathOf("sub/tiny"), "script-within" })
            Assert.Equal(0, (await served.RunAsync($"file={Uri.EscapeDataString(allowed)}"))[^1].GetProperty("exit").GetInt32());
        foreach ((string refused, string named) in new[]
        {
            ("../" + Path.GetFileName(outside.Path) + "/secret", ""), (secret, ""), ("to-file", ""), ("to-directory/secret", ""), ("to-link", ""), ("for-ever", ""), ("/etc/passwd", ""), ("sub/../../x", ""),
            ("script-outside", secret), ("script-link", "to-file"), ("dynamic", secret),
        })
        {
            string name = named.Length > 0 ? named : refused;
            (HttpStatusCode status, string text) = await served.GetAsync($"report?file={Uri.EscapeDataString(refused)}");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains($"\"error\":\"{name}: lies outside {root.Path}, where this server may open files\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_changes_is_run_anew()
    {
        using TemporaryDirectory root = new();
        string file = root.Write("program", await File.ReadAllBytesAsync(Repository.PathOf(CommandLine.Bundled("s390/tiny")), TestContext.Current.CancellationToken), TemporaryDirectory.Executable);
        await using Served served = await Served.StartAsync(Served.Settings(root.Path));
        string before = await served.ReadAsync("report?file=program");
        await File.WriteAllBytesAsync(file, await File.ReadAllBytesAsync(Repository.PathOf(CommandLine.Bundled("i386/tiny")), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        Assert.Contains("\"arch\": \"s390\"", before, StringComparison.Ordinal);
        Assert.Contains("\"arch\": \"amd64\"", await served.ReadAsync("report?file=program"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_under_the_root_are_listed_a_directory_at_a_time()
    {
        using TemporaryDirectory root = new();
        root.Write("b", "x"u8, TemporaryDirectory.Plain);
        root.Write("a dir/<c>", "x"u8, TemporaryDirectory.Plain);
        await using Served served = await Served.StartAsync(Served.Settings(root.Path));

        Assert.Equal("""{"files":["a dir/","b"],"more":false}""", await served.ReadAsync("files"));
        Assert.Equal("""{"files":["a dir/<c>"],"more":false}""", await served.ReadAsync("files?under=a%20dir/"));
        Assert.Equal("""{"files":[],"more":false}""", await served.ReadAsync("files?under=none/"));
        Assert.Equal(HttpStatusCode.BadRequest, (await served.GetAsync("files?under=../")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await served.GetAsync("files?under=/etc")).Status);
    }
}
