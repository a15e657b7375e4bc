/* Counts the calls that change files below a folder, and lets the N-th one fail or kill the process.

   Loaded with LD_PRELOAD. SOUNDBED_FAULT is "FOLDER|KIND|N|ERRNO|ALWAYS": KIND is a letter of the
   calls that count (o open for writing, w write, s sync, r rename and link, u unlink, d mkdir) or
   "*" for all; ERRNO 0 kills; ALWAYS 1 lets all later calls fail too. soundbed_arm() sets the same
   in a process that runs already, and starts to count anew. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[PATH_MAX];
static size_t folder_length;
static char kind = 0;
static long left = 0, counted = 0;
static int error = 0, always = 0;

void soundbed_arm(const char *text)
{
    kind = 0;
    counted = 0;
    if (text == NULL || sscanf(text, "%4000[^|]|%c|%ld|%d|%d", folder, &kind, &left, &error, &always) != 5)
        kind = 0;
    folder_length = strlen(folder);
}

long soundbed_counted(void) { return counted; }

__attribute__((constructor)) static void start(void) { soundbed_arm(getenv("SOUNDBED_FAULT")); }

static int is_below(const char *path)
{
    char absolute[PATH_MAX];
    if (path == NULL)
        return 0;
    if (path[0] != '/') {
        if (getcwd(absolute, sizeof absolute - strlen(path) - 2) == NULL)
            return 0;
        strcat(absolute, "/");
        strcat(absolute, path);
        path = absolute;
    }
    return strncmp(path, folder, folder_length) == 0;
}

/* Whether this call fails. */
static int fails(char which, const char *path, int descriptor)
{
    char link[64], target[PATH_MAX];
    if (!kind || (kind != '*' && kind != which))
        return 0;
    if (path == NULL) {
        int saved = errno;
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(link, target, sizeof target - 1);
        errno = saved;
        if (length < 0)
            return 0;
        target[length] = 0;
        path = target;
    }
    if (!is_below(path))
        return 0;
    counted++;
    if (counted < left || (counted > left && !always))
        return 0;
    if (left <= 0)
        return 0;
    if (error == 0)
        kill(getpid(), SIGKILL);
    errno = error;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPENS(name)                                                                  \
    int name(const char *path, int flags, ...)                                       \
    {                                                                                \
        va_list rest;                                                                \
        va_start(rest, flags);                                                       \
        mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(rest, mode_t) : 0;  \
        va_end(rest);                                                                \
        if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && fails('o', path, -1))         \
            return -1;                                                               \
        return REAL(name)(path, flags, mode);                                        \
    }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name)                                                               \
    int name(int at, const char *path, int flags, ...)                               \
    {                                                                                \
        va_list rest;                                                                \
        va_start(rest, flags);                                                       \
        mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(rest, mode_t) : 0;  \
        va_end(rest);                                                                \
        if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && at == AT_FDCWD && fails('o', path, -1)) \
            return -1;                                                               \
        return REAL(name)(at, path, flags, mode);                                    \
    }
OPENS_AT(openat)
OPENS_AT(openat64)

ssize_t write(int to, const void *data, size_t size)
{
    return fails('w', NULL, to) ? -1 : REAL(write)(to, data, size);
}
ssize_t pwrite(int to, const void *data, size_t size, off_t at)
{
    return fails('w', NULL, to) ? -1 : REAL(pwrite)(to, data, size, at);
}
ssize_t pwrite64(int to, const void *data, size_t size, off64_t at)
{
    return fails('w', NULL, to) ? -1 : REAL(pwrite64)(to, data, size, at);
}
int ftruncate(int file, off_t size) { return fails('w', NULL, file) ? -1 : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { return fails('w', NULL, file) ? -1 : REAL(ftruncate64)(file, size); }
int fsync(int file) { return fails('s', NULL, file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails('s', NULL, file) ? -1 : REAL(fdatasync)(file); }
int rename(const char *from, const char *to) { return fails('r', to, -1) ? -1 : REAL(rename)(from, to); }
int link(const char *from, const char *to) { return fails('r', to, -1) ? -1 : REAL(link)(from, to); }
int unlink(const char *path) { return fails('u', path, -1) ? -1 : REAL(unlink)(path); }
int mkdir(const char *path, mode_t mode) { return fails('d', path, -1) ? -1 : REAL(mkdir)(path, mode); }
