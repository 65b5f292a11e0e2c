using System.Net;
using System.Text.Json;
using Emulator.Cli.Files;
using Emulator.Cli.Serving;
using Emulator.Cli.Verbs;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>A server of <c>serve</c> in this process, and a client that is no browser.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly Server _server;

    private Served(Server server)
    {
        _server = server;
        Client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _server.Address;

    /// <summary>The client.</summary>
    public HttpClient Client { get; }

    /// <summary>Settings as <c>serve --port 0</c> has them, with patience for a slow machine.</summary>
    public static ServeSettings Settings(string? root = null) => new()
    {
        Address = IPAddress.Loopback,
        Port = 0,
        Root = root is null ? null : new FileRoot(root),
        Runs = 2,
        RunTime = TimeSpan.FromSeconds(60),
        RunMemoryBytes = 1UL << 30,
    };

    /// <summary>Starts one.</summary>
    public static async Task<Served> StartAsync(ServeSettings? settings = null)
    {
        Dispatcher dispatcher = new(Plugins.Registry(), Emulator.Cli.Settings.None);
        Server server = dispatcher.Verbs.OfType<ServeVerb>().Single().Make(settings ?? Settings(), CommandLine.In(), NullLogger.Instance);
        await server.StartAsync();
        return new Served(server);
    }

    /// <summary>Asks for something.</summary>
    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, headers);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Asks for something that is there.</summary>
    public async Task<string> ReadAsync(string path)
    {
        (HttpStatusCode status, string text) = await GetAsync(path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status}: {text}");
        return text;
    }

    /// <summary>Asks for a run, and for each thing that is told of it.</summary>
    public async Task<JsonElement[]> RunAsync(string query) =>
        [.. (await ReadAsync($"run?{query}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Asks in any way.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(method, path);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }
}
