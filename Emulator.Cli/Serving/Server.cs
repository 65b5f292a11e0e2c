using System.Net;
using System.Net.Sockets;
using System.Text;
using Emulator.Cli.Diffs;
using Emulator.Cli.Options;
using Emulator.Cli.Rendering;
using Emulator.Cli.Reports;
using Emulator.Core.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Emulator.Cli.Serving;

/// <summary>The pages of <c>serve</c> over HTTP. Every request is a GET; what it asks for is in its address, and nothing is kept for anybody.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly WebApplication _application;
    private readonly ServeSettings _settings;
    private readonly RequestGuard _guard;
    private readonly RunMaker _maker;
    private readonly RunDesk _desk;
    private readonly FrontPage _front;
    private readonly ILogger _log;

    /// <summary>Makes a server, which does not listen yet.</summary>
    /// <param name="settings">What it was asked for.</param>
    /// <param name="maker">Makes its runs.</param>
    /// <param name="front">Writes its front page.</param>
    /// <param name="log">The log.</param>
    public Server(ServeSettings settings, RunMaker maker, FrontPage front, ILogger log)
    {
        (_settings, _maker, _front, _log) = (settings, maker, front, log);
        _guard = new RequestGuard(settings.Address);
        _desk = new RunDesk(maker, settings, log);
        // Empty: neither environment variables nor files of ASP.NET's change what it does.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(new OneLog(log));
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);       // repeats what StartAsync throws
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = ServeSettings.MostRequestLineBytes;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(settings.Address, settings.Port);
        });
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    /// <summary>Where it listens, once it does.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ProblemException">It cannot, at this address and port.</exception>
    public async Task StartAsync()
    {
        string where = $"{RequestGuard.Bracketed(_settings.Address)}:{_settings.Port}";
        try
        {
            await _application.StartAsync();
        }
        catch (IOException problem) when (problem.InnerException is AddressInUseException)
        {
            throw ProblemException.Usage($"--port: {where} is in use; give another, or 0 for any that is free");
        }
        catch (SocketException problem)
        {
            throw ProblemException.Usage(problem.SocketErrorCode switch
            {
                SocketError.AccessDenied => $"--port: this user may not listen on {where}; give a port of 1024 or above",
                SocketError.AddressNotAvailable => $"--host: {_settings.Address} is no address of this machine",
                _ => $"--host: cannot listen on {where}: {Words.OneLine(problem.Message)}",
            });
        }
        Address = new Uri(_application.Urls.First().Replace("0.0.0.0", "127.0.0.1").Replace("[::]", "[::1]"));
    }

    /// <summary>Stops listening and running.</summary>
    public async Task StopAsync()
    {
        _desk.Close();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(3));
        await _application.StopAsync(patience.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _desk.Dispose();
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "";
        RequestGuard.Protect(context.Response.Headers, isReport: path is "/page" or "/diff");
        if (_guard.Refusal(request) is (var status, var reason))
        {
            _log.LogInformation("refused {Method} {Path}: {Reason}", request.Method, request.Path.ToUriComponent(), reason);
            if (status == StatusCodes.Status405MethodNotAllowed)
                context.Response.Headers.Allow = "GET, HEAD";
            await RefuseAsync(context, status, new FieldProblem(null, reason, ExitCode.Usage));
            return;
        }
        RunLink link = _maker.Read(request.QueryString.Value ?? "");
        try
        {
            await (path switch
            {
                "/" => WriteAsync(context, "text/html; charset=utf-8", Utf8.GetBytes(_front.Write(link))),
                "/serve.js" => WriteAsync(context, "text/javascript; charset=utf-8", Utf8.GetBytes(Assets.Read("serve.js"))),
                "/serve.css" => WriteAsync(context, "text/css; charset=utf-8", Utf8.GetBytes(Assets.Read("serve.css"))),
                "/run" => RunAsync(context, link),
                "/report" => ReportAsync(context, link),
                "/page" => PageAsync(context, link),
                "/diff" => DiffAsync(context, link),
                "/files" => FilesAsync(context),
                _ => RefuseAsync(context, StatusCodes.Status404NotFound, new FieldProblem(null, $"there is no page {path}; the front page is /", ExitCode.Usage)),
            });
        }
        catch (ProblemException problem)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, FieldProblem.Of(problem, link));
        }
        catch (LimitException limit)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, new FieldProblem(null, limit.Message, ExitCode.Refused));
        }
        catch (OperationCanceledException)
        {
            _log.LogDebug("whoever asked for {Path} has gone, or the server ends", request.Path.ToUriComponent());
            context.Abort();
        }
        catch (Exception bug)
        {
            _log.LogError(bug, "{Path} failed", request.Path.ToUriComponent());
            if (context.Response.HasStarted)
                context.Abort();
            else
                await RefuseAsync(context, StatusCodes.Status500InternalServerError, new FieldProblem(null, Cli.Program.Describe(bug), ExitCode.Bug));
        }
    }

    /// <summary>Runs and tells how far it has come, a line of JSON each time; the last one has the exit code.</summary>
    private async Task RunAsync(HttpContext context, RunLink link)
    {
        context.Response.ContentType = "application/x-ndjson";
        FieldProblem? problem = null;
        try
        {
            await _desk.RunAsync(link, now => LineAsync(context, Json.Line(json =>
            {
                json.WriteStartObject();
                json.WriteString("progress", now);
                json.WriteEndObject();
            })), context.RequestAborted);
        }
        catch (ProblemException wrong)
        {
            problem = FieldProblem.Of(wrong, link);
        }
        catch (LimitException limit)
        {
            problem = new FieldProblem(null, limit.Message, ExitCode.Refused);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            problem = new FieldProblem(null, Cli.Program.Describe(bug), ExitCode.Bug);
        }
        await LineAsync(context, Line(problem));
    }

    private static async Task LineAsync(HttpContext context, string line)
    {
        await context.Response.WriteAsync(line + "\n", Utf8, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private async Task ReportAsync(HttpContext context, RunLink link)
    {
        ServedRun run = await _desk.RunAsync(link, null, context.RequestAborted);
        await WriteAsync(context, "application/json; charset=utf-8", run.Report);
    }

    private async Task PageAsync(HttpContext context, RunLink link)
    {
        ServedRun run = await _desk.RunAsync(link, null, context.RequestAborted);
        await WriteAsync(context, "text/html; charset=utf-8", run.Page);
    }

    private async Task DiffAsync(HttpContext context, RunLink link)
    {
        if (link.Kept is not { } kept)
            throw ProblemException.Usage($"{RunLink.KeptKey} is missing: there is nothing to compare with");
        ServedRun a = await _desk.RunAsync(kept, null, context.RequestAborted), b = await _desk.RunAsync(link.Alone, null, context.RequestAborted);
        LiveRun first = new(CommandOf(kept), a.Source), second = new(CommandOf(link), b.Source);
        DiffReport report = new(first, second, [.. RunSource.Pair(first, second, []).Select(pair => new RunDiff(first.StateOf(pair.A, RunState.End), second.StateOf(pair.B, RunState.End)))], judges: false);
        using StringWriter page = new() { NewLine = "\n" };
        new DiffPage(report).Write(page);
        await WriteAsync(context, "text/html; charset=utf-8", Utf8.GetBytes(page.ToString()));
    }

    private static string CommandOf(RunLink link) => CommandWords.Join(link.ToWords());

    private Task FilesAsync(HttpContext context)
    {
        string under = context.Request.Query["under"].ToString();
        IReadOnlyList<string> files = FileList.Under(_settings.Root, under, out bool more);
        return WriteAsync(context, "application/json; charset=utf-8", Utf8.GetBytes(Json.Line(json =>
        {
            json.WriteStartObject();
            json.WriteStrings("files", files);
            json.WriteBoolean("more", more);
            json.WriteEndObject();
        })));
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] content)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context, int status, FieldProblem problem)
    {
        context.Response.StatusCode = status;
        // Whoever sees an address of its own in a frame is a person; the rest are programs.
        if (context.Request.Path.Value is "/page" or "/diff")
            await WriteAsync(context, "text/html; charset=utf-8", Utf8.GetBytes(FrontPage.Refusal(problem)));
        else
            await WriteAsync(context, "application/json; charset=utf-8", Utf8.GetBytes(Line(problem) + "\n"));
    }

    private static string Line(FieldProblem? problem) => Json.Line(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("exit", problem?.Exit ?? ExitCode.Done);
        if (problem?.Field is { } field)
            json.WriteString("field", field);
        if (problem is not null)
            json.WriteString("error", problem.Message);
        json.WriteEndObject();
    });

    /// <summary>Kestrel's words go where all others go.</summary>
    private sealed class OneLog(ILogger log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
            // The log belongs to the program.
        }
    }

    /// <summary>Whoever made the server says when it ends.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
