using System.Collections.Immutable;
using Emulator.Core.Exec;
using Emulator.Core.Kernel;
using Emulator.Core.Machines;
using Emulator.Core.Paging;
using Emulator.Core.Tracing;

namespace Emulator.Core.Reports;

/// <summary>
/// One execve from its first page table to its last event: what every picture, trace and page is folded from. Step
/// <c>n</c> leads from moment <c>n</c> to moment <c>n + 1</c>; at moment 0 nothing has happened.
/// </summary>
public sealed class History
{
    private readonly ImmutableArray<TraceEvent> _steps;

    /// <summary>Keeps the events of one execve that started with an empty address space.</summary>
    /// <param name="way">Name of the way.</param>
    /// <param name="machine">The machine that it happened on.</param>
    /// <param name="events">The events, in order.</param>
    public History(string way, Machine machine, ReadOnlySpan<TraceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(machine);
        KernelProfile profile = machine.Kernel.Profile;
        Way = way;
        Kernel = profile.Era.Version;
        Tree = profile.Tree;
        AccountedLevels = profile.Era.AccountedTableLevels;
        (GrowsIn, ShrinksIn) = (profile.GrowsIn, profile.ShrinksIn);
        EntryFormat = machine.EntryFormat;
        _steps = [.. events];
        End = _steps.Length;
        for (int i = 0; i < _steps.Length; i++)
        {
            if (_steps[i].Kind == TraceEventKind.Failed)
                End = i;
        }
    }

    /// <summary>Name of the way.</summary>
    public string Way { get; }

    /// <summary>Version of the kernel.</summary>
    public string Kernel { get; }

    /// <summary>Shape of the tree.</summary>
    public PageTableGeometry Tree { get; }

    /// <summary>Levels from the leaf that /proc accounts for.</summary>
    public int AccountedLevels { get; }

    /// <summary>Function and file in which the kernel makes a tree deeper; empty where trees keep their depth.</summary>
    public string GrowsIn { get; }

    /// <summary>Function and file in which it takes levels away; empty where it does not.</summary>
    public string ShrinksIn { get; }

    /// <summary>What the bits of entries mean.</summary>
    public EntryFormat EntryFormat { get; }

    /// <summary>Number of steps; also the last moment.</summary>
    public int Count => _steps.Length;

    /// <summary>The moment whose books the report prints: the last one, or, when execve fails, the one before everything is given back.</summary>
    public int End { get; }

    /// <summary>Changes of the tree's depth, from the first event to the last; those before the same stage are one.</summary>
    public ImmutableArray<DepthChange> DepthChanges
    {
        get
        {
            ImmutableArray<DepthChange>.Builder changes = ImmutableArray.CreateBuilder<DepthChange>();
            ExecStageName next = ExecStageName.Copied;
            int depth = 0;
            foreach (ref readonly TraceEvent happened in _steps.AsSpan())
            {
                if (happened.Kind == TraceEventKind.StageReached)
                    next = StageAfter((ExecStageName)happened.Detail);
                else if (happened.Kind == TraceEventKind.TableBuilt && depth == 0)
                    depth = happened.Level + 1;         // the first table is the top of a new address space
                else if (happened.Kind is TraceEventKind.RootGrown or TraceEventKind.RootShrunk && happened.Level + 1 != depth)
                {
                    if (changes.Count > 0 && changes[^1] is var last && last.Stage == next)
                        changes[^1] = last with { To = happened.Level + 1 };
                    else
                        changes.Add(new DepthChange(next, depth, happened.Level + 1));
                    depth = happened.Level + 1;
                }
            }
            return changes.ToImmutable();
        }
    }

    /// <summary>What happens in a step.</summary>
    public ref readonly TraceEvent this[int step] => ref _steps.ItemRef(step);

    /// <summary>The moment at which a stage is reached; null when it never is.</summary>
    public int? PositionOf(ExecStageName stage)
    {
        for (int step = 0; step < End; step++)
        {
            if (_steps[step].Kind == TraceEventKind.StageReached && (ExecStageName)_steps[step].Detail == stage)
                return step + 1;
        }
        return null;
    }

    /// <summary>What execve is busy with once it has reached a stage: the stage after it, or still the last.</summary>
    internal static ExecStageName StageAfter(ExecStageName reached) => (ExecStageName)Math.Min((int)reached + 1, (int)ExecStageName.Start);

    /// <summary>A moment, to step forwards and backwards from.</summary>
    /// <param name="position">Which, from 0 to <see cref="Count"/>.</param>
    public Moment At(int position)
    {
        Moment moment = new(this);
        moment.MoveTo(position);
        return moment;
    }
}
