namespace Emulator.Cli.Timelines;

/// <summary>Numbers of those fields of Perfetto's messages that <see cref="PerfettoTrace"/> writes; docs/perfetto.proto has the same.</summary>
internal static class PerfettoSchema
{
    // protos/perfetto/trace/trace.proto
    public const int TracePacket = 1;

    // protos/perfetto/trace/trace_packet.proto: TracePacket
    public const int PacketTimestamp = 8, PacketSequenceId = 10, PacketTrackEvent = 11, PacketTrackDescriptor = 60, PacketTraceAttributes = 126;

    // protos/perfetto/common/trace_attributes.proto: TraceAttributes, TraceAttributes.Attribute
    public const int AttributesAttribute = 1, AttributeKey = 1, AttributeStringValue = 3;

    // protos/perfetto/trace/track_event/track_descriptor.proto: TrackDescriptor, its ChildTracksOrdering
    public const int TrackUuid = 1, TrackName = 2, TrackParentUuid = 5, TrackCounter = 8, TrackChildOrdering = 11, TrackSiblingOrderRank = 12, TrackDescription = 14;
    public const int OrderingExplicit = 3;

    // protos/perfetto/trace/track_event/counter_descriptor.proto: CounterDescriptor, its Unit
    public const int CounterUnit = 3, CounterUnitName = 6;
    public const int UnitSizeBytes = 3;

    // protos/perfetto/trace/track_event/track_event.proto: TrackEvent, its Type
    public const int EventDebugAnnotations = 4, EventType = 9, EventTrackUuid = 11, EventCategories = 22, EventName = 23, EventCounterValue = 30;
    public const int TypeSliceBegin = 1, TypeSliceEnd = 2, TypeInstant = 3, TypeCounter = 4;

    // protos/perfetto/trace/track_event/debug_annotation.proto: DebugAnnotation
    public const int AnnotationBoolValue = 2, AnnotationUintValue = 3, AnnotationStringValue = 6, AnnotationPointerValue = 7, AnnotationName = 10;
}
