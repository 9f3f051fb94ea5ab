#define _GNU_SOURCE
#include "siaga_linux.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

_Static_assert(sizeof(struct nlmsghdr) == 16, "Wire.NetlinkHeader.size");

static int result(int value) { return value < 0 ? -errno : value; }
static ssize_t long_result(ssize_t value) { return value < 0 ? -errno : value; }

// MARK: epoll

int siaga_epoll_open(void) { return result(epoll_create1(EPOLL_CLOEXEC)); }

static int watch(int epoll, int descriptor, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = descriptor};
  return result(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

int siaga_epoll_watch(int epoll, int descriptor) { return watch(epoll, descriptor, EPOLLIN); }

int siaga_epoll_watch_writable(int epoll, int descriptor) {
  return watch(epoll, descriptor, EPOLLOUT);
}

int siaga_epoll_forget(int epoll, int descriptor) {
  return result(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL));
}

int siaga_epoll_wait(int epoll, struct siaga_ready *ready, int capacity, int64_t timeout_ns) {
  struct epoll_event events[64];
  if (capacity > 64) capacity = 64;
  struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  int count = epoll_pwait2(epoll, events, capacity, timeout_ns < 0 ? NULL : &timeout, NULL);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    ready[i].descriptor = events[i].data.fd;
    ready[i].events = events[i].events;
  }
  return count;
}

int siaga_eventfd_open(void) { return result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void siaga_eventfd_signal(int descriptor) {
  uint64_t one = 1;
  // A full counter is signalled already.
  (void)!write(descriptor, &one, sizeof one);
}

void siaga_eventfd_clear(int descriptor) {
  uint64_t count;
  (void)!read(descriptor, &count, sizeof count);
}

// Asks for short turns of the CPU: from Linux 6.12 on, who wants little at a time gets it sooner.
// Older kernels pass it over. Whom an operator has given real-time priority keeps it.
static void ask_for_short_turns(void) {
  if ((sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) != SCHED_OTHER) return;
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {.size = sizeof attributes, .policy = SCHED_OTHER, .runtime = 100 * 1000};
  // Only the mighty may take that back.
  if (sched_getscheduler(0) & SCHED_RESET_ON_FORK) attributes.flags = 1;
  attributes.nice = getpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid));
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}

void siaga_prepare_thread(const uint8_t *name) {
  ask_for_short_turns();
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  prctl(PR_SET_NAME, name, 0, 0, 0);
}

// MARK: precedence

static _Atomic pid_t realtime_thread;
static _Atomic int realtime_overran;

static void fall_behind(int number) {
  (void)number;
  int before = errno;
  struct sched_param none = {0};
  pid_t thread = realtime_thread;
  if (thread) sched_setscheduler(thread, SCHED_OTHER | SCHED_RESET_ON_FORK, &none);
  realtime_overran = 1;
  errno = before;
}

int siaga_realtime_begin(int priority, int64_t most_us) {
  struct rlimit limit;
  struct sigaction action = {.sa_handler = fall_behind, .sa_flags = SA_RESTART};
  if (getrlimit(RLIMIT_RTTIME, &limit) < 0 || sigaction(SIGXCPU, &action, NULL) < 0) return -errno;
  limit.rlim_cur = (rlim_t)most_us < limit.rlim_max ? (rlim_t)most_us : limit.rlim_max;
  if (setrlimit(RLIMIT_RTTIME, &limit) < 0) return -errno;
  realtime_thread = (pid_t)syscall(SYS_gettid);
  realtime_overran = 0;
  struct sched_param wanted = {.sched_priority = priority};
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) < 0 ? -errno : 0;
}

void siaga_realtime_end(void) {
  struct sched_param none = {0};
  realtime_thread = 0;
  sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &none);
  ask_for_short_turns();
}

int siaga_realtime_overran(void) { return realtime_overran; }

int siaga_memory_lock(void) {
  // Below a limit the next allocation that is too much would fail, and end us.
  struct rlimit limit;
  if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0) return -errno;
  if (limit.rlim_cur != RLIM_INFINITY && !siaga_is_capable(CAP_IPC_LOCK)) {
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
    if (setrlimit(RLIMIT_MEMLOCK, &limit) < 0) return -errno;
  }
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0 ? -errno : 0;
}

void siaga_memory_unlock(void) { munlockall(); }

// MARK: netlink

int siaga_netlink_open(int protocol, const uint32_t *groups, int count, int receive_buffer) {
  int flags = SOCK_RAW | SOCK_CLOEXEC | (count > 0 ? SOCK_NONBLOCK : 0);
  int descriptor = socket(AF_NETLINK, flags, protocol);
  if (descriptor < 0) return -errno;
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  int one = 1;
  setsockopt(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one);
  setsockopt(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
  setsockopt(descriptor, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
  if (receive_buffer > 0 && setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer,
                                       sizeof receive_buffer) < 0) {
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  if (count == 0) {
    // The kernel answers at once; this bounds the wait should it ever not.
    struct timeval limit = {.tv_sec = 1};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  int failure = bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
  for (int i = 0; i < count && !failure; i++) {
    if (setsockopt(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
                   sizeof groups[i]) < 0) {
      failure = errno;
    }
  }
  if (failure) {
    close(descriptor);
    return -failure;
  }
  return descriptor;
}

// Where the lower half of a native 32-bit number lies: a filter loads in network order.
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { second_byte = 1, first_byte = 0 };
#else
enum { second_byte = 2, first_byte = 3 };
#endif

int siaga_netlink_pass_over_routes(int descriptor, uint8_t origin, uint16_t first_table,
                                   uint16_t last_table) {
  enum {
    route = sizeof(struct nlmsghdr),
    attributes = route + sizeof(struct rtmsg),
    value = sizeof(struct rtattr),
  };
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 20),  // take
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, route + offsetof(struct rtmsg, rtm_protocol)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, origin, 18, 0),  // take
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, route + offsetof(struct rtmsg, rtm_dst_len)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 16, 0),  // take
      // RT_TABLE_COMPAT stands for every table above 255; an attribute tells which.
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, route + offsetof(struct rtmsg, rtm_table)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RT_TABLE_COMPAT, 0, 13),  // drop
      BPF_STMT(BPF_LD | BPF_IMM, attributes),
      BPF_STMT(BPF_LDX | BPF_IMM, RTA_TABLE),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_NLATTR)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 10, 0),  // take: better too much than too little
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      // The upper half is not looked at: a few tables more do no harm.
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, value + second_byte),
      BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 8),
      BPF_STMT(BPF_ST, 0),
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, value + first_byte),
      BPF_STMT(BPF_LDX | BPF_MEM, 0),
      BPF_STMT(BPF_ALU | BPF_OR | BPF_X, 0),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_table, 0, 1),  // drop
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last_table, 0, 1),   // drop, take
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
  return result(setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
}

ssize_t siaga_netlink_send(int descriptor, const uint8_t *bytes, size_t count) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  return long_result(
      sendto(descriptor, bytes, count, 0, (struct sockaddr *)&kernel, sizeof kernel));
}

ssize_t siaga_netlink_receive(
    int descriptor, uint8_t *bytes, size_t capacity, int wait, int *from_kernel) {
  struct sockaddr_nl sender = {0};
  socklen_t length = sizeof sender;
  int flags = MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT);
  ssize_t count;
  do {
    count = recvfrom(descriptor, bytes, capacity, flags, (struct sockaddr *)&sender, &length);
  } while (count < 0 && errno == EINTR);
  *from_kernel = sender.nl_pid == 0;
  return long_result(count);
}

// MARK: probes

// RFC 3542 §6; <netinet/in.h> hides it when it comes as a module.
struct pktinfo6 {
  struct in6_addr address;
  uint32_t index;
};

// Closes the descriptor and returns -failure, if there is one.
static int opened(int descriptor, int failure) {
  if (!failure) return descriptor;
  close(descriptor);
  return -failure;
}

static int open_on_interface(int family, int type, int protocol, int32_t interface_index) {
  int descriptor = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (descriptor < 0) return -errno;
  int failure = setsockopt(descriptor, SOL_SOCKET, SO_BINDTOIFINDEX, &interface_index,
                           sizeof interface_index) < 0
                    ? errno
                    : 0;
  return opened(descriptor, failure);
}

// What arrives is stamped: how long it then waits for us says nothing of the link.
static int stamp(int descriptor) {
  int one = 1;
  return setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
}

static void enlarge_buffer(int descriptor) {
  int buffer = 1 << 20;
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) == 0) return;
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
}

static int hear_both6(int descriptor, int type, int other) {
  struct icmp6_filter filter;
  ICMP6_FILTER_SETBLOCKALL(&filter);
  ICMP6_FILTER_SETPASS(type, &filter);
  ICMP6_FILTER_SETPASS(other, &filter);
  return setsockopt(descriptor, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
}

static int hear_only6(int descriptor, int type) { return hear_both6(descriptor, type, type); }

static int hear_only_replies(int descriptor, int family) {
  if (family == AF_INET6) return hear_only6(descriptor, ICMP6_ECHO_REPLY);
  struct icmp_filter filter = {.data = ~(1u << ICMP_ECHOREPLY)};
  return setsockopt(descriptor, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
}

int siaga_ping_open(int version, int32_t interface_index) {
  int family = version == 4 ? AF_INET : AF_INET6;
  int protocol = version == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
  int descriptor = open_on_interface(family, SOCK_RAW, protocol, interface_index);
  if (descriptor < 0) return descriptor;
  enlarge_buffer(descriptor);
  int failure = hear_only_replies(descriptor, family) < 0 || stamp(descriptor) < 0 ? errno : 0;
  return opened(descriptor, failure);
}

int siaga_ping_hear(int descriptor, int version, uint32_t stamp) {
  // What an echo carries comes after 8 bytes (RFC 792, RFC 4443); in IPv4 the socket is given the
  // header before them too. What is too short to hold it is dropped.
  struct sock_filter program[] = {
      version == 4 ? (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0)
                   : (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_IND, 8),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, stamp, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
  return result(setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
}

int siaga_ping_hear_all(int descriptor) {
  int none = 0;
  return result(setsockopt(descriptor, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof none));
}

int siaga_neighbor_open(int32_t interface_index) {
  int descriptor = open_on_interface(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, interface_index);
  if (descriptor < 0) return descriptor;
  int all = 255, one = 1, none = 0, failure = 0;
  if (hear_only6(descriptor, ND_NEIGHBOR_ADVERT) < 0 || stamp(descriptor) < 0 ||
      setsockopt(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &all, sizeof all) < 0 ||
      setsockopt(descriptor, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &all, sizeof all) < 0 ||
      // What is sent to all on the link need not come back to this machine.
      setsockopt(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &none, sizeof none) < 0 ||
      setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &one, sizeof one) < 0 ||
      setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof one) < 0) {
    failure = errno;
  }
  return opened(descriptor, failure);
}

int siaga_discovery_open(int32_t interface_index, int hears_hosts) {
  int descriptor = open_on_interface(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, interface_index);
  if (descriptor < 0) return descriptor;
  int one = 1, failure = 0;
  // Room for a few: of a storm the rest is dropped before it costs anything.
  int buffer = 1 << 15;
  if (hear_both6(descriptor, ND_ROUTER_ADVERT,
                 hears_hosts ? ND_ROUTER_SOLICIT : ND_ROUTER_ADVERT) < 0 ||
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) < 0 ||
      setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &one, sizeof one) < 0) {
    failure = errno;
  }
  return opened(descriptor, failure);
}

int siaga_discovery_join(int descriptor, int32_t interface_index) {
  struct {
    struct in6_addr group;
    int interface_index;
  } routers = {{{{0xff, 2, [15] = 2}}}, interface_index};
  return result(
      setsockopt(descriptor, IPPROTO_IPV6, IPV6_JOIN_GROUP, &routers, sizeof routers));
}

// A link-local address counts on its own interface alone, but for who binds freely.
static int only_speak(int descriptor, int version) {
  int one = 1;
  struct sock_filter program[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
  struct sock_fprog filter = {.len = 1, .filter = program};
  return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0 ||
                 (version == 6 && setsockopt(descriptor, IPPROTO_IPV6, IPV6_FREEBIND, &one,
                                             sizeof one) < 0)
             ? -1
             : 0;
}

static int speak_to_routers4(int descriptor) {
  int all = 255, none = 0;
  return setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, &all, sizeof all) < 0 ||
                 setsockopt(descriptor, IPPROTO_IP, IP_TTL, &all, sizeof all) < 0 ||
                 // What is sent to all on the link need not come back to this machine.
                 setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, &none, sizeof none) < 0
             ? -1
             : 0;
}

static int join_routers4(int descriptor, int32_t interface_index) {
  struct ip_mreqn routers = {.imr_multiaddr = {htonl(0xe0000012)}, .imr_ifindex = interface_index};
  return setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &routers, sizeof routers);
}

static int speak_to_routers6(int descriptor) {
  int all = 255, none = 0;
  return setsockopt(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &all, sizeof all) < 0 ||
                 setsockopt(descriptor, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &all, sizeof all) < 0 ||
                 setsockopt(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &none, sizeof none) < 0
             ? -1
             : 0;
}

static int know_ways6(int descriptor) {
  int one = 1;
  return setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &one, sizeof one) < 0 ||
                 setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof one) < 0
             ? -1
             : 0;
}

static int join_routers6(int descriptor, int32_t interface_index) {
  struct {
    struct in6_addr group;
    int interface_index;
  } routers = {{{{0xff, 2, [15] = 0x12}}}, interface_index};
  return setsockopt(descriptor, IPPROTO_IPV6, IPV6_JOIN_GROUP, &routers, sizeof routers);
}

int siaga_vrrp_join(int descriptor, int version, int32_t interface_index) {
  return result(version == 4 ? join_routers4(descriptor, interface_index)
                             : join_routers6(descriptor, interface_index));
}

int siaga_vrrp_open(int version, int32_t interface_index, int hears) {
  int family = version == 4 ? AF_INET : AF_INET6;
  int descriptor = open_on_interface(family, SOCK_RAW, 112, interface_index);
  if (descriptor < 0) return descriptor;
  int result = version == 4 ? speak_to_routers4(descriptor) : speak_to_routers6(descriptor);
  if (result == 0 && !hears) result = only_speak(descriptor, version);
  if (result == 0 && hears) {
    enlarge_buffer(descriptor);
    if (version == 6) result = know_ways6(descriptor);
    if (result == 0) result = stamp(descriptor);
  }
  return opened(descriptor, result < 0 ? errno : 0);
}

int siaga_udp_open(int version, int32_t interface_index) {
  int family = version == 4 ? AF_INET : AF_INET6;
  int descriptor = open_on_interface(family, SOCK_DGRAM, 0, interface_index);
  if (descriptor < 0) return descriptor;
  return opened(descriptor, stamp(descriptor) < 0 ? errno : 0);
}

int siaga_arp_open(int32_t interface_index) {
  // Bound to no protocol at first: nothing is heard before the filter stands.
  int descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  // The operation of an ARP packet is its fourth word; 2 is a reply (RFC 826).
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 64),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
  struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                .sll_protocol = htons(ETH_P_ARP),
                                .sll_ifindex = interface_index};
  int failure = 0;
  if (setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0 ||
      stamp(descriptor) < 0 ||
      bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) {
    failure = errno;
  }
  return opened(descriptor, failure);
}

enum { most_claims = 255 };

// Of each packet that begins at its ARP or ICMPv6 header: the word there is one of these.
static int hear_only_words(int descriptor, uint32_t offset, const uint32_t *words, size_t count) {
  struct sock_filter program[2 * most_claims + 2];
  size_t size = 0;
  program[size++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset);
  for (size_t place = 0; place < count; place++) {
    program[size++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, words[place], 0, 1);
    program[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 256);
  }
  program[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
  struct sock_fprog filter = {.len = (unsigned short)size, .filter = program};
  return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

int siaga_claims_open(int version, int32_t interface_index, const uint32_t *addresses,
                      size_t count) {
  if (count > most_claims) return -E2BIG;
  if (version == 6) {
    int descriptor = siaga_neighbor_open(interface_index);
    if (descriptor < 0) return descriptor;
    // The end of the target (RFC 4861 section 4.4).
    int result = hear_only_words(descriptor, 20, addresses, count);
    return opened(descriptor, result < 0 ? errno : 0);
  }
  int descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                .sll_protocol = htons(ETH_P_ARP),
                                .sll_ifindex = interface_index};
  // The sender's address (RFC 826).
  int failure = hear_only_words(descriptor, 14, addresses, count) < 0 ||
                        bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0
                    ? errno
                    : 0;
  return opened(descriptor, failure);
}

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static struct in_addr host4(struct siaga_host host) {
  return (struct in_addr){.s_addr = htonl((uint32_t)host.low)};
}

static struct in6_addr host6(struct siaga_host host) {
  struct in6_addr made;
  uint64_t parts[2] = {htobe64(host.high), htobe64(host.low)};
  memcpy(&made, parts, sizeof made);
  return made;
}

static socklen_t make_address(union address *made, int version, int32_t interface_index,
                              struct siaga_host host, uint16_t port) {
  memset(made, 0, sizeof *made);
  if (version == 4) {
    made->v4.sin_family = AF_INET;
    made->v4.sin_port = htons(port);
    made->v4.sin_addr = host4(host);
    return sizeof made->v4;
  }
  made->v6.sin6_family = AF_INET6;
  made->v6.sin6_port = htons(port);
  made->v6.sin6_scope_id = (uint32_t)interface_index;
  made->v6.sin6_addr = host6(host);
  return sizeof made->v6;
}

int siaga_peer_open(int version, uint16_t port) {
  int family = version == 4 ? AF_INET : AF_INET6;
  int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  int one = 1, failure = 0;
  union address own;
  struct siaga_host any = {.is_known = 1};
  socklen_t size = make_address(&own, version, 0, any, port);
  if ((version == 6 && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) < 0) ||
      bind(descriptor, &own.any, size) < 0) {
    failure = errno;
  }
  return opened(descriptor, failure);
}

ssize_t siaga_send_to(int descriptor, int version, int32_t interface_index,
                      struct siaga_host source, struct siaga_host destination, uint16_t port,
                      const uint8_t *bytes, size_t count) {
  union address to;
  socklen_t to_size = make_address(&to, version, interface_index, destination, port);
  struct in_pktinfo by4 = {.ipi_ifindex = interface_index};
  struct pktinfo6 by6 = {.index = (uint32_t)interface_index};
  int is4 = version == 4;
  if (source.is_known && is4) by4.ipi_spec_dst = host4(source);
  if (source.is_known && !is4) by6.address = host6(source);
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  union {
    char bytes[CMSG_SPACE(sizeof(struct pktinfo6))];
    struct cmsghdr align;
  } control = {0};
  size_t by_size = is4 ? sizeof by4 : sizeof by6;
  struct msghdr message = {.msg_name = &to,
                           .msg_namelen = to_size,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = CMSG_SPACE(by_size)};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = is4 ? IPPROTO_IP : IPPROTO_IPV6;
  header->cmsg_type = is4 ? IP_PKTINFO : IPV6_PKTINFO;
  header->cmsg_len = CMSG_LEN(by_size);
  memcpy(CMSG_DATA(header), is4 ? (void *)&by4 : (void *)&by6, by_size);
  return long_result(sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

ssize_t siaga_arp_broadcast(int descriptor, int32_t interface_index, const uint8_t *bytes,
                            size_t count) {
  struct sockaddr_ll to = {.sll_family = AF_PACKET,
                           .sll_protocol = htons(ETH_P_ARP),
                           .sll_ifindex = interface_index,
                           .sll_halen = ETH_ALEN,
                           .sll_addr = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
  return long_result(sendto(descriptor, bytes, count, MSG_DONTWAIT, (struct sockaddr *)&to,
                            sizeof to));
}

// The kernel stamps by the wall clock, which may have been set since.
static int64_t nanoseconds_since(const struct timespec *then) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  int64_t waited = (now.tv_sec - then->tv_sec) * 1000000000ll + (now.tv_nsec - then->tv_nsec);
  return waited > 0 ? waited : 0;
}

static void read_control(struct msghdr *message, struct siaga_sender *sender) {
  for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header;
       header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec arrived;
      memcpy(&arrived, CMSG_DATA(header), sizeof arrived);
      sender->waited_ns = nanoseconds_since(&arrived);
    } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_HOPLIMIT) {
      int hop_limit;
      memcpy(&hop_limit, CMSG_DATA(header), sizeof hop_limit);
      sender->hop_limit = hop_limit;
    } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      struct pktinfo6 to;
      memcpy(&to, CMSG_DATA(header), sizeof to);
      sender->is_for_us = !IN6_IS_ADDR_MULTICAST(&to.address);
      memcpy(sender->destination, &to.address, sizeof sender->destination);
    }
  }
}

ssize_t siaga_receive_from(int descriptor, int version, uint8_t *bytes, size_t capacity,
                           struct siaga_sender *sender) {
  union address from = {0};
  struct iovec part = {.iov_base = bytes, .iov_len = capacity};
  union {
    char bytes[CMSG_SPACE(sizeof(struct pktinfo6)) + CMSG_SPACE(sizeof(int)) +
               CMSG_SPACE(sizeof(struct timespec))];
    struct cmsghdr align;
  } control = {0};
  struct msghdr message = {.msg_name = &from,
                           .msg_namelen = sizeof from,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  ssize_t count;
  do {
    count = recvmsg(descriptor, &message, MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  *sender = (struct siaga_sender){.hop_limit = -1, .is_for_us = -1};
  int is4 = version == 4;
  memcpy(sender->address, is4 ? (void *)&from.v4.sin_addr : (void *)&from.v6.sin6_addr,
         is4 ? 4 : 16);
  sender->port = ntohs(is4 ? from.v4.sin_port : from.v6.sin6_port);
  read_control(&message, sender);
  return count;
}

int siaga_tcp_begin(int version, int32_t interface_index, struct siaga_host source,
                    struct siaga_host destination, uint16_t port) {
  int family = version == 4 ? AF_INET : AF_INET6;
  int descriptor = open_on_interface(family, SOCK_STREAM, 0, interface_index);
  if (descriptor < 0) return descriptor;
  // Closing it leaves nothing behind, here or there.
  struct linger at_once = {.l_onoff = 1};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  union address end;
  int failure = 0;
  if (source.is_known) {
    int one = 1;
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    socklen_t size = make_address(&end, version, interface_index, source, 0);
    if (bind(descriptor, &end.any, size) < 0) failure = errno;
  }
  if (!failure) {
    socklen_t size = make_address(&end, version, interface_index, destination, port);
    if (connect(descriptor, &end.any, size) < 0 && errno != EINPROGRESS) failure = errno;
  }
  return opened(descriptor, failure);
}

int64_t siaga_tcp_round_trip(int descriptor) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) < 0) return 0;
  return info.tcpi_rtt * 1000ll;
}

// The ICMP message that ended a connection lies in its queue of errors (as of Linux 5.9).
int siaga_tcp_was_kept_in(int descriptor) {
  struct {
    struct sock_extended_err error;
    struct sockaddr_in speaker;
  } said;
  union {
    char bytes[CMSG_SPACE(sizeof said)];
    struct cmsghdr align;
  } control = {0};
  struct msghdr message = {.msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  if (recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return 0;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_level != IPPROTO_IP || header->cmsg_type != IP_RECVERR ||
      header->cmsg_len < CMSG_LEN(sizeof said))
    return 0;
  memcpy(&said, CMSG_DATA(header), sizeof said);
  struct sockaddr_in ours = {0};
  socklen_t size = sizeof ours;
  if (getsockname(descriptor, (struct sockaddr *)&ours, &size) < 0) return 0;
  // That a neighbour is silent the kernel says in our own name, too.
  return said.error.ee_origin == SO_EE_ORIGIN_ICMP && said.error.ee_code != ICMP_HOST_UNREACH &&
         said.speaker.sin_addr.s_addr == ours.sin_addr.s_addr;
}

int siaga_socket_error(int descriptor) {
  int code = 0;
  socklen_t size = sizeof code;
  return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) < 0 ? errno : code;
}

// MARK: the process

static int signal_pipe = -1;

static void on_signal(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  // A full pipe holds this signal already.
  (void)!write(signal_pipe, &byte, 1);
  errno = saved;
}

int siaga_signals_open(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return -errno;
  signal_pipe = ends[1];
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
  for (int i = 0; i < 3; i++) sigaction(numbers[i], &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  return ends[0];
}

int siaga_signals_next(int descriptor) {
  unsigned char byte;
  return read(descriptor, &byte, 1) == 1 ? byte : 0;
}

int siaga_unix_answers(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return 0;
  strcpy(address.sun_path, path);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return 0;
  // EAGAIN: it listens, and its backlog is full.
  int answers = connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0 ||
                errno == EAGAIN;
  close(descriptor);
  return answers;
}

int siaga_claim(const char *name, int32_t *holder) {
  *holder = 0;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if (length + 1 > sizeof address.sun_path) return -EINVAL;
  memcpy(address.sun_path + 1, name, length);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  if (bind(descriptor, (struct sockaddr *)&address, size) == 0 && listen(descriptor, 4096) == 0) {
    return descriptor;
  }
  int failure = errno;
  struct ucred peer = {0};
  socklen_t peer_size = sizeof peer;
  int asking = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (asking >= 0) {
    if (connect(asking, (struct sockaddr *)&address, size) == 0 &&
        getsockopt(asking, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) == 0) {
      *holder = peer.pid;
    }
    close(asking);
  }
  close(descriptor);
  return -failure;
}

int siaga_write_whole_file(const char *path, const uint8_t *bytes, size_t count, int mode) {
  int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (descriptor < 0) return -errno;
  int failure = 0;
  size_t done = 0;
  while (done < count && !failure) {
    ssize_t written = write(descriptor, bytes + done, count - done);
    if (written < 0 && errno != EINTR) failure = errno;
    if (written > 0) done += (size_t)written;
  }
  if (!failure && fsync(descriptor) < 0 && errno != EINVAL) failure = errno;
  if (close(descriptor) < 0 && !failure) failure = errno;
  return -failure;
}

int siaga_is_capable(int capability) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  if (syscall(SYS_capget, &header, data) < 0) return 0;
  return (data[capability / 32].effective >> (capability % 32)) & 1;
}

int siaga_clock_is_synchronized(void) {
  struct timex clock = {0};
  int state = adjtimex(&clock);
  return state < 0 ? -errno : state != TIME_ERROR && !(clock.status & STA_UNSYNC);
}

int siaga_pipe(int ends[2]) { return result(pipe2(ends, O_CLOEXEC)); }

int siaga_memory_file(const char *name) { return result(memfd_create(name, MFD_CLOEXEC)); }

// Whoever dies with both ends closes one before the other, and what is still open then signals the
// group. Nobody has to read, or to live, for that.
static int bind_group(int end) {
  struct f_owner_ex group = {.type = F_OWNER_PGRP, .pid = getpid()};
  int flags = fcntl(end, F_GETFL);
  return flags < 0 || fcntl(end, F_SETOWN_EX, &group) < 0 || fcntl(end, F_SETSIG, SIGKILL) < 0 ||
                 fcntl(end, F_SETFL, flags | O_ASYNC) < 0
             ? -1
             : 0;
}

static int put(int descriptor, int number) {
  return descriptor == number ? fcntl(number, F_SETFD, 0) : dup2(descriptor, number);
}

// Between vfork and exec: in our memory, so nothing here may allocate or lock. Returns errno.
static int become(char *const *arguments, char *const *environment, int input, int output,
                  const int lifeline[2]) {
  // Whatever this thread blocks, a child must not inherit; nor what we ignore.
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  if (setpgid(0, 0) < 0 || bind_group(lifeline[0]) < 0 || bind_group(lifeline[1]) < 0 ||
      put(input, 0) < 0 || put(output, 1) < 0 || put(output, 2) < 0 || chdir("/") < 0)
    return errno;
  sigprocmask(SIG_SETMASK, &none, NULL);
  // If whoever starts us is dead already, these were the last copies, and this is the end.
  close_range(3, ~0U, 0);
  if (strchr(arguments[0], '/'))
    execve(arguments[0], arguments, environment);
  else
    execvpe(arguments[0], arguments, environment);
  return errno;
}

pid_t siaga_spawn(char *const *arguments, char *const *environment, int input, int output,
                  const int lifeline[2]) {
  // Our handlers must not run in the child.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  volatile int failure = 0;
  pid_t process = vfork();
  if (process == 0) {
    failure = become(arguments, environment, input, output, lifeline);
    _exit(127);
  }
  if (process < 0)
    failure = errno;
  else if (failure)
    waitpid(process, NULL, 0);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failure ? -failure : process;
}

int siaga_process_open(pid_t process) {
  // The call is older than glibc's name for it.
  return result((int)syscall(SYS_pidfd_open, process, 0));
}

int siaga_open_file(const char *path) {
  // Opening a pipe that nobody writes to would wait.
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return -errno;
  struct stat about;
  int failure = fstat(descriptor, &about) < 0 ? errno : S_ISREG(about.st_mode) ? 0 : EINVAL;
  return opened(descriptor, failure);
}

const char *siaga_error_name(int code) { return strerrorname_np(code); }

int siaga_notify(const char *path, const char *text) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof address.sun_path) return -EINVAL;
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = 0;
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  ssize_t sent = sendto(descriptor, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
                        (struct sockaddr *)&address,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  int failure = sent < 0 ? errno : 0;
  close(descriptor);
  return -failure;
}

pid_t siaga_guard_start(int *socket) {
  int ends[2];
  *socket = -1;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -errno;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 0);
  // Of its own session: what ends the daemon's does not end it.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  char *arguments[] = {"siaga", "guard", NULL};
  pid_t process;
  int failure =
      posix_spawn(&process, "/proc/self/exe", &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);
  if (failure) {
    close(ends[0]);
    return -failure;
  }
  *socket = ends[0];
  return process;
}
