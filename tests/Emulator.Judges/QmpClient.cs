using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Emulator.Judges;

/// <summary>QEMU's machine protocol over a UNIX socket: one JSON object a line (docs/interop/qmp-spec.txt of QEMU 7.2).</summary>
public sealed class QmpClient : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    internal QmpClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.UTF8);
        ReadMessage().Dispose();                                // the greeting
        Execute("qmp_capabilities");
    }

    /// <summary>Executes a command without arguments.</summary>
    /// <param name="command">For example <c>query-status</c>.</param>
    /// <returns>The value of "return".</returns>
    /// <exception cref="JudgeException">QEMU answered with an error, or not at all.</exception>
    public JsonElement Execute(string command) => Send(new { execute = command });

    /// <summary>Executes a line of the human monitor.</summary>
    /// <param name="commandLine">For example <c>info registers</c>.</param>
    /// <returns>What the monitor prints, with line feeds only and without the last one.</returns>
    /// <exception cref="JudgeException">QEMU answered with an error, or not at all.</exception>
    public string Monitor(string commandLine)
    {
        JsonElement printed = Send(new Dictionary<string, object>
        {
            ["execute"] = "human-monitor-command",
            ["arguments"] = new Dictionary<string, string> { ["command-line"] = commandLine },
        });
        return printed.GetString()!.Replace("\r", "", StringComparison.Ordinal).TrimEnd('\n');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    private JsonElement Send(object message)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message), (byte)'\n'];
        try
        {
            _stream.Write(line);
            while (true)
            {
                using JsonDocument answer = ReadMessage();
                if (answer.RootElement.TryGetProperty("return", out JsonElement value))
                    return value.Clone();
                if (answer.RootElement.TryGetProperty("error", out JsonElement error))
                    throw new JudgeException($"QMP refused {JsonSerializer.Serialize(message)}: {error}");
                // anything else is an event
            }
        }
        catch (IOException silent)
        {
            throw new JudgeException($"QMP gave no answer to {JsonSerializer.Serialize(message)}", silent);
        }
    }

    private JsonDocument ReadMessage() =>
        JsonDocument.Parse(_reader.ReadLine() ?? throw new JudgeException("QEMU closed its QMP connection"));
}
