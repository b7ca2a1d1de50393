// A library for LD_PRELOAD that lets one file-system call below a folder fail, or all from one on, or lets it read or write
// only half of the bytes. It stands between Node and the C library, so that all of Node's calls pass through it.
//
//   FAILING_CALLS_BELOW    the folder, an absolute path
//   FAILING_CALLS_CONTROL  a file with the structure `control`, through which a test sets and reads it while Node runs
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
  int32_t at;      // the call that fails, 1-based; 0: calls are counted, and none fails
  int32_t error;   // errno of its failure; -1: it does not fail, but transfers half of the bytes
  int32_t lasting; // 1: all later calls fail, too
  int32_t calls;   // calls so far
  char call[48];   // name of the last call that failed
};

static struct control *control;
static const char *below;
static size_t below_length;

enum { most_descriptors = 1 << 16 };
static char is_tracked[most_descriptors];

__attribute__((constructor)) static void begin(void) {
  below = getenv("FAILING_CALLS_BELOW");
  const char *file = getenv("FAILING_CALLS_CONTROL");
  if (below == NULL || file == NULL) return;
  below_length = strlen(below);
  int fd = open(file, O_RDWR | O_CLOEXEC);
  void *mapped = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) abort();
  close(fd);
  control = mapped;
}

static int is_below(const char *path) {
  return control != NULL && path != NULL && strncmp(path, below, below_length) == 0;
}

static int tracks(int fd) { return fd >= 0 && fd < most_descriptors && is_tracked[fd]; }

static int track(int fd, const char *path) {
  if (fd >= 0 && fd < most_descriptors) is_tracked[fd] = is_below(path);
  return fd;
}

/** Counts a call on a path or a descriptor below the folder. Returns 1, with errno set, if it is to fail. */
static int fails(int counts, const char *call) {
  if (!counts) return 0;
  int32_t number = __atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST);
  int32_t at = control->at;
  if (at == 0 || number < at || (number > at && !control->lasting)) return 0;
  strncpy(control->call, call, sizeof control->call - 1);
  if (control->error < 0) return 0;
  errno = control->error;
  return 1;
}

/** Returns the bytes that a call counted just now may transfer, at least one of `size`. */
static size_t transferred(int counts, size_t size) {
  if (!counts || control->error >= 0 || size < 2) return size;
  int32_t number = __atomic_load_n(&control->calls, __ATOMIC_SEQ_CST);
  int is_short = control->at != 0 && (number == control->at || (number > control->at && control->lasting));
  return is_short ? (size + 1) / 2 : size;
}

#define REAL(name, result, ...) \
  static result (*real)(__VA_ARGS__); \
  if (real == NULL) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define ON_PATH(result, name, failure, path, parameters, types, arguments) \
  result name parameters { \
    REAL(name, result, types); \
    if (fails(is_below(path), #name)) return failure; \
    return real arguments; \
  }

#define ON_PATHS(name) \
  int name(const char *from, const char *to) { \
    REAL(name, int, const char *, const char *); \
    if (fails(is_below(from) || is_below(to), #name)) return -1; \
    return real(from, to); \
  }

#define ON_FD(result, name, parameters, types, arguments) \
  result name parameters { \
    REAL(name, result, types); \
    if (fails(tracks(fd), #name)) return -1; \
    return real arguments; \
  }

#define TYPES(...) __VA_ARGS__

#define TRANSFER(name, parameters, types, arguments) \
  ssize_t name parameters { \
    REAL(name, ssize_t, types); \
    if (fails(tracks(fd), #name)) return -1; \
    size = transferred(tracks(fd), size); \
    return real arguments; \
  }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name, int, const char *, int, ...); \
    va_list list; \
    va_start(list, flags); \
    mode_t mode = va_arg(list, mode_t); \
    va_end(list); \
    if (fails(is_below(path), #name)) return -1; \
    return track(real(path, flags, mode), path); \
  }
OPEN(open)
OPEN(open64)

ON_PATH(int, access, -1, path, (const char *path, int mode), TYPES(const char *, int), (path, mode))
ON_PATH(int, mkdir, -1, path, (const char *path, mode_t mode), TYPES(const char *, mode_t), (path, mode))
ON_PATH(int, rmdir, -1, path, (const char *path), TYPES(const char *), (path))
ON_PATH(int, unlink, -1, path, (const char *path), TYPES(const char *), (path))
ON_PATH(char *, mkdtemp, NULL, path, (char *path), TYPES(char *), (path))
ON_PATH(char *, realpath, NULL, path, (const char *path, char *out), TYPES(const char *, char *), (path, out))
ON_PATH(ssize_t, readlink, -1, path, (const char *path, char *out, size_t size), TYPES(const char *, char *, size_t),
        (path, out, size))
ON_PATH(DIR *, opendir, NULL, path, (const char *path), TYPES(const char *), (path))
ON_PATH(int, utimensat, -1, path, (int folder, const char *path, const struct timespec times[2], int flags),
        TYPES(int, const char *, const struct timespec *, int), (folder, path, times, flags))
ON_PATH(int, __xstat64, -1, path, (int version, const char *path, struct stat64 *out),
        TYPES(int, const char *, struct stat64 *), (version, path, out))
ON_PATH(int, __lxstat64, -1, path, (int version, const char *path, struct stat64 *out),
        TYPES(int, const char *, struct stat64 *), (version, path, out))

typedef int (*filter)(const struct dirent64 *);
typedef int (*order)(const struct dirent64 **, const struct dirent64 **);
ON_PATH(int, scandir64, -1, path, (const char *path, struct dirent64 ***names, filter keep, order by),
        TYPES(const char *, struct dirent64 ***, filter, order), (path, names, keep, by))

ON_PATHS(rename)
ON_PATHS(link)
ON_PATHS(symlink)

TRANSFER(read, (int fd, void *to, size_t size), TYPES(int, void *, size_t), (fd, to, size))
TRANSFER(pread64, (int fd, void *to, size_t size, off64_t at), TYPES(int, void *, size_t, off64_t), (fd, to, size, at))
ON_FD(ssize_t, readv, (int fd, const struct iovec *to, int count), TYPES(int, const struct iovec *, int),
      (fd, to, count))
ON_FD(ssize_t, preadv64, (int fd, const struct iovec *to, int count, off64_t at),
      TYPES(int, const struct iovec *, int, off64_t), (fd, to, count, at))
TRANSFER(write, (int fd, const void *from, size_t size), TYPES(int, const void *, size_t), (fd, from, size))
TRANSFER(pwrite64, (int fd, const void *from, size_t size, off64_t at), TYPES(int, const void *, size_t, off64_t),
         (fd, from, size, at))
ON_FD(ssize_t, writev, (int fd, const struct iovec *from, int count), TYPES(int, const struct iovec *, int),
      (fd, from, count))
ON_FD(ssize_t, pwritev64, (int fd, const struct iovec *from, int count, off64_t at),
      TYPES(int, const struct iovec *, int, off64_t), (fd, from, count, at))
ON_FD(int, fsync, (int fd), TYPES(int), (fd))
ON_FD(int, fdatasync, (int fd), TYPES(int), (fd))
ON_FD(int, ftruncate64, (int fd, off64_t size), TYPES(int, off64_t), (fd, size))
ON_FD(int, futimens, (int fd, const struct timespec times[2]), TYPES(int, const struct timespec *), (fd, times))
ON_FD(int, fchmod, (int fd, mode_t mode), TYPES(int, mode_t), (fd, mode))

int __fxstat64(int version, int fd, struct stat64 *out) {
  REAL(__fxstat64, int, int, int, struct stat64 *);
  if (fails(tracks(fd), "__fxstat64")) return -1;
  return real(version, fd, out);
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t size) {
  REAL(sendfile64, ssize_t, int, int, off64_t *, size_t);
  if (fails(tracks(to) || tracks(from), "sendfile64")) return -1;
  return real(to, from, at, size);
}

// A descriptor is closed also if close() says that it failed.
static int closed(int result, int was_tracked) { return fails(was_tracked, "close") ? -1 : result; }

int close(int fd) {
  REAL(close, int, int);
  int was_tracked = tracks(fd);
  if (was_tracked) is_tracked[fd] = 0;
  return closed(real(fd), was_tracked);
}

// libuv makes some calls by their numbers.
long syscall(long number, ...) {
  REAL(syscall, long, long, ...);
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_statx) {
    const char *path = (const char *)a[1];
    int counts = path != NULL && path[0] != '\0' ? is_below(path) : tracks((int)a[0]);
    if (fails(counts, "statx")) return -1;
  }
  if (number == SYS_copy_file_range && fails(tracks((int)a[0]) || tracks((int)a[2]), "copy_file_range")) return -1;
  if (number == SYS_close) {
    int fd = (int)a[0];
    int was_tracked = tracks(fd);
    if (was_tracked) is_tracked[fd] = 0;
    return closed((int)real(number, a[0]), was_tracked);
  }
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
