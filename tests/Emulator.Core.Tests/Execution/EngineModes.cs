using Emulator.Core.Execution;

namespace Emulator.Core.Tests.Execution;

/// <inheritdoc/>
public class InterpretedOperationTests() : OperationTests(EngineMode.Interpret);

/// <inheritdoc/>
public class InterpretedMemoryAccessTests() : MemoryAccessTests(EngineMode.Interpret);

/// <inheritdoc/>
public class InterpretedCpuTests() : CpuTests(EngineMode.Interpret);

/// <inheritdoc/>
public class InterpretedBlockBuilderTests() : BlockBuilderTests(EngineMode.Interpret);

/// <inheritdoc/>
public class TieredCpuTests() : CpuTests(EngineMode.Tiered);

/// <inheritdoc/>
public class TranslatedOperationTests() : OperationTests(EngineMode.Translate);

/// <inheritdoc/>
public class TranslatedMemoryAccessTests() : MemoryAccessTests(EngineMode.Translate);

/// <inheritdoc/>
public class TranslatedCpuTests() : CpuTests(EngineMode.Translate);

/// <inheritdoc/>
public class TranslatedBlockBuilderTests() : BlockBuilderTests(EngineMode.Translate);

/// <inheritdoc/>
public class InterpretedConditionCodeTests() : ConditionCodeTests(EngineMode.Interpret);

/// <inheritdoc/>
public class TranslatedConditionCodeTests() : ConditionCodeTests(EngineMode.Translate);

/// <inheritdoc/>
public class InterpretedHostFloatTests() : HostFloatTests(EngineMode.Interpret);

/// <inheritdoc/>
public class TranslatedHostFloatTests() : HostFloatTests(EngineMode.Translate);

/// <inheritdoc/>
public class InterpretedAccelerationTlbTests() : AccelerationTlbTests(EngineMode.Interpret);

/// <inheritdoc/>
public class TranslatedAccelerationTlbTests() : AccelerationTlbTests(EngineMode.Translate);
