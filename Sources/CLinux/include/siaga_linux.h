// Linux calls that Swift cannot make well: macros, packed structs, ancillary data.
// Every function returns a descriptor or 0, or -errno.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// epoll, with a flat event
struct siaga_ready {
  int32_t descriptor;
  uint32_t events;
};
int siaga_epoll_open(void);
int siaga_epoll_watch(int epoll, int descriptor);
int siaga_epoll_watch_writable(int epoll, int descriptor);
int siaga_epoll_forget(int epoll, int descriptor);
// timeout_ns < 0 waits for ever; returns how many are ready
int siaga_epoll_wait(int epoll, struct siaga_ready *ready, int capacity, int64_t timeout_ns);
int siaga_eventfd_open(void);
void siaga_eventfd_signal(int descriptor);
void siaga_eventfd_clear(int descriptor);
// Names this thread; it gets the CPU soon, and its timers fire when they are due, not up to 50 us
// later.
void siaga_prepare_thread(const uint8_t *name);
// This thread alone gets SCHED_FIFO, and not what it starts. When it has run for so long without a pause
// it falls behind by itself, and `overran` tells.
int siaga_realtime_begin(int priority, int64_t most_us);
void siaga_realtime_end(void);
int siaga_realtime_overran(void);
// What is touched from now on stays in memory, of the whole process; nothing more is read in for it.
int siaga_memory_lock(void);
void siaga_memory_unlock(void);

// netlink: non-blocking when groups are given, else blocking with a timeout
int siaga_netlink_open(int protocol, const uint32_t *groups, int count, int receive_buffer);
// Of routes the kernel queues only those of this origin, those in these tables, and defaults.
int siaga_netlink_pass_over_routes(int descriptor, uint8_t origin, uint16_t first_table,
                                   uint16_t last_table);
ssize_t siaga_netlink_send(int descriptor, const uint8_t *bytes, size_t count);
// The datagram's whole length, which may be more than capacity; -EAGAIN when there is none.
// Sets *from_kernel to 0 when another process sent it.
ssize_t siaga_netlink_receive(
    int descriptor, uint8_t *bytes, size_t capacity, int wait, int *from_kernel);

// An address as a number: IPv4's in the last 32 bits. The kernel may choose where it is not known.
struct siaga_host {
  uint64_t high, low;
  int32_t is_known;
};

// Sockets of probes, each bound to one interface; version is 4 or 6
int siaga_ping_open(int version, int32_t interface_index);
// Of echo replies it hears only those whose content begins with this word; then all again.
int siaga_ping_hear(int descriptor, int version, uint32_t stamp);
int siaga_ping_hear_all(int descriptor);
int siaga_neighbor_open(int32_t interface_index);  // hears advertisements; sends with hop limit 255
// Hears router advertisements, and what hosts ask of routers too; sends nothing.
int siaga_discovery_open(int32_t interface_index, int hears_hosts);
// Of the routers' own group is only who forwards, and that may begin later. May wait.
int siaga_discovery_join(int descriptor, int32_t interface_index);
// Starts `siaga guard` with the other end of a socket as its standard input; its process, or -errno
pid_t siaga_guard_start(int *socket);

// UDP on this port of all addresses
int siaga_peer_open(int version, uint16_t port);
// Hears virtual routers (IP protocol 112) once it has joined them, and sends with a hop limit of 255.
// Of IPv4, what comes in has its IP header. One that does not hear may send from an address of another
// interface.
int siaga_vrrp_open(int version, int32_t interface_index, int hears);
int siaga_vrrp_join(int descriptor, int version, int32_t interface_index);  // may wait
// Hears who says that he has one of these addresses, of which the last 32 bits are given: by ARP
// packets of any kind, or neighbour advertisements.
int siaga_claims_open(int version, int32_t interface_index, const uint32_t *addresses,
                      size_t count);
int siaga_udp_open(int version, int32_t interface_index);
int siaga_arp_open(int32_t interface_index);  // hears replies only
ssize_t siaga_send_to(int descriptor, int version, int32_t interface_index,
                      struct siaga_host source, struct siaga_host destination, uint16_t port,
                      const uint8_t *bytes, size_t count);
ssize_t siaga_arp_broadcast(int descriptor, int32_t interface_index, const uint8_t *bytes,
                            size_t count);
// A message without its header, and what is known of its sender; of IPv6 sockets that ask for it
// also what is known of its way.
struct siaga_sender {
  uint8_t address[16];
  uint16_t port;
  uint8_t destination[16];  // IPv6's, of sockets that ask for it
  int32_t hop_limit;  // -1: not known
  int32_t is_for_us;  // not for many hosts; -1: not known
  int64_t waited_ns;  // how long the message has lain in the socket; 0: not known
};
ssize_t siaga_receive_from(int descriptor, int version, uint8_t *bytes, size_t capacity,
                           struct siaga_sender *sender);
// Begins a TCP connection that ends by a reset; its descriptor, which can be written once it is
// decided. siaga_socket_error then says how: 0, or an errno.
int siaga_tcp_begin(int version, int32_t interface_index, struct siaga_host source,
                    struct siaga_host destination, uint16_t port);
int siaga_socket_error(int descriptor);
// Whether it was this machine's own firewall that rejected it by an ICMP message. IPv6's does not
// reach sockets that are bound to an interface.
int siaga_tcp_was_kept_in(int descriptor);
int64_t siaga_tcp_round_trip(int descriptor);  // nanoseconds, by the kernel; 0: not known

// SIGTERM, SIGINT and SIGHUP as a descriptor to read from, whatever thread they reach
int siaga_signals_open(void);
int siaga_signals_next(int descriptor);

// Whether somebody listens on the Unix socket at this path.
int siaga_unix_answers(const char *path);

// Holds a name in this network namespace (an abstract socket) until it is closed;
// -EADDRINUSE and the holder's process when somebody else has it.
int siaga_claim(const char *name, int32_t *holder);
int siaga_write_whole_file(const char *path, const uint8_t *bytes, size_t count, int mode);
int siaga_is_capable(int capability);
int siaga_clock_is_synchronized(void);  // whether somebody keeps the wall clock right (adjtimex(2))
int siaga_pipe(int ends[2]);  // close-on-exec
int siaga_memory_file(const char *name);  // unnamed, empty, close-on-exec
// Starts a program in `/`, with these as its standard input and as both its outputs, no other
// descriptors, default signals, and a process group of its own; its process or -errno.
// The lifeline is a pipe that is this group's alone: the kernel kills the group when we close one
// of its ends, or die.
pid_t siaga_spawn(char *const *arguments, char *const *environment, int input, int output,
                  const int lifeline[2]);
// A descriptor that can be read from once the process has ended.
int siaga_process_open(pid_t process);
int siaga_open_file(const char *path);  // to read; -EINVAL if it is none but a directory, a pipe…
const char *siaga_error_name(int code);  // "ENETUNREACH", or NULL
// A NUL-terminated datagram to a Unix datagram socket ('@' first: abstract).
int siaga_notify(const char *path, const char *text);

// Facts of the headers, for a test to compare Wire's numbers with.
struct siaga_fact {
  const char *name;
  int64_t value;
};
const struct siaga_fact *siaga_facts(size_t *count);
