namespace Emulator.Cli.Rendering;

/// <summary>A node of a drawn tree.</summary>
internal sealed class TextNode
{
    private readonly List<(string Text, Tone Tone)> _pieces = [];
    private readonly List<TextNode> _children = [];

    /// <summary>The text, in pieces.</summary>
    public IReadOnlyList<(string Text, Tone Tone)> Pieces => _pieces;

    /// <summary>What hangs below.</summary>
    public IReadOnlyList<TextNode> Children => _children;

    /// <summary>Adds text.</summary>
    public TextNode Add(string text, Tone tone = Tone.Plain)
    {
        _pieces.Add((text, tone));
        return this;
    }

    /// <summary>Adds a node below.</summary>
    public void Add(TextNode child) => _children.Add(child);
}
