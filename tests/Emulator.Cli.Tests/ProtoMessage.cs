using System.Diagnostics;
using System.Text;
using Emulator.Testing;
using Xunit;

namespace Emulator.Cli.Tests;

/// <summary>A message as <c>protoc --decode</c> prints it: fields by name, each with its values in order.</summary>
internal sealed class ProtoMessage
{
    private readonly Dictionary<string, List<object>> _fields = [];

    /// <summary>Names of the fields that are there; a number for one that the schema does not know.</summary>
    public IEnumerable<string> Names => _fields.Keys;

    /// <summary>Decodes bytes by Perfetto's schema, with protoc, which shares nothing with us.</summary>
    public static ProtoMessage Decode(byte[] trace)
    {
        string? protoc = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(directory => Path.Combine(directory, "protoc")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(protoc is null, "protoc is not installed (Debian: protobuf-compiler)");
        string schema = Repository.PathOf("docs/perfetto.proto");
        ProcessStartInfo start = new(protoc!)
        {
            ArgumentList = { $"--proto_path={Path.GetDirectoryName(schema)}", "--decode=perfetto.protos.Trace", Path.GetFileName(schema) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync(), problems = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(trace);
        process.StandardInput.Close();
        string[] lines = text.GetAwaiter().GetResult().Split('\n');
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, problems.GetAwaiter().GetResult());
        int next = 0;
        return Read(lines, ref next);
    }

    /// <summary>The messages of a field.</summary>
    public IEnumerable<ProtoMessage> Messages(string name) => All(name).Cast<ProtoMessage>();

    /// <summary>The message of a field; null when it is not there.</summary>
    public ProtoMessage? Message(string name) => Messages(name).SingleOrDefault();

    /// <summary>The value of a field as it is printed, texts without their quotes; null when it is not there.</summary>
    public string? Value(string name) => (string?)All(name).SingleOrDefault();

    /// <summary>The number of a field; 0 when it is not there.</summary>
    public ulong Number(string name) => ulong.Parse(Value(name) ?? "0");

    /// <summary>This message and all inside it.</summary>
    public IEnumerable<ProtoMessage> Everything() => _fields.Values.SelectMany(values => values).OfType<ProtoMessage>().SelectMany(inner => inner.Everything()).Prepend(this);

    private List<object> All(string name) => _fields.GetValueOrDefault(name) ?? [];

    private static ProtoMessage Read(string[] lines, ref int next)
    {
        ProtoMessage message = new();
        while (next < lines.Length && lines[next].Trim() is var line && line != "}")
        {
            next++;
            if (line.Length == 0)
                continue;
            string name = line.Split(' ', ':')[0];
            object value;
            if (line.EndsWith(" {", StringComparison.Ordinal))
            {
                value = Read(lines, ref next);
                next++;
            }
            else
            {
                value = Unquote(line[(name.Length + 2)..]);
            }
            if (!message._fields.TryGetValue(name, out List<object>? values))
                message._fields.Add(name, values = []);
            values.Add(value);
        }
        return message;
    }

    /// <summary>Bytes that are no plain ASCII are printed as \ooo.</summary>
    private static string Unquote(string text)
    {
        if (text[0] != '"')
            return text;
        List<byte> bytes = [];
        for (int i = 1; i < text.Length - 1; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
                continue;
            }
            i++;
            if (char.IsAsciiDigit(text[i]))
            {
                bytes.Add(Convert.ToByte(text.Substring(i, 3), 8));
                i += 2;
            }
            else
            {
                bytes.Add((byte)(text[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other }));
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
