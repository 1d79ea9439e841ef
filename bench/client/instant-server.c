/*
 * A QMP server that answers at once with canned replies, so that clients can be told apart: QEMU is slower than any of
 * them, and a server in Node would be as busy as the client.
 *
 *   instant-server SOCKET
 *
 * Prints "ready" when it listens. Each connection has a process of its own; they end with the server.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char greeting[] =
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, \"package\": \"instant\"}, "
    "\"capabilities\": [\"oob\"]}}\r\n";
static const char empty[] = "{\"return\": {}";
static const char status[] = "{\"return\": {\"status\": \"paused\", \"singlestep\": false, \"running\": false}";
static char schema[1 << 18];

static char in[1 << 18]; /* what was read and not yet answered */
static char out[1 << 20];
static size_t filled, queued;

/* About as large as the schema of QEMU 7.2. */
static void make_schema(void)
{
    char *end = schema + sprintf(schema, "{\"return\": [");
    for (int i = 0; i < 2200; i++)
        end += sprintf(end,
                       "%s{\"name\": \"type-%d\", \"members\": [{\"name\": \"driver\", \"type\": \"%d\"}], "
                       "\"meta-type\": \"object\"}",
                       i == 0 ? "" : ", ", i, i);
    strcpy(end, "]");
}

static void flush(int fd)
{
    for (size_t sent = 0; sent < queued;) {
        ssize_t n = send(fd, out + sent, queued - sent, MSG_NOSIGNAL);
        if (n <= 0) exit(0);
        sent += n;
    }
    queued = 0;
}

static void put(int fd, const char *bytes, size_t length)
{
    if (queued + length > sizeof out) flush(fd);
    memcpy(out + queued, bytes, length);
    queued += length;
}

static void answer(int fd, const char *command, size_t length)
{
    const char *reply = memmem(command, length, "\"query-status\"", 14) ? status
                        : memmem(command, length, "\"query-qmp-schema\"", 18) ? schema
                                                                             : empty;
    put(fd, reply, strlen(reply));
    const char *id = memmem(command, length, "\"id\":", 5);
    if (id != NULL) {
        const char *value = id + 5, *end = value;
        while (*value == ' ') value++;
        for (end = value; *end != ',' && *end != '}';) end++;
        put(fd, ", \"id\": ", 8);
        put(fd, value, end - value);
    }
    put(fd, "}\r\n", 3);
}

/* Answers the whole commands in the buffer. They are found by their braces, as QEMU does; they need not be lines. */
static void answer_all(int fd)
{
    static size_t scanned, start;
    static int depth, quoted;
    for (; scanned < filled; scanned++) {
        char c = in[scanned];
        if (quoted) {
            if (c == '\\') scanned++;
            else if (c == '"') quoted = 0;
        } else if (c == '"') quoted = 1;
        else if (c == '{' && depth++ == 0) start = scanned;
        else if (c == '}' && --depth == 0) answer(fd, in + start, scanned + 1 - start);
    }
    size_t used = depth > 0 ? start : scanned < filled ? scanned : filled;
    memmove(in, in + used, filled - used);
    filled -= used;
    scanned -= used;
    start = 0;
}

static void serve(int fd)
{
    put(fd, greeting, sizeof greeting - 1);
    flush(fd);
    for (ssize_t n; (n = read(fd, in + filled, sizeof in - filled)) > 0;) {
        filled += n;
        answer_all(fd);
        flush(fd);
    }
    exit(0);
}

int main(int count, char **words)
{
    if (count != 2) return 2;
    signal(SIGCHLD, SIG_IGN);
    make_schema();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, words[1], sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) {
        perror(words[1]);
        return 1;
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) continue;
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            serve(fd);
        }
        close(fd);
    }
}
