using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Emulator.Bench;

// "ratios" is what run.sh calls; everything else goes to BenchmarkDotNet.
if (args is ["ratios", .. string[] options])
{
    string? Value(string name) => Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length ? options[at + 1] : null;
    try
    {
        Console.Write(new Report(options.Contains("--quick"), Value("--only"), Value("--real-exec"), Value("--emulator")).Write());
        return 0;
    }
    catch (ArgumentException wrong)
    {
        Console.Error.WriteLine(wrong.Message);
        return 2;
    }
}

// In this process: a build for each benchmark takes longer than the benchmarks, and the ratios come from elsewhere.
IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Report).Assembly).Run(args, config);
return 0;
