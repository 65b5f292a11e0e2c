namespace Emulator.Guests;

/// <summary>Where a guest comes from.</summary>
public enum GuestKind
{
    /// <summary><c>tests/guests</c>: no library at all.</summary>
    Freestanding,

    /// <summary><c>tests/guests/glibc</c>, linked with the static libraries.</summary>
    StaticLibrary,

    /// <summary><c>tests/guests/glibc</c>, with an interpreter and shared libraries under the run's root.</summary>
    DynamicLibrary,

    /// <summary>Debian's busybox, static where it can be; the arguments are <c>sh -c SCRIPT sh DIRECTORY</c>.</summary>
    Busybox,
}
