using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using Emulator.Arch.Amd64;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Tracing;
using Emulator.Testing;

namespace Emulator.Cli.Tests;

/// <summary>An architecture under another name, for plugins written by <see cref="StrangerAssembly"/> to derive.</summary>
public abstract class Stranger(string name) : Architecture
{
    private readonly Amd64 _real = new();

    public override string Name => name;

    public override string Summary => "a stranger's variation";

    public override ImmutableArray<UserAbi> Abis => _real.Abis;

    public override ImmutableArray<string> Kernels => _real.Kernels;

    public override ImmutableArray<int> PageSizes => _real.PageSizes;

    public override ImmutableArray<string> Sources => _real.Sources;

    public override ImmutableArray<string> Mmus(string kernel) => _real.Mmus(kernel);

    public override Machine CreateMachine(MachineOptions options, Recorder? recorder) =>
        Close<Amd64Entry>(options, Amd64Entry.Controls(Amd64Controls.User | Amd64Controls.WriteProtect | Amd64Controls.NoExecute), recorder);

    public override IReadOnlyList<string> EntryNotes(string kernel) => _real.EntryNotes(kernel);

    protected override KernelProfile BaseProfile(MachineOptions options) => _real.Profile(options);
}

/// <summary>Writes an assembly, as a compiler would, whose classes derive what they are told.</summary>
internal sealed class StrangerAssembly(string name)
{
    private readonly PersistedAssemblyBuilder _assembly = new(new AssemblyName(name), typeof(object).Assembly);
    private ModuleBuilder? _module;

    private ModuleBuilder Module => _module ??= _assembly.DefineDynamicModule(name);

    /// <summary>A class with nothing inside, not even a constructor.</summary>
    public StrangerAssembly Empty(string type, Type? parent, TypeAttributes attributes = TypeAttributes.Public)
    {
        Module.DefineType(type, attributes | TypeAttributes.Class, parent).CreateType();
        return this;
    }

    /// <summary>A class that derives <see cref="Stranger"/>.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="architecture">Name of its architecture.</param>
    /// <param name="attributes">Whether it is public.</param>
    /// <param name="parameters">Of its constructor.</param>
    /// <param name="failing">The method that throws instead of doing what it should: <c>.ctor</c>, or one that is overridden.</param>
    /// <param name="thrown">What that one throws.</param>
    public StrangerAssembly Add(string type, string architecture, TypeAttributes attributes = TypeAttributes.Public, Type[]? parameters = null, string? failing = null, Type? thrown = null)
    {
        TypeBuilder builder = Define(type, architecture, attributes, parameters ?? [], failing == ".ctor" ? thrown : null);
        if (failing is not null and not ".ctor")
            Throw(Override(builder, failing), thrown!);
        builder.CreateType();
        return this;
    }

    /// <summary>A class that derives <see cref="Stranger"/> and whose list of kernels is one that nobody made.</summary>
    public StrangerAssembly AddWithoutKernels(string type, string architecture)
    {
        TypeBuilder builder = Define(type, architecture, TypeAttributes.Public, [], null);
        ILGenerator code = Override(builder, "get_Kernels");
        LocalBuilder none = code.DeclareLocal(typeof(ImmutableArray<string>));
        code.Emit(OpCodes.Ldloca, none);
        code.Emit(OpCodes.Initobj, typeof(ImmutableArray<string>));
        code.Emit(OpCodes.Ldloc, none);
        code.Emit(OpCodes.Ret);
        builder.CreateType();
        return this;
    }

    /// <summary>Writes it.</summary>
    /// <returns>The path.</returns>
    public string Save(TemporaryDirectory directory)
    {
        _ = Module;
        string path = directory.PathOf($"{name}.dll");
        _assembly.Save(path);
        return path;
    }

    private TypeBuilder Define(string type, string architecture, TypeAttributes attributes, Type[] parameters, Type? thrown)
    {
        TypeBuilder builder = Module.DefineType(type, attributes | TypeAttributes.Class, typeof(Stranger));
        ILGenerator code = builder.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters).GetILGenerator();
        if (thrown is not null)
            Throw(code, thrown);
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldstr, architecture);
        code.Emit(OpCodes.Call, typeof(Stranger).GetConstructor(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance, [typeof(string)])!);
        code.Emit(OpCodes.Ret);
        return builder;
    }

    private static ILGenerator Override(TypeBuilder builder, string name)
    {
        MethodInfo original = typeof(Stranger).GetMethod(name)!;
        return builder.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, original.ReturnType,
            [.. original.GetParameters().Select(parameter => parameter.ParameterType)]).GetILGenerator();
    }

    private static void Throw(ILGenerator code, Type exception)
    {
        code.Emit(OpCodes.Ldstr, "two\nlines");
        code.Emit(OpCodes.Newobj, exception.GetConstructor([typeof(string)])!);
        code.Emit(OpCodes.Throw);
    }
}
