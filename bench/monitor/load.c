/*
 * A load generator for QMP servers on unix sockets, written so that it is never the slow side.
 *
 *   load SOCKET MODE COUNT [EXTRA]
 *
 * MODE is one of
 *   seq      EXTRA = command   sends one, waits for its reply
 *   window   EXTRA = command   keeps eight on their way
 *   burst    EXTRA = command   keeps the socket full
 *   argument EXTRA = bytes     sends one string argument of that size at a time
 *   pieces   EXTRA = bytes     sends query-status in pieces of that size, one write each
 *   toggle                     cont and stop as fast as they go, counting events
 *   greet                      connects, negotiates, closes
 *
 * Prints one line of JSON: commands a second, and the median latency in microseconds where there is one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct tally {
    long replies; /* returns and errors */
    long events;
    long others; /* greetings */
    int at;      /* bytes of this line seen so far, up to 3 */
};

static struct tally tally;
static char buffer[1 << 20];

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int dial(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    return fd;
}

/* Counts messages by the third byte of their line: {"return, {"error, {"id (an error), {"timestamp, {"QMP. */
static void count(const char *bytes, ssize_t length)
{
    const char *end = bytes + length;
    while (bytes < end) {
        if (tally.at < 3) {
            char byte = *bytes++;
            if (++tally.at < 3) continue;
            if (byte == 'r' || byte == 'e' || byte == 'i') tally.replies++;
            else if (byte == 't') tally.events++;
            else tally.others++;
        }
        const char *line = memchr(bytes, '\n', end - bytes);
        if (!line) return;
        tally.at = 0;
        bytes = line + 1;
    }
}

static void receive(int fd)
{
    ssize_t length = read(fd, buffer, sizeof buffer);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) die("read");
    count(buffer, length);
}

static void transmit(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0) die("write");
        bytes += written;
        length -= written;
    }
}

static void until_replies(int fd, long replies)
{
    while (tally.replies < replies) receive(fd);
}

static void negotiate(int fd)
{
    static const char text[] = "{\"execute\":\"qmp_capabilities\"}\n";
    memset(&tally, 0, sizeof tally);
    while (tally.others == 0) receive(fd);
    transmit(fd, text, sizeof text - 1);
    until_replies(fd, 1);
    memset(&tally, 0, sizeof tally);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void report(double seconds, long commands, double *latencies, long n)
{
    printf("{\"perSecond\": %.1f", commands / seconds);
    if (latencies) {
        qsort(latencies, n, sizeof *latencies, ascending);
        printf(", \"median\": %.2f, \"p99\": %.2f", latencies[n / 2] * 1e6, latencies[(long)(n * 0.99)] * 1e6);
    }
    printf(", \"events\": %ld}\n", tally.events);
}

static void sequential(int fd, const char *text, size_t length, size_t piece, long n)
{
    double *latencies = malloc(n * sizeof *latencies);
    double start = now();
    for (long i = 0; i < n; i++) {
        double sent = now();
        for (size_t at = 0; at < length; at += piece)
            transmit(fd, text + at, length - at < piece ? length - at : piece);
        until_replies(fd, i + 1);
        latencies[i] = now() - sent;
    }
    report(now() - start, n, latencies, n);
}

static void window(int fd, const char *text, size_t length, long n)
{
    long sent = 0;
    double start = now();
    while (sent < 8 && sent < n) transmit(fd, text, length), sent++;
    while (tally.replies < n) {
        long before = tally.replies;
        receive(fd);
        for (long i = before; i < tally.replies && sent < n; i++) transmit(fd, text, length), sent++;
    }
    report(now() - start, n, NULL, 0);
}

static void burst(int fd, const char *text, size_t length, int perText, long n)
{
    int copies = 64 / perText;
    char *batch = malloc(length * copies);
    size_t size = length * copies, at = 0;
    for (int i = 0; i < copies; i++) memcpy(batch + i * length, text, length);
    long batches = n / 64;
    n = batches * 64;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    double start = now();
    while (tally.replies < n) {
        struct pollfd poller = {fd, POLLIN | (batches > 0 ? POLLOUT : 0), 0};
        poll(&poller, 1, -1);
        if (poller.revents & POLLIN) receive(fd);
        if (batches > 0 && (poller.revents & POLLOUT)) {
            ssize_t written = write(fd, batch + at, size - at);
            if (written > 0 && (at += written) == size) at = 0, batches--;
        }
    }
    report(now() - start, n, NULL, 0);
}

static void greet(const char *path, long n)
{
    double *latencies = malloc(n * sizeof *latencies);
    double start = now();
    for (long i = 0; i < n; i++) {
        double begin = now();
        int fd = dial(path);
        negotiate(fd);
        latencies[i] = now() - begin;
        close(fd);
        usleep(300);
    }
    report(now() - start, n, latencies, n);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: load SOCKET MODE COUNT [EXTRA]\n");
        return 2;
    }
    const char *path = argv[1], *mode = argv[2], *extra = argc > 4 ? argv[4] : "query-status";
    long n = atol(argv[3]);
    if (!strcmp(mode, "greet")) {
        greet(path, n);
        return 0;
    }
    int fd = dial(path);
    negotiate(fd);
    size_t bytes = strtoul(extra, NULL, 10);
    char *text = malloc(bytes + 1000);
    size_t length = sprintf(text, "{\"execute\":\"%s\"}\n", !strcmp(mode, "pieces") ? "query-status" : extra);
    if (!strcmp(mode, "argument")) {
        length = sprintf(text, "{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"");
        memset(text + length, 'x', bytes);
        length += bytes;
        length += sprintf(text + length, "\",\"property\":\"a\"}}\n");
    }
    if (!strcmp(mode, "seq") || !strcmp(mode, "argument")) sequential(fd, text, length, length, n);
    else if (!strcmp(mode, "pieces")) sequential(fd, text, length, bytes, n);
    else if (!strcmp(mode, "window")) window(fd, text, length, n);
    else if (!strcmp(mode, "burst")) burst(fd, text, length, 1, n);
    else if (!strcmp(mode, "toggle")) {
        static const char pair[] = "{\"execute\":\"cont\"}\n{\"execute\":\"stop\"}\n";
        burst(fd, pair, sizeof pair - 1, 2, n);
    } else {
        fprintf(stderr, "load: no mode \"%s\"\n", mode);
        return 2;
    }
    return 0;
}
