using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using Emulator.Cli.Options;
using Emulator.Core.Machines;

namespace Emulator.Cli;

/// <summary>Loads architectures from assemblies that others made, and says in one line what keeps one from being a plugin.</summary>
internal static class PluginFile
{
    private const string Switch = "Emulator.Cli.LoadsPlugins";

    private static readonly AssemblyName Core = typeof(Architecture).Assembly.GetName();

    /// <summary>Whether this build can load assemblies: not when it was compiled ahead of time or trimmed, which Emulator.Cli.csproj tells.</summary>
    [FeatureSwitchDefinition(Switch)]
    [FeatureGuard(typeof(RequiresUnreferencedCodeAttribute))]
    [SuppressMessage("Trimming", "IL4000", Justification = "Emulator.Cli.csproj turns the switch off wherever something is trimmed.")]
    public static bool CanLoad => !AppContext.TryGetSwitch(Switch, out bool on) || on;

    /// <summary>Adds the architectures of plugins to the others.</summary>
    /// <param name="registry">The others.</param>
    /// <param name="option"><c>--plugin</c>.</param>
    /// <param name="values">Its values.</param>
    /// <param name="around">Where relative paths start.</param>
    /// <exception cref="ProblemException">One of them is no plugin, or this build takes none: the message says why.</exception>
    /// <returns>Whether there was any.</returns>
    public static bool AddTo(ArchitectureRegistry registry, CliOption option, OptionValues values, Surroundings around)
    {
        IReadOnlyList<string> files = values.All(option, out string origin);
        foreach (string file in files)
            AddTo(registry, option, file, around.FullPath(file), origin.Length == 0 ? file : $"{Settings.VariableOf(option)}: {file}");
        return files.Count > 0;
    }

    private static void AddTo(ArchitectureRegistry registry, CliOption option, string file, string path, string name)
    {
        if (!CanLoad)
            throw ProblemException.Usage($"{option.Name}: this build was compiled ahead of time or trimmed, and cannot load {file}; use one that dotnet build or dotnet publish makes as it is");
        if (file.Length == 0)
            throw ProblemException.Usage($"{option.Name} has an empty path");
        foreach (Architecture architecture in Load(name, path))
        {
            if (registry.Find(architecture.Name) is { } other)
                throw ProblemException.Input($"{name}: its architecture {architecture.Name} ({architecture.GetType().FullName}) has the name of another ({other.GetType().FullName}); taken are {Words.And([.. registry.Architectures.Select(taken => taken.Name)])}");
            registry.Add(architecture);
        }
    }

    [RequiresUnreferencedCode("A stranger's assembly may use what was trimmed away.")]
    private static List<Architecture> Load(string file, string path)
    {
        CheckHeaders(file, path);
        Assembly assembly = LoadAssembly(file, path);
        Type[] types = TypesOf(file, assembly), plugins = [.. types.Where(IsPlugin)];
        if (plugins.Length == 0)
            throw ProblemException.Input($"{file}: no public class derives {typeof(Architecture)} and has a public constructor without parameters; {NearMisses(types)}");
        CheckMembers(file, types);
        return [.. plugins.Select(type => Checked(file, Create(file, type)))];
    }

    /// <summary>Looks at the file before anything of it is loaded.</summary>
    private static void CheckHeaders(string file, string path)
    {
        if (Directory.Exists(path))
            throw ProblemException.Input($"{file}: is a directory");
        if (!File.Exists(path))
            throw ProblemException.Input($"{file}: no such file");
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> magic = stackalloc byte[2];
            magic = magic[..stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false)];
            if (!magic.SequenceEqual("MZ"u8))
                throw ProblemException.Input($"{file}: not a .NET assembly: bytes 0-1 should be 4d 5a, found {(magic.IsEmpty ? "an empty file" : string.Join(' ', magic.ToArray().Select(value => $"{value:x2}")))}");
            stream.Position = 0;
            using PEReader headers = new(stream);
            if (!headers.HasMetadata || headers.GetMetadataReader() is not { IsAssembly: true } metadata)
                throw ProblemException.Input($"{file}: not a .NET assembly: a PE file {(headers.HasMetadata ? "of a module that belongs to one" : "without .NET metadata")}");
            foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences)
            {
                AssemblyReference reference = metadata.GetAssemblyReference(handle);
                if (metadata.StringComparer.Equals(reference.Name, Core.Name!) && !Fits(reference.Version))
                    throw ProblemException.Input($"{file}: built against {Core.Name} {reference.Version}, but this program has {Core.Version}; build it against that");
            }
        }
        catch (BadImageFormatException problem)
        {
            throw ProblemException.Input($"{file}: not a .NET assembly: {Words.OneLine(problem.Message)}");
        }
        catch (IOException problem)
        {
            throw ProblemException.Unreadable(file, problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw ProblemException.Unreadable(file, problem);
        }
    }

    /// <summary>By semantic versioning: an older or equal one, with the same first number, and before 1.0 with the same second one too.</summary>
    private static bool Fits(Version wanted)
    {
        Version ours = Core.Version!;
        return wanted <= ours && wanted.Major == ours.Major && (ours.Major > 0 || wanted.Minor == ours.Minor);
    }

    [RequiresUnreferencedCode("A stranger's assembly may use what was trimmed away.")]
    private static Assembly LoadAssembly(string file, string path)
    {
        PluginContext context = new(file, path);
        try
        {
            Assembly assembly = context.LoadFromAssemblyPath(path);
            foreach (AssemblyName needed in assembly.GetReferencedAssemblies())
                context.LoadFromAssemblyName(needed);
            return assembly;
        }
        catch (FileNotFoundException problem)
        {
            throw ProblemException.Input($"{file}: needs {problem.FileName}, which is neither part of this program nor beside the plugin; put it there");
        }
        catch (FileLoadException problem)
        {
            throw ProblemException.Input($"{file}: cannot be loaded: {Words.OneLine(problem.Message)}");
        }
        catch (BadImageFormatException problem)
        {
            throw ProblemException.Input($"{file}: cannot be loaded: {Words.OneLine(problem.Message)}");
        }
    }

    [RequiresUnreferencedCode("A stranger's assembly may use what was trimmed away.")]
    private static Type[] TypesOf(string file, Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException problem)
        {
            throw Misfit(file, problem.LoaderExceptions.OfType<Exception>().FirstOrDefault() ?? problem);
        }
    }

    private static bool IsPlugin(Type type) => type.IsVisible && !type.IsAbstract && !type.ContainsGenericParameters
        && type.IsSubclassOf(typeof(Architecture)) && Constructor(type) is not null;

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Reached only where nothing is trimmed: CanLoad.")]
    private static ConstructorInfo? Constructor(Type type) => type.GetConstructor(Type.EmptyTypes);

    /// <summary>What derives Architecture and still is no plugin, and why.</summary>
    private static string NearMisses(Type[] types)
    {
        string[] misses = [.. types.Where(type => type.IsSubclassOf(typeof(Architecture))).Select(type => $"{type.FullName}, which {Flaw(type)}")];
        return misses.Length == 0 ? $"found {types.Count(type => type.IsVisible)} public types, and none derives it" : $"found {Words.And(misses)}";
    }

    private static string Flaw(Type type) => type switch
    {
        { IsVisible: false } => "is not public",
        { IsAbstract: true } => "is abstract",
        { ContainsGenericParameters: true } => "has type parameters",
        _ => "has no such constructor",
    };

    /// <summary>Compiles all code now: a member that this Core does not have shall be told here, not in the middle of a report.</summary>
    [RequiresUnreferencedCode("A stranger's assembly may use what was trimmed away.")]
    private static void CheckMembers(string file, Type[] types)
    {
        const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        foreach (Type type in types.Where(type => !type.ContainsGenericParameters))
        {
            foreach (MethodBase method in type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own)))
            {
                if (method.IsAbstract || method.ContainsGenericParameters || method.GetMethodBody() is null)
                    continue;
                try
                {
                    RuntimeHelpers.PrepareMethod(method.MethodHandle);
                }
                catch (MissingMemberException problem)
                {
                    throw Misfit(file, problem);
                }
                catch (TypeLoadException problem)
                {
                    throw Misfit(file, problem);
                }
            }
        }
    }

    private static ProblemException Misfit(string file, Exception problem) =>
        ProblemException.Input($"{file}: does not fit {Core.Name} {Core.Version} of this program: {Words.OneLine(problem.Message)} Build it against that");

    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "Reached only where nothing is trimmed: CanLoad.")]
    private static Architecture Create(string file, Type type)
    {
        try
        {
            return (Architecture)Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException problem)
        {
            Exception cause = problem.GetBaseException();
            throw ProblemException.Input($"{file}: the constructor of {type.FullName} throws {cause.GetType().Name}: {Words.OneLine(cause.Message)}");
        }
    }

    /// <summary>What every verb takes for granted of an architecture.</summary>
    private static Architecture Checked(string file, Architecture architecture)
    {
        string? missing =
            string.IsNullOrWhiteSpace(architecture.Name) ? nameof(architecture.Name)
            : architecture.Summary is null ? nameof(architecture.Summary)
            : architecture.Abis.IsDefaultOrEmpty ? nameof(architecture.Abis)
            : architecture.Kernels.IsDefaultOrEmpty ? nameof(architecture.Kernels)
            : architecture.PageSizes.IsDefaultOrEmpty ? nameof(architecture.PageSizes)
            : architecture.Kernels.Any(kernel => architecture.Mmus(kernel).IsDefaultOrEmpty) ? nameof(architecture.Mmus)
            : architecture.Cpus.IsDefault ? nameof(architecture.Cpus)
            : architecture.Sources.IsDefault ? nameof(architecture.Sources)
            : null;
        return missing is null
            ? architecture
            : throw ProblemException.Input($"{file}: {missing} of {architecture.GetType().FullName} is empty; an architecture has at least one");
    }
}
