/*
 * LD_PRELOAD: records every change of the files under FAULTS_WATCH, in order, to FAULTS_LOG.
 * A record: op, name length, offset, length (little endian: u8, u8, u64, u32), name, data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_FD = 4096, MAX_NAME = 64 };

static char names[MAX_FD][MAX_NAME];
static int log_fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *name_of(int fd) { return fd >= 0 && fd < MAX_FD && names[fd][0] ? names[fd] : NULL; }

static const char *watched(const char *path) {
  const char *directory = getenv("FAULTS_WATCH");
  size_t length = directory ? strlen(directory) : 0;
  if (!length || strncmp(path, directory, length) != 0 || path[length] != '/') return NULL;
  return path + length + 1;
}

static void record(uint8_t op, const char *name, uint64_t offset, const void *data, uint32_t length) {
  if (log_fd < 0) {
    const char *path = getenv("FAULTS_LOG");
    if (!path) return;
    log_fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
  uint8_t head[14];
  uint8_t name_length = strlen(name);
  head[0] = op;
  head[1] = name_length;
  memcpy(head + 2, &offset, 8);
  memcpy(head + 10, &length, 4);
  struct iovec parts[3] = {{head, 14}, {(void *)name, name_length}, {(void *)data, data ? length : 0}};
  syscall(SYS_writev, log_fd, parts, 3);
}

static void remember(int fd, const char *path) {
  if (fd < 0 || fd >= MAX_FD) return;
  const char *name = watched(path);
  names[fd][0] = 0;
  if (name && strlen(name) < MAX_NAME) strcpy(names[fd], name);
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define MODE(flags) mode_t mode = 0; if ((flags) & O_CREAT) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE(flags) REAL(open); int fd = real(path, flags, mode); remember(fd, path); return fd; }
int open64(const char *path, int flags, ...) { MODE(flags) REAL(open64); int fd = real(path, flags, mode); remember(fd, path); return fd; }
int close(int fd) { REAL(close); if (name_of(fd)) names[fd][0] = 0; return real(fd); }

#define CHANGE(fd, call, ok, op, offset, data, length) \
  const char *name = name_of(fd); \
  if (!name) return call; \
  pthread_mutex_lock(&lock); \
  __typeof__(call) result = call; \
  if (ok) record(op, name, offset, data, length); \
  pthread_mutex_unlock(&lock); \
  return result;

ssize_t write(int fd, const void *data, size_t length) {
  REAL(write);
  off_t at = name_of(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
  CHANGE(fd, real(fd, data, length), result > 0, 'w', at, data, result)
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { REAL(pwrite); CHANGE(fd, real(fd, data, length, at), result > 0, 'w', at, data, result) }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { REAL(pwrite64); CHANGE(fd, real(fd, data, length, at), result > 0, 'w', at, data, result) }
int ftruncate(int fd, off_t length) { REAL(ftruncate); CHANGE(fd, real(fd, length), result == 0, 't', length, NULL, 0) }
int ftruncate64(int fd, off64_t length) { REAL(ftruncate64); CHANGE(fd, real(fd, length), result == 0, 't', length, NULL, 0) }
int fsync(int fd) { REAL(fsync); CHANGE(fd, real(fd), result == 0, 's', 0, NULL, 0) }
int fdatasync(int fd) { REAL(fdatasync); CHANGE(fd, real(fd), result == 0, 's', 0, NULL, 0) }

int unlink(const char *path) {
  REAL(unlink);
  int result = real(path);
  const char *name = watched(path);
  if (result == 0 && name && strlen(name) < MAX_NAME) record('u', name, 0, NULL, 0);
  return result;
}
int rename(const char *from, const char *to) {
  REAL(rename);
  int result = real(from, to);
  const char *name = watched(from);
  const char *other = watched(to);
  if (result == 0 && name && other && strlen(name) < MAX_NAME) record('r', name, 0, other, strlen(other));
  return result;
}
