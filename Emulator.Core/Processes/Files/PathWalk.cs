using Emulator.Core.Kernel;

namespace Emulator.Core.Processes.Files;

/// <summary>Follows paths through the tree (<c>path_lookup()</c>): names are looked up one by one here, and no host is asked what a path means.</summary>
/// <remarks>Source: path_resolution(7). <c>..</c> of the root is the root, for links too: no path leads out.</remarks>
internal static class PathWalk
{
    private const int MostBytes = 4096, MostNameBytes = 255, MostLinks = 40;

    /// <summary>Finds where a path leads.</summary>
    /// <param name="location">Root and, for relative paths, where to begin.</param>
    /// <param name="from">Where relative paths begin; null for the current directory.</param>
    /// <param name="path">The path.</param>
    /// <param name="followLast">Whether a link as the last name is followed.</param>
    /// <param name="found">Where it leads.</param>
    /// <returns>ENOENT only when a directory on the way is missing; a missing last name is no error.</returns>
    public static Errno Find(FileLocation location, DirectoryNode? from, string path, bool followLast, out FoundFile found)
    {
        found = default;
        if (path.Length == 0)
            return Errno.ENOENT;
        if (path.Length >= MostBytes)
            return Errno.ENAMETOOLONG;
        int links = 0;
        return Walk(location, path[0] == '/' ? location.Root : from ?? location.Current, path, followLast, ref links, out found);
    }

    /// <summary>The same for a file that has to be there.</summary>
    public static Errno FindExisting(FileLocation location, DirectoryNode? from, string path, bool followLast, out FoundFile found)
    {
        Errno error = Find(location, from, path, followLast, out found);
        if (error.Failed())
            return error;
        return found.Node is null ? Errno.ENOENT : found.EndsInSlash && found.Node is not DirectoryNode ? Errno.ENOTDIR : Errno.None;
    }

    private static Errno Walk(FileLocation location, DirectoryNode at, string path, bool followLast, ref int links, out FoundFile found)
    {
        found = new FoundFile(at, "", at, EndsInSlash: false);
        int position = 0;
        while (true)
        {
            while (position < path.Length && path[position] == '/')
                position++;
            if (position == path.Length)
                return Errno.None;      // the path ended in a directory
            int end = path.IndexOf('/', position);
            end = end < 0 ? path.Length : end;
            string name = path[position..end];
            bool last = path.AsSpan(end).Trim('/').IsEmpty;
            position = end;
            if (name.Length > MostNameBytes)
                return Errno.ENAMETOOLONG;
            if (at.IsRemoved)
                return Errno.ENOENT;
            if (name is "." or "..")
            {
                at = name == "." || at == location.Root ? at : at.Parent;
                found = new FoundFile(at, "", at, EndsInSlash: false);
                continue;
            }
            Errno error = at.Find(name, out FileNode? node);
            if (error.Failed() && !(last && error == Errno.ENOENT))
                return error;
            bool slash = end < path.Length;
            if (node is LinkNode link && (!last || followLast || slash))
            {
                if (++links > MostLinks)
                    return Errno.ELOOP;
                error = Follow(location, at, link, ref links, out FoundFile target);
                if (error.Failed())
                    return error;
                if (last)
                {
                    found = target with { EndsInSlash = target.EndsInSlash || slash };
                    return Errno.None;
                }
                node = target.Node;
            }
            found = new FoundFile(at, name, node, slash);
            if (last)
                return Errno.None;
            if (node is null)
                return Errno.ENOENT;
            if (node is not DirectoryNode directory)
                return Errno.ENOTDIR;
            at = directory;
        }
    }

    private static Errno Follow(FileLocation location, DirectoryNode at, LinkNode link, ref int links, out FoundFile target)
    {
        if (link.Destination is { } destination)
        {
            target = new FoundFile(at, "", destination, EndsInSlash: false);
            return Errno.None;
        }
        string path = link.Target;
        target = default;
        if (path.Length == 0 || path.Length >= MostBytes)
            return path.Length == 0 ? Errno.ENOENT : Errno.ENAMETOOLONG;
        return Walk(location, path[0] == '/' ? location.Root : at, path, followLast: true, ref links, out target);
    }
}
