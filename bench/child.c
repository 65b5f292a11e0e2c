/* A static program that does nothing but exit: what is measured is execve, not the program. No C library. */
void _start(void)
{
#if defined(__x86_64__)
	__asm__ volatile("syscall" : : "a"(60L), "D"(0L) : "rcx", "r11", "memory");
#elif defined(__aarch64__)
	register long number __asm__("x8") = 93, status __asm__("x0") = 0;
	__asm__ volatile("svc 0" : : "r"(number), "r"(status) : "memory");
#else
#error "the real execve is measured on x86-64 and arm64 hosts"
#endif
	__builtin_unreachable();
}
