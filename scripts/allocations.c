// Counts what a program allocates, thread by thread, for `siaga-bench --only allocations`.
//
//   LD_PRELOAD=allocations.so ALLOCATIONS=FILE program
//
// FILE becomes a table of 64 threads that whoever maps or reads it sees grow. With
// ALLOCATION_STACKS=FD each allocation of a thread after its first ALLOCATION_SKIP also writes its
// stack there: thread, bytes, and offsets in the program, for `llvm-symbolizer -e PROGRAM`.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREADS 64
#define DEPTH 24

struct row {
  int64_t thread, calls, bytes;
};
static struct row *table;
static int stacks = -1;
static int64_t skip;
static uintptr_t base;  // where the program lies
static __thread struct row *mine;
static __thread int isBusy;  // writing a stack allocates, too

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static int first(struct dl_phdr_info *info, size_t size, void *context) {
  base = info->dlpi_addr;
  return 1;
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("ALLOCATIONS");
  if (!path) return;
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, THREADS * sizeof(struct row)) < 0) {
    dprintf(2, "allocations: cannot write %s: %s\n", path, strerror(errno));
    _exit(1);
  }
  void *memory =
    mmap(NULL, THREADS * sizeof(struct row), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) _exit(1);
  dl_iterate_phdr(first, NULL);
  const char *to = getenv("ALLOCATION_STACKS");
  const char *after = getenv("ALLOCATION_SKIP");
  void *warm[2];
  backtrace(warm, 2);  // loads the unwinder
  skip = after ? atoll(after) : 0;
  stacks = to ? atoi(to) : -1;
  // What the program starts, such as nft, is not counted.
  unsetenv("LD_PRELOAD");
  table = memory;
}

static struct row *row(void) {
  int64_t thread = syscall(SYS_gettid);
  for (int i = 0; i < THREADS; i++) {
    int64_t free = 0;
    if (__atomic_compare_exchange_n(
          &table[i].thread, &free, thread, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
        free == thread)
      return &table[i];
  }
  return &table[THREADS - 1];
}

static void count(size_t size) {
  if (!table || isBusy) return;
  if (!mine) mine = row();
  __atomic_fetch_add(&mine->bytes, size, __ATOMIC_RELAXED);
  int64_t calls = __atomic_add_fetch(&mine->calls, 1, __ATOMIC_RELAXED);
  if (stacks < 0 || calls <= skip) return;
  isBusy = 1;
  void *frames[DEPTH];
  int depth = backtrace(frames, DEPTH);
  char line[DEPTH * 20 + 64];
  int length = snprintf(line, sizeof line, "%lld %zu", (long long)mine->thread, size);
  // Two frames are this file's. A return address is one past the call.
  for (int i = 2; i < depth; i++)
    length += snprintf(
      line + length, sizeof line - length, " 0x%lx", (unsigned long)((uintptr_t)frames[i] - base - 1));
  line[length++] = '\n';
  if (write(stacks, line, length) < 0) stacks = -1;
  isBusy = 0;
}

void *malloc(size_t size) {
  count(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count(size);
  return __libc_realloc(old, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count(size);
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}
